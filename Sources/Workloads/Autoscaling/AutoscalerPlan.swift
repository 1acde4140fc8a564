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
        var conditions = Conditions(autoscaler.status["conditions"])
        switch scale {
        case .failure(let fault):
            let why = "the HPA controller was unable to get the target's current scale: \(fault.message)"
            conditions.set("AbleToScale", .false, reason: "FailedGetScale", message: why, now: now)
            return AutoscalerPlan(
                rescale: nil,
                reason: nil,
                status: status(autoscaler, current: nil, desired: 0, conditions)
            )
        case .success(let scale):
            return decide(autoscaler, current: scale.spec["replicas"].int ?? 0, &conditions, now)
        }
    }

    private static func decide(
        _ autoscaler: KubeObject,
        current: Int,
        _ conditions: inout Conditions,
        _ now: WallTime
    ) -> AutoscalerPlan {
        let least = autoscaler.spec["minReplicas"].int ?? 1
        let most = max(least, autoscaler.spec["maxReplicas"].int ?? least)
        if current == 0, least > 0 {
            let off = "scaling is disabled since the replica count of the target is zero"
            able(&conditions, "SucceededGetScale", "the HPA controller was able to get the target's current scale", now)
            conditions.set("ScalingActive", .false, reason: "ScalingDisabled", message: off, now: now)
            return AutoscalerPlan(
                rescale: nil,
                reason: nil,
                status: status(autoscaler, current: 0, desired: 0, conditions)
            )
        }
        let desired = min(max(current, least), most)
        if desired == current {
            able(&conditions, "ReadyForNewScale", "recommended size matches current size", now)
        } else {
            let done = "the HPA controller was able to update the target scale to \(desired)"
            able(&conditions, "SucceededRescale", done, now)
        }
        conditions.set(
            "ScalingActive",
            .false,
            reason: "MetricsNotEvaluated",
            message: "metrics are not evaluated yet; the replica count is only kept within minReplicas and maxReplicas",
            now: now
        )
        limit(&conditions, current, desired, now)
        return AutoscalerPlan(
            rescale: desired == current ? nil : desired,
            reason: desired == current
                ? nil : "Current number of replicas \(current < least ? "below Spec.Min" : "above Spec.Max")Replicas",
            status: status(autoscaler, current: current, desired: desired, conditions)
        )
    }

    private static func able(_ conditions: inout Conditions, _ reason: String, _ message: String, _ now: WallTime) {
        conditions.set("AbleToScale", .true, reason: reason, message: message, now: now)
    }

    private static func limit(_ conditions: inout Conditions, _ current: Int, _ desired: Int, _ now: WallTime) {
        let (status, reason, words): (Conditions.Status, String, String) =
            desired == current
            ? (.false, "DesiredWithinRange", "the desired count is within the acceptable range")
            : current > desired
                ? (.true, "TooManyReplicas", "the desired replica count is more than the maximum replica count")
                : (.true, "TooFewReplicas", "the desired replica count is less than the minimum replica count")
        conditions.set("ScalingLimited", status, reason: reason, message: words, now: now)
    }

    private static func status(
        _ autoscaler: KubeObject,
        current: Int?,
        desired: Int,
        _ conditions: Conditions
    ) -> JSON {
        var status = autoscaler.status
        status["currentReplicas"] = JSON(current)
        status["desiredReplicas"] = .int(Int64(desired))
        status["conditions"] = conditions.json
        return status
    }
}
