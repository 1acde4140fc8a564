package import Base

/// The series of a node, under the kubelet's names.
package struct NodeMetrics: Sendable {
    /// Pods that were begun.
    let startedPods: Counter
    private let startedContainers: CounterFamily
    private let startTimes: Histogram

    /// - Parameter registry: where they are told.
    package init(_ registry: MetricRegistry) {
        startedPods = registry.counter("kubelet_started_pods_total", "Pods that were begun.").with()
        startedContainers = registry.counter(
            "kubelet_started_containers_total",
            "Containers that were started, again too.",
            labels: ["container_type"]
        )
        startTimes = registry.histogram(
            "kubelet_pod_start_duration_seconds",
            "Time from the first sight of a pod to its being ready.",
            buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600]
        ).with()
    }

    func started(_ role: ContainerSpec.Role) {
        startedContainers.with(role == .initial ? "init_container" : "container").add()
    }

    func becameReady(after time: Duration) { startTimes.observe(nanoseconds: time.nanoseconds) }
}
