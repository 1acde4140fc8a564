package import Base
import KServeModel
package import KubeClient
import KubeModel
package import Statistics

/// Carries out Experiments: reads what the gateway counted, decides, and writes the versions' shares like anybody.
package struct Experiments: Sendable {
    private let api: any KubernetesAPI
    private let board: ArmBoard
    private let time: any TimeSource

    /// - Parameter board: where the gateway of this process counts.
    package init(api: any KubernetesAPI, board: ArmBoard, time: any TimeSource = SystemTime()) {
        self.api = api
        self.board = board
        self.time = time
    }

    /// Works until the task is cancelled.
    package func run() async throws {
        let caches = ExperimentCaches(api, time: time)
        let controller = ExperimentController(api, caches, board, time: time)
        try await Informer.keep(caches.all, for: [controller.run])
    }
}

/// What the controller reads.
struct ExperimentCaches: Sendable {
    let experiments: Informer
    let services: Informer
    let routes: Informer

    init(_ api: any KubernetesAPI, time: any TimeSource) {
        experiments = Informer(api, .experiments, time: time)
        services = Informer(api, .inferenceServices, time: time)
        routes = Informer(api, .httpRoutes, time: time)
    }

    var all: [Informer] { [experiments, services, routes] }

    /// The versions that an experiment is about.
    func arms(of experiment: Experiment) throws(TargetFault) -> (target: TargetArms, resource: ResourceID) {
        let key = experiment.target
        switch experiment.targetKind {
        case .inferenceService:
            guard let service = services.get(key) else { throw TargetFault("there is no InferenceService \(key.name)") }
            return (try TargetArms(InferenceService(service)), .inferenceServices)
        case .httpRoute:
            guard let route = routes.get(key) else { throw TargetFault("there is no HTTPRoute \(key.name)") }
            return (try TargetArms(route: route), .httpRoutes)
        }
    }
}
