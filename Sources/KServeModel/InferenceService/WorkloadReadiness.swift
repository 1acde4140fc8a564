import Base
package import KubeModel

/// What a Deployment's conditions say of the component that it runs.
package struct WorkloadReadiness: Equatable, Sendable {
    package let status: Conditions.Status
    package let reason: String
    package let message: String

    package init(_ status: Conditions.Status, reason: String = "", message: String = "") {
        self.status = status
        self.reason = reason
        self.message = message
    }

    /// Decides by the Deployment's conditions: Available, then Progressing, then no availability, then replica failures.
    package init(deployment: KubeObject?) {
        let conditions = Conditions(deployment?.status["conditions"] ?? .null)
        var verdict = WorkloadReadiness(.false)
        let available = conditions.status("Available")
        if available == .true { verdict = WorkloadReadiness(.true, conditions["Available"]) }
        let progressing = conditions["Progressing"]
        switch conditions.status("Progressing") {
        case .false where progressing["message"].string?.isEmpty == false:
            verdict = WorkloadReadiness(.false, progressing)
        case .true where progressing["reason"].string == "NewReplicaSetAvailable":
            verdict = WorkloadReadiness(.true, progressing)
        case .true where available != .true: verdict = WorkloadReadiness(.unknown, progressing)
        default: break
        }
        if available == .false { verdict = WorkloadReadiness(.false, conditions["Available"]) }
        if conditions.isTrue("ReplicaFailure") { verdict = WorkloadReadiness(.false, conditions["ReplicaFailure"]) }
        self = verdict
    }

    /// Decides for a workload that its load wakes and that sleeps without any: asleep it is ready once it has run, and a
    /// version that has run is ready while it wakes.
    package init(deployment: KubeObject?, wokenBy autoscaler: KubeObject) {
        let scaling = Conditions(autoscaler.status["conditions"])
        let awake = WorkloadReadiness(deployment: deployment)
        let hasRun = scaling.isTrue("ScaleTargetInitialized")
        let activity = scaling["Active"]
        if let deployment, deployment.spec["replicas"].int == 0 {
            let gaveUp = activity["reason"].string == "TimedOut"
            self = WorkloadReadiness(gaveUp ? .false : hasRun ? .true : .unknown, activity)
            return
        }
        let progress = Conditions(deployment?.status["conditions"] ?? .null)["Progressing"]
        // Just woken, its status still speaks of its sleep.
        let isUnseen =
            deployment.map {
                $0.status["observedGeneration"].int != $0.generation && $0.status["replicas"].int ?? 0 == 0
            } ?? false
        let isWaking =
            (awake.reason == "MinimumReplicasUnavailable" || isUnseen)
            && progress["reason"].string == "NewReplicaSetAvailable"
        self = hasRun && isWaking ? WorkloadReadiness(.true, activity) : awake
    }

    private init(_ status: Conditions.Status, _ condition: JSON) {
        self.init(status, reason: condition["reason"].string ?? "", message: condition["message"].string ?? "")
    }
}
