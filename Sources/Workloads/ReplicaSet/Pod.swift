import Base
package import KubeModel

/// What controllers ask of a pod.
package struct Pod: Equatable {
    /// The pod itself.
    package let object: KubeObject

    package init(_ object: KubeObject) { self.object = object }

    /// Its name, by which pods are told apart in plans.
    package var name: String { object.name }
    var phase: String { object.status["phase"].string ?? "Pending" }
    var nodeName: String? { object.spec["nodeName"].string.flatMap { $0.isEmpty ? nil : $0 } }
    /// Whether all its containers have ended for good.
    var isFinished: Bool { phase == "Succeeded" || phase == "Failed" }
    /// Whether it counts as one of its controller's replicas.
    var isActive: Bool { !isFinished && !object.isTerminating }
    var isReady: Bool { readyCondition["status"].string == "True" }
    /// Since when it is ready; nil while it is not.
    var readySince: WallTime? {
        isReady ? readyCondition["lastTransitionTime"].string.flatMap { WallTime(rfc3339: $0) } : nil
    }
    /// How often its containers were started again, counted over all of them.
    var restarts: Int {
        ["initContainerStatuses", "containerStatuses"]
            .flatMap { object.status[$0].array ?? [] }
            .reduce(0) { $0 + ($1["restartCount"].int ?? 0) }
    }

    /// When it has been ready for `minReadySeconds`; nil while it is not ready.
    func availableFrom(minReadySeconds: Int) -> WallTime? {
        guard isReady else { return nil }
        return (readySince ?? WallTime(seconds: 0)) + .seconds(minReadySeconds)
    }

    func isAvailable(minReadySeconds: Int, at now: WallTime) -> Bool {
        availableFrom(minReadySeconds: minReadySeconds).map { $0 <= now } ?? false
    }

    private var readyCondition: JSON {
        object.status["conditions"].array?.first { $0["type"].string == "Ready" } ?? .null
    }
}

extension Pod {
    /// The pods in the order in which a controller gives them up: what serves least, or longest, goes last.
    package static func givenUpFirst(_ pods: [Pod]) -> [Pod] {
        pods.map { ($0, $0.worth) }
            .sorted { left, right in
                left.1 == right.1 ? left.0.name < right.0.name : left.1.lexicographicallyPrecedes(right.1)
            }
            .map(\.0)
    }

    /// Kubernetes' own order: unassigned, not running, not ready, cheap to delete, newly ready, often restarted, new.
    private var worth: [Int64] {
        let phases: [String: Int64] = ["Pending": 0, "Unknown": 1, "Running": 2]
        let cost = object.annotations["controller.kubernetes.io/pod-deletion-cost"].flatMap { Int64($0) } ?? 0
        return [
            nodeName == nil ? 0 : 1,
            phases[phase] ?? 0,
            isReady ? 1 : 0,
            cost,
            -(readySince?.seconds ?? 0),
            -Int64(restarts),
            -(object.creationTime?.seconds ?? 0),
        ]
    }
}
