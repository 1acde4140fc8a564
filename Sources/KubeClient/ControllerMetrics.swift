package import Base

/// The series of one controller, under the names of controller-runtime.
struct ControllerMetrics: Sendable {
    /// How a reconcile ended.
    enum End: String, CaseIterable {
        case success, error
        case requeueAfter = "requeue_after"
        case terminalError = "terminal_error"
    }

    private let results: [End: Counter]
    private let errors: Counter
    private let terminalErrors: Counter
    private let times: Histogram

    /// The buckets of controller-runtime, in seconds.
    private static let buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    init(_ registry: MetricRegistry, controller: String, workers: Int) {
        let totals = registry.counter(
            "controller_runtime_reconcile_total",
            "Reconciles by controller and result.",
            labels: ["controller", "result"]
        )
        // Those that give up are errors too.
        let named = End.allCases.map { ($0, totals.with(controller, $0 == .terminalError ? "error" : $0.rawValue)) }
        results = Dictionary(named, uniquingKeysWith: { first, _ in first })
        func counter(_ name: String, _ help: String) -> Counter {
            registry.counter("controller_runtime_\(name)", help, labels: ["controller"]).with(controller)
        }
        errors = counter("reconcile_errors_total", "Reconciles that failed.")
        terminalErrors = counter("terminal_reconcile_errors_total", "Reconciles that trying again cannot mend.")
        times = registry.histogram(
            "controller_runtime_reconcile_time_seconds",
            "Time of one reconcile.",
            labels: ["controller"],
            buckets: Self.buckets
        ).with(controller)
        registry.gauge(
            "controller_runtime_max_concurrent_reconciles",
            "Reconciles that may run at once.",
            labels: ["controller"]
        ).with(controller).set(Double(workers))
    }

    /// Counts a reconcile.
    func count(_ end: End, since began: Instant, now: Instant) {
        results[end]?.add()
        if end == .error || end == .terminalError { errors.add() }
        if end == .terminalError { terminalErrors.add() }
        times.observe(nanoseconds: (now - began).nanoseconds)
    }
}

/// The series of one queue of keys, under Kubernetes' names.
package struct QueueMetrics: Sendable {
    private let adds: Counter
    private let retries: Counter
    private let depth: Gauge

    /// - Parameter queue: the value of its label.
    package init(_ registry: MetricRegistry, queue: String) {
        adds = registry.counter("workqueue_adds_total", "Keys that were put in line.", labels: ["name"]).with(queue)
        retries = registry.counter("workqueue_retries_total", "Keys to be tried again.", labels: ["name"]).with(queue)
        depth = registry.gauge("workqueue_depth", "Keys in line.", labels: ["name"]).with(queue)
    }

    func added(depth now: Int) {
        adds.add()
        depth.set(Double(now))
    }

    func taken(depth now: Int) { depth.set(Double(now)) }

    func retried() { retries.add() }
}
