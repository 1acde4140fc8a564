package import Base
import KubeModel

/// What a HorizontalPodAutoscaler does, and everything that it tells.
package struct ScaleDecision: Equatable, Sendable {
    /// Something to be told as an Event.
    package struct Event: Equatable, Sendable {
        package let isWarning: Bool
        package let reason: String
        package let message: String
    }

    /// Replicas that the target is to have by its spec; nil where that is not known.
    package let current: Int?
    /// Replicas that the status names as wanted; nil leaves what it names.
    package internal(set) var desired: Int?
    /// The size that the target is to get; nil leaves it alone.
    package internal(set) var rescale: Int?
    /// Why it is to get it.
    package internal(set) var reason = ""
    package internal(set) var conditions: [ScaleCondition] = []
    package internal(set) var events: [Event] = []
    /// `status.currentMetrics`; empty where no metric was asked.
    package internal(set) var metrics: [JSON] = []
    /// What went wrong, for the log.
    package internal(set) var fault: String?

    init(current: Int?) {
        self.current = current
        desired = current == 0 ? 0 : current
    }

    mutating func rescale(to replicas: Int, _ reason: String) {
        rescale = replicas
        desired = replicas
        self.reason = reason
    }

    mutating func warn(_ reason: String, _ message: String) {
        events.append(Event(isWarning: true, reason: reason, message: message))
    }

    /// The object's status after the decision was carried out.
    package func status(after old: JSON, now: WallTime) -> JSON {
        var status = old
        var list = Conditions(old["conditions"])
        for condition in conditions {
            list.set(
                condition.kind.rawValue,
                Conditions.Status(condition.isTrue),
                reason: condition.reason,
                message: condition.message,
                now: now
            )
        }
        status["conditions"] = list.json
        guard let current else { return status }
        status["currentReplicas"] = .int(Int64(current))
        status["currentMetrics"] = metrics.isEmpty ? .null : .array(metrics)
        if let desired { status["desiredReplicas"] = .int(Int64(desired)) }
        if rescale != nil { status["lastScaleTime"] = .string(now.rfc3339) }
        return status
    }
}

extension ScaleCondition {
    static func zero(_ isZero: Bool) -> ScaleCondition {
        isZero
            ? ScaleCondition(.scaledToZero, true, "ScaledToZero", "the HPA controller scaled the workload to zero")
            : ScaleCondition(
                .scaledToZero,
                false,
                "NotScaledToZero",
                "the HPA controller did not scale the workload to zero"
            )
    }
}
