package import Base
package import KubeModel

/// What is to be done for a ReplicaSet now.
package struct ReplicaSetPlan: Equatable {
    /// Most pods that are created or deleted in one go; the rest comes with the next.
    package static let stepMax = 500

    /// How many pods are missing.
    package var missing = 0
    /// The pods that are too many.
    package var surplus: [Pod] = []

    package init(missing: Int = 0, surplus: [Pod] = []) {
        self.missing = missing
        self.surplus = surplus
    }

    /// Decides from the pods that the ReplicaSet controls.
    package static func decide(_ set: KubeObject, pods: [Pod]) -> ReplicaSetPlan {
        guard !set.isTerminating else { return ReplicaSetPlan() }
        let active = pods.filter(\.isActive)
        let wanted = set.spec["replicas"].int ?? 1
        if active.count < wanted { return ReplicaSetPlan(missing: min(wanted - active.count, stepMax)) }
        return ReplicaSetPlan(surplus: Array(Pod.givenUpFirst(active).prefix(min(active.count - wanted, stepMax))))
    }
}

/// The status of a ReplicaSet.
package struct ReplicaSetStatus: Equatable {
    /// The status object.
    package let json: JSON
    /// When the next ready pod will have been ready long enough to be available.
    package let recheck: Duration?

    /// Counts the pods; `failure` is why pods could not be created or deleted just now.
    package init(_ set: KubeObject, pods: [Pod], failure: Failure?, now: WallTime) {
        let wait = set.spec["minReadySeconds"].int ?? 0
        let labels = set.spec["template"]["metadata"]["labels"].stringMap
        let active = pods.filter(\.isActive)
        let counts = [
            "fullyLabeledReplicas": active.count { pod in labels.allSatisfy { pod.object.labels[$0] == $1 } },
            "readyReplicas": active.count(where: \.isReady),
            "availableReplicas": active.count { $0.isAvailable(minReadySeconds: wait, at: now) },
        ]
        var status = JSON.object(counts.filter { $0.value != 0 }.mapValues { .int(Int64($0)) })
        status["replicas"] = .int(Int64(active.count))
        status["terminatingReplicas"] = .int(Int64(pods.count { $0.object.isTerminating && !$0.isFinished }))
        status["observedGeneration"] = .int(Int64(set.generation))
        var conditions = Conditions(set.status["conditions"])
        if let failure {
            conditions.set("ReplicaFailure", .true, reason: failure.reason, message: failure.message, now: now)
        } else {
            conditions.remove("ReplicaFailure")
        }
        status["conditions"] = conditions.json
        json = status
        recheck = active.compactMap { $0.availableFrom(minReadySeconds: wait) }.filter { $0 > now }.min()
            .map { $0 - now }
    }

    /// Why pods could not be created or deleted.
    package struct Failure: Equatable {
        let reason: String
        let message: String

        package init(reason: String, message: String) {
            self.reason = reason
            self.message = message
        }
    }
}
