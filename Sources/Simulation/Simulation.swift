import Base

/// Runs a plan: every service by itself, on as many threads as there are, with the same result on any number of them.
package struct Simulation: Sendable {
    private let plan: SimulationPlan

    package init(_ plan: SimulationPlan) { self.plan = plan }

    /// - Parameter threads: services that are simulated at a time.
    package func run(threads: Int) async -> SimulationResult {
        let count = plan.traffic.services.count
        let strides = max(1, min(threads, count))
        let outcomes = await withTaskGroup(of: [(Int, ServiceOutcome)].self) { group in
            for first in 0..<strides {
                group.addTask { [plan] in
                    stride(from: first, to: count, by: strides).map { ($0, Simulation.outcome(of: $0, plan)) }
                }
            }
            var outcomes: [(Int, ServiceOutcome)] = []
            for await part in group { outcomes += part }
            return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return SimulationResult(duration: plan.traffic.duration, seed: plan.traffic.seed, services: outcomes)
    }

    private static func outcome(of service: Int, _ plan: SimulationPlan) -> ServiceOutcome {
        var simulation = RevisionSimulation(plan, service: service)
        simulation.run()
        return simulation.outcome
    }
}

/// What came of a simulation.
package struct SimulationResult: Sendable {
    package let duration: Duration
    package let seed: UInt64
    let services: [ServiceOutcome]
    /// All services together.
    let total: ServiceOutcome

    init(duration: Duration, seed: UInt64, services: [ServiceOutcome]) {
        self.duration = duration
        self.seed = seed
        self.services = services
        var total = ServiceOutcome(name: "all", points: services.first?.points.count ?? 0)
        for service in services { total.add(service) }
        self.total = total
    }

    /// Requests that came.
    package var requests: UInt64 { total.requests }
}

extension ServiceOutcome {
    fileprivate mutating func add(_ other: ServiceOutcome) {
        requests += other.requests
        latency.add(other.latency)
        held += other.held
        timedOut += other.timedOut
        rejected += other.rejected
        coldStarts += other.coldStarts
        starts += other.starts
        peak += other.peak
        for (index, point) in other.points.enumerated() where points.indices.contains(index) {
            points[index].requests += point.requests
            points[index].ready += point.ready
            points[index].starting += point.starting
            points[index].answered += point.answered
            points[index].took += point.took
        }
    }
}
