import Base

/// A second version that gets a share of the traffic (Standard mode).
package struct Canary: Sendable {
    package let predictor: Component
    package let trafficPercent: Int

    init(_ json: JSON) {
        predictor = Component(.predictor, json["predictor"])
        trafficPercent = json["trafficPercent"].int ?? 0
    }

    package var name: String { predictor.variant }

    /// The replicas it runs beside a stable version: those it asks for, or its share of the stable version's.
    package func replicas(beside stable: Component) -> Int {
        let most = min(max(1, stable.minReplicas ?? 1), Int(Int32.max))
        let share = (most * min(max(trafficPercent, 0), 100) + 99) / 100
        return min(max(1, predictor.minReplicas ?? share), Int(Int32.max))
    }

    /// The whole predictor: the stable one with what the canary changes, at fixed replicas, or scaled by load as the
    /// stable one is.
    package func completed(from stable: Component, scalesByLoad: Bool = false) -> Component {
        var members = stable.json.object ?? [:]
        for name in ["model", "containers", "headers", "canaryTrafficPercent"] { members[name] = nil }
        if !scalesByLoad { for name in ["autoScaling", "scaleTarget", "scaleMetric"] { members[name] = nil } }
        members.merge(predictor.json.object ?? [:]) { _, own in own }
        let replicas = Int64(replicas(beside: stable))
        if !scalesByLoad {
            members["minReplicas"] = .int(replicas)
            members["maxReplicas"] = .int(replicas)
        } else if predictor.minReplicas == nil, stable.minReplicas != 0 {
            members["minReplicas"] = .int(replicas)
        }
        return Component(.predictor, .object(members))
    }
}
