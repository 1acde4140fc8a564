package import Base
import KubeModel

/// What a HorizontalPodAutoscaler is told: its `spec` after defaulting.
package struct AutoscalerSpec: Equatable, Sendable {
    package let minReplicas: Int
    package let maxReplicas: Int
    package let metrics: [MetricSpec]
    /// Nil where the older rule of doubling holds.
    package let behavior: ScaleBehavior?
    /// `Deployment/namespace/name`, as messages call it.
    package let target: String
    package let namespace: String

    /// Reads a spec; metrics of unknown kinds are left out.
    package init(_ spec: JSON, namespace: String) {
        minReplicas = max(0, spec["minReplicas"].int ?? 1)
        maxReplicas = max(minReplicas, spec["maxReplicas"].int ?? 1)
        metrics = (spec["metrics"].array ?? []).compactMap { MetricSpec($0) }
        let behavior = spec["behavior"]
        self.behavior =
            behavior.isNull
            ? nil
            : ScaleBehavior(
                up: ScaleRules(behavior["scaleUp"], policies: ScaleRules.upPolicies, window: .zero),
                down: ScaleRules(behavior["scaleDown"], policies: ScaleRules.downPolicies, window: nil)
            )
        let reference = spec["scaleTargetRef"]
        target = "\(reference["kind"].string ?? "")/\(namespace)/\(reference["name"].string ?? "")"
        self.namespace = namespace
    }
}

extension ScaleRules {
    /// Kubernetes' defaults: four pods or double within 15 s, whichever is more; everything within 15 s.
    static let upPolicies = [
        Policy(isPercent: false, value: 4, period: .seconds(15)),
        Policy(isPercent: true, value: 100, period: .seconds(15)),
    ]
    static let downPolicies = [Policy(isPercent: true, value: 100, period: .seconds(15))]

    /// Reads one direction of `behavior`; what is not said is as given.
    package init(_ rules: JSON, policies: [Policy], window: Duration?) {
        stabilizationWindow = rules["stabilizationWindowSeconds"].int.map { .seconds($0) } ?? window
        selection = rules["selectPolicy"].string.flatMap { Selection(rawValue: $0) } ?? .max
        tolerance = Quantity(rules["tolerance"])?.double
        let own = (rules["policies"].array ?? []).map { policy in
            Policy(
                isPercent: policy["type"].string == "Percent",
                value: policy["value"].int ?? 0,
                period: .seconds(policy["periodSeconds"].int ?? 0)
            )
        }
        self.policies = own.isEmpty ? policies : own
    }
}
