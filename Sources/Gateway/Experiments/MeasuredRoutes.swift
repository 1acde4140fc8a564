import Base
import KubeModel
import Statistics

/// Which routes belong to experiments: only their requests are counted by backend.
struct MeasuredRoutes {
    private let board: ArmBoard
    private let experiments: [ObjectKey: String]

    /// Of several experiments about one route the first by name counts.
    init(_ experiments: [KubeObject], _ board: ArmBoard) {
        self.board = board
        let targets = experiments.sorted { $0.key < $1.key }.compactMap { experiment in
            experiment.spec["target"]["name"].string.map { name in
                (ObjectKey(namespace: experiment.namespace, name: name), experiment.key.description)
            }
        }
        self.experiments = Dictionary(targets, uniquingKeysWith: { first, _ in first })
    }

    subscript(route: ObjectKey) -> MeasuredRoute? {
        experiments[route].map { MeasuredRoute(experiment: $0, board: board) }
    }
}

/// A route of an experiment, and where its requests are counted.
struct MeasuredRoute: Sendable {
    let experiment: String
    let board: ArmBoard

    /// Counts the requests that a backend answers.
    func meter(of backend: BackendKey) -> ArmMeter { board.meter(experiment: experiment, arm: backend.service.name) }
}
