import Base
package import KubeModel

/// What its controller reads of a Deployment.
package struct Deployment {
    /// The Deployment itself.
    package var object: KubeObject

    package init(_ object: KubeObject) { self.object = object }

    /// How many pods are wanted.
    package var replicas: Int { object.spec["replicas"].int ?? 1 }
    var isPaused: Bool { object.spec["paused"].bool ?? false }
    var recreates: Bool { object.spec["strategy"]["type"].string == "Recreate" }
    var minReadySeconds: Int { object.spec["minReadySeconds"].int ?? 0 }
    var template: JSON { object.spec["template"] }
    /// What its strategy allows at its size.
    package var bounds: RolloutBounds { RolloutBounds(strategy: object.spec["strategy"], replicas: replicas) }
    /// Old ReplicaSets that are kept for `rollout undo`.
    var historyLimit: Int { object.spec["revisionHistoryLimit"].int ?? .max }
    /// How long a rollout may make no progress; nil when nobody asks.
    var progressDeadline: Duration? {
        guard let seconds = object.spec["progressDeadlineSeconds"].int, seconds != Int(Int32.max) else { return nil }
        return .seconds(seconds)
    }
    var collisionCount: Int { object.status["collisionCount"].int ?? 0 }
}

/// A ReplicaSet as the Deployment that owns it sees it.
package struct ReplicaSet: Equatable {
    /// The ReplicaSet itself.
    package var object: KubeObject

    package init(_ object: KubeObject) { self.object = object }

    var name: String { object.name }
    var uid: String { object.uid }
    /// The wanted replicas.
    package var replicas: Int {
        get { object.spec["replicas"].int ?? 1 }
        set { object.spec["replicas"] = .int(Int64(newValue)) }
    }
    var current: Int { object.status["replicas"].int ?? 0 }
    var ready: Int { object.status["readyReplicas"].int ?? 0 }
    var available: Int { object.status["availableReplicas"].int ?? 0 }
    var terminating: Int { object.status["terminatingReplicas"].int ?? 0 }
    var isObserved: Bool { object.generation <= object.status["observedGeneration"].int ?? 0 }

    /// 0 where the annotation is no number that Kubernetes would write.
    var revision: Int { Int(Int32(object.annotations[Annotation.revision] ?? "") ?? 0) }

    /// In the order of their creation, oldest first.
    static func oldestFirst(_ sets: [ReplicaSet]) -> [ReplicaSet] {
        sets.sorted { ($0.age, $0.name) < ($1.age, $1.name) }
    }

    private var age: Int64 { object.creationTime?.nanoseconds ?? 0 }
}

extension [ReplicaSet] {
    var wanted: Int { reduce(0) { $0 + $1.replicas } }
    var current: Int { reduce(0) { $0 + $1.current } }
    var ready: Int { reduce(0) { $0 + $1.ready } }
    var available: Int { reduce(0) { $0 + $1.available } }
    var terminating: Int { reduce(0) { $0 + $1.terminating } }
    /// Available pods that nobody has asked to end: a status may be older than the last scaling down.
    var serving: Int { reduce(0) { $0 + Swift.min($1.replicas, $1.available) } }
}

/// The annotations by which Deployment, ReplicaSets and `kubectl rollout` find each other.
enum Annotation {
    static let revision = "deployment.kubernetes.io/revision"
    static let revisionHistory = "deployment.kubernetes.io/revision-history"
    static let desiredReplicas = "deployment.kubernetes.io/desired-replicas"
    static let maxReplicas = "deployment.kubernetes.io/max-replicas"

    /// Those that a ReplicaSet does not take over from its Deployment.
    static let ownToDeployment: Set<String> = [
        revision, revisionHistory, desiredReplicas, maxReplicas,
        "deprecated.deployment.rollback.to", "kubectl.kubernetes.io/last-applied-configuration",
    ]
}
