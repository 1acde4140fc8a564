package import Base
package import KubeModel

/// What a HorizontalPodAutoscaler does as long as metrics are not evaluated: it keeps its target within its bounds.
package struct AutoscalerPlan: Equatable {
    /// The size that the target is to get; nil leaves it alone.
    package let rescale: Int?
    /// Why, as the event says it.
    package let reason: String?
    /// The status to write.
    package let status: JSON

    /// Decides from the target's scale, or from why that could not be read.
    package static func decide(
        _ autoscaler: KubeObject,
        scale: Result<KubeObject, APIStatus>,
        now: WallTime
    ) -> AutoscalerPlan {
        var judgement = Judgement(autoscaler, now)
        switch scale {
        case .failure(let fault):
            return judgement.unreachable(fault)
        case .success(let scale):
            let current = scale.spec["replicas"].int ?? 0
            return current == 0 && judgement.least > 0 ? judgement.disabled() : judgement.bounded(current)
        }
    }
}

/// An autoscaler at one moment, and the conditions that come of it.
private struct Judgement {
    let autoscaler: KubeObject
    let least: Int
    let most: Int
    private let now: WallTime
    private var conditions: Conditions

    init(_ autoscaler: KubeObject, _ now: WallTime) {
        self.autoscaler = autoscaler
        self.now = now
        least = autoscaler.spec["minReplicas"].int ?? 1
        most = max(least, autoscaler.spec["maxReplicas"].int ?? least)
        conditions = Conditions(autoscaler.status["conditions"])
    }

    mutating func unreachable(_ fault: APIStatus) -> AutoscalerPlan {
        let why = "the HPA controller was unable to get the target's current scale: \(fault.message)"
        set("AbleToScale", .false, "FailedGetScale", why)
        return AutoscalerPlan(rescale: nil, reason: nil, status: status(current: nil, desired: 0))
    }

    /// Somebody has scaled the target to nothing: that is respected.
    mutating func disabled() -> AutoscalerPlan {
        let got = "the HPA controller was able to get the target's current scale"
        set("AbleToScale", .true, "SucceededGetScale", got)
        let off = "scaling is disabled since the replica count of the target is zero"
        set("ScalingActive", .false, "ScalingDisabled", off)
        return AutoscalerPlan(rescale: nil, reason: nil, status: status(current: 0, desired: 0))
    }

    mutating func bounded(_ current: Int) -> AutoscalerPlan {
        let desired = min(max(current, least), most)
        let idle = "metrics are not evaluated yet; the replica count is only kept within minReplicas and maxReplicas"
        set("ScalingActive", .false, "MetricsNotEvaluated", idle)
        guard desired != current else {
            set("AbleToScale", .true, "ReadyForNewScale", "recommended size matches current size")
            set("ScalingLimited", .false, "DesiredWithinRange", "the desired count is within the acceptable range")
            return AutoscalerPlan(rescale: nil, reason: nil, status: status(current: current, desired: desired))
        }
        let done = "the HPA controller was able to update the target scale to \(desired)"
        set("AbleToScale", .true, "SucceededRescale", done)
        let isBelow = current < least
        let limit = isBelow ? "less than the minimum" : "more than the maximum"
        let words = "the desired replica count is \(limit) replica count"
        set("ScalingLimited", .true, isBelow ? "TooFewReplicas" : "TooManyReplicas", words)
        return AutoscalerPlan(
            rescale: desired,
            reason: "Current number of replicas \(isBelow ? "below Spec.MinReplicas" : "above Spec.MaxReplicas")",
            status: status(current: current, desired: desired)
        )
    }

    private mutating func set(_ type: String, _ status: Conditions.Status, _ reason: String, _ message: String) {
        conditions.set(type, status, reason: reason, message: message, now: now)
    }

    private func status(current: Int?, desired: Int) -> JSON {
        var status = autoscaler.status
        status["currentReplicas"] = JSON(current)
        status["desiredReplicas"] = .int(Int64(desired))
        status["conditions"] = conditions.json
        return status
    }
}
