import Base
import KubeModel
import Net
import Scaling

/// A Service's port whose replicas follow its load: every thread's meter, and the requests that wait. The same object from
/// table to table.
final class ScaledService: Sendable {
    /// By the number of the worker.
    let meters: [LoadMeter]
    let queue: RequestQueue
    let series: RevisionSeries

    init(_ backend: BackendKey, board: LoadBoard, workers: Int, registry: MetricRegistry = .process) {
        series = RevisionSeries(registry, service: backend.service)
        let meters = (0..<max(1, workers)).map { _ in board.meter(for: backend.service) }
        self.meters = meters
        queue = RequestQueue(name: backend.description) { meters[0].arrivedAtNone() }
    }
}

/// What a PodAutoscaler says of traffic to its Service.
struct ScalingRule: Equatable, Sendable {
    /// Requests that each endpoint takes at once; 0 is no limit.
    let containerConcurrency: Int
    /// Why its replicas do not start.
    let failure: String?

    /// Bounds of requests that wait, as in Knative: of its activator for the Service, of its queue-proxy for each slot.
    private enum Limits {
        static let waitingAtService = 10_000
        static let waitingPerSlot = 10
        static let containerConcurrency = 1000
    }

    /// - Parameter podAutoscaler: as its API has it; what is not there is no limit and no failure.
    init(_ podAutoscaler: KubeObject) {
        let limit = podAutoscaler.spec["containerConcurrency"].int ?? 0
        containerConcurrency = min(max(0, limit), Limits.containerConcurrency)
        let health = (podAutoscaler.status["conditions"].array ?? []).first { $0["type"].string == "ContainerHealthy" }
        // At zero the next request is another try.
        let isStarting = podAutoscaler.status["desiredScale"].int ?? 0 > 0
        failure =
            isStarting && health?["status"].string == "False"
            ? "its replicas do not start: \(health?["message"].string ?? health?["reason"].string ?? "")" : nil
    }

    /// What the queue of a Service goes by.
    func plan(_ endpoints: [Endpoint]) -> RequestQueue.Plan {
        let slots = containerConcurrency * endpoints.count
        let limit = containerConcurrency == 0 ? .max : containerConcurrency
        return RequestQueue.Plan(
            endpoints: endpoints,
            limit: limit,
            inFlightMax: Limits.waitingAtService + slots * (1 + Limits.waitingPerSlot),
            failure: failure
        )
    }
}
