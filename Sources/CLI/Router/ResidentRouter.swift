import Base
import Graph
import Net
import Node
import Synchronization
import Telemetry

/// The routers of graphs within this process, on the gateway's threads: a request goes from the gateway to the router and to the
/// services of its steps without leaving the thread.
final class ResidentRouter: ResidentProgram {
    private let loops: [EventLoop]
    /// What traces, by the variables that ask for it: rings of spans are never given back, and so used again by the next start.
    private let traced = Mutex<[[String: String]: Traced]>([:])

    private struct Traced: Sendable {
        let tracing: Tracing
        /// By the number of the loop.
        let tracers: LoopBound<[Tracer]>
    }

    /// - Parameter loops: the gateway's.
    init(loops: [EventLoop]) { self.loops = loops }

    func start(_ launch: ResidentLaunch) async throws -> any Resident {
        let configuration = try RouterConfiguration(launch.words, environment: launch.environment)
        let tracers = tracers(launch.environment)
        let router = GraphRouter(
            configuration,
            on: loops,
            hosts: launch.hosts,
            log: Log("router", to: launch.log),
            makeTracer: { tracers?.value[$0] }
        )
        _ = try router.start()
        return RunningRouter(router)
    }

    /// Brings the last spans away; the routers have ended.
    func end(within limit: Duration) async {
        for one in traced.withLock({ Array($0.values) }) { await one.tracing.end(within: limit) }
    }

    private func tracers(_ environment: [String: String]) -> LoopBound<[Tracer]>? {
        let asked = environment.filter { TracingSettings.variables.contains($0.key) }
        guard !asked.isEmpty else { return nil }
        return traced.withLock { traced in
            if let known = traced[asked] { return known.tracers }
            let started = Tracing.start(asked, service: RouterVerb.tracedName, registry: MetricRegistry())
            guard let tracing = started else { return nil }
            let tracers = LoopBound(loops.map { _ in tracing.makeTracer() })
            traced[asked] = Traced(tracing: tracing, tracers: tracers)
            return tracers
        }
    }
}

/// The router of one pod.
private final class RunningRouter: Resident {
    private let router: GraphRouter

    init(_ router: GraphRouter) { self.router = router }

    var figures: ResidentFigures {
        ResidentFigures(cpuSeconds: router.load.busySeconds, heldBytes: router.load.heldBytes)
    }

    func end(within limit: Duration) async { await router.drain(within: limit) }
}
