import Base
import KubeModel
import Scaling

/// The status of a PodAutoscaler, as it becomes.
struct PodAutoscalerStatus {
    /// Where the last decision is explained, in `status.annotations`.
    static let decisionKey = ScaleExplanation.annotation

    /// The conditions that Ready sums up.
    private static let types = ["Active", "SKSReady", "ScaleTargetInitialized"]

    private let before: JSON
    private let now: WallTime
    private(set) var json: JSON
    private var conditions: Conditions

    init(of object: KubeObject, now: WallTime) {
        before = object.status
        self.now = now
        json = before
        json["observedGeneration"] = .int(Int64(object.generation))
        // Both are the Service of the same name: there is no second one for measuring.
        json["serviceName"] = .string(object.name)
        json["metricsServiceName"] = .string(object.name)
        conditions = Conditions(before["conditions"], order: .byType)
        for type in PodAutoscalerStatus.types where conditions.status(type) == nil {
            conditions.set(type, .unknown, now: now)
        }
    }

    /// Tells how many replicas are wanted, where anybody knows, and how many are ready.
    mutating func setScale(desired: Int, actual: Int) {
        if desired >= 0 || before["desiredScale"].isNull { json["desiredScale"] = JSON(desired) }
        json["actualScale"] = JSON(actual)
    }

    /// Tells whether it serves; nil leaves what was told.
    mutating func setActivity(_ activity: RevisionActivity?) {
        guard let activity else { return }
        let status = Conditions.Status(rawValue: activity.status.rawValue) ?? .unknown
        conditions.set("Active", status, reason: activity.reason, message: activity.message, now: now)
    }

    mutating func setInitialized(_ isInitialized: Bool) {
        if isInitialized { conditions.set("ScaleTargetInitialized", .true, now: now) }
    }

    /// Tells whether the Service in front of the replicas is there.
    mutating func setServed(_ isServed: Bool) {
        let why = isServed ? ("", "") : ("NotReady", "there is no Service of the PodAutoscaler's name")
        conditions.set("SKSReady", isServed ? .true : .unknown, reason: why.0, message: why.1, now: now)
    }

    /// Tells why no replica comes about; the gateway hands it to those who wait.
    mutating func setFault(_ fault: StartFault?) {
        guard let fault else {
            conditions.remove("ContainerHealthy")
            return
        }
        conditions.set("ContainerHealthy", .false, reason: fault.reason, message: fault.message, now: now)
    }

    mutating func setExplanation(_ explanation: ScaleExplanation) {
        let told = before["annotations"][PodAutoscalerStatus.decisionKey].string
        if let told, ScaleExplanation(text: told)?.says(theSameAs: explanation) == true { return }
        json["annotations"][PodAutoscalerStatus.decisionKey] = .string(explanation.text)
    }

    /// The whole status, with the condition Ready that sums up the others.
    mutating func concluded() -> JSON {
        let others = PodAutoscalerStatus.types.map { conditions[$0] }
        let unhappy = ["False", "Unknown"].lazy.compactMap { status in
            others.filter { $0["status"].string == status }
                .max { ($0["lastTransitionTime"].string ?? "") < ($1["lastTransitionTime"].string ?? "") }
        }.first
        conditions.set(
            "Ready",
            unhappy.map { Conditions.Status(rawValue: $0["status"].string ?? "") ?? .unknown } ?? .true,
            reason: unhappy?["reason"].string ?? "",
            message: unhappy?["message"].string ?? "",
            now: now
        )
        json["conditions"] = conditions.json
        return json
    }
}
