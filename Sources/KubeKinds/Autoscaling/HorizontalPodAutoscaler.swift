import Base
import KubeModel

/// HorizontalPodAutoscalers: how many replicas another object should have, by what is measured.
enum AutoscalerKind {
    static let type = ResourceType.builtIn(
        .horizontalPodAutoscalers,
        "HorizontalPodAutoscaler",
        message: "as2.HorizontalPodAutoscaler",
        table: AutoscalerTable.columns
    ) { type in
        type.shortNames = ["hpa"]
        type.categories = ["all"]
        type.hasStatus = true
        type.applyDefaults = { scaler in scaler.json.update("spec", completeSpec) }
        type.prepareForCreate = { $0.status = ["desiredReplicas": 0] }
        type.validate = { scaler, _ in AutoscalerValidation.faults(of: scaler.spec) }
    }

    private static func completeSpec(_ spec: inout JSON) {
        spec.setDefault("minReplicas", 1)
        if spec.elements("metrics").isEmpty {
            spec["metrics"] = [cpuMetric(utilization: 80)]
        }
        spec.update("behavior") { behavior in
            behavior.setDefault("scaleUp", .emptyObject)
            behavior.setDefault("scaleDown", .emptyObject)
            behavior.update("scaleUp") { rules in
                rules.setDefault("stabilizationWindowSeconds", 0)
                rules.setDefault("selectPolicy", "Max")
                let four: JSON = ["type": "Pods", "value": 4, "periodSeconds": 15]
                rules.setDefault("policies", [four, wholeAgain])
            }
            behavior.update("scaleDown") { rules in
                rules.setDefault("selectPolicy", "Max")
                rules.setDefault("policies", [wholeAgain])
            }
        }
    }

    private static let wholeAgain: JSON = ["type": "Percent", "value": 100, "periodSeconds": 15]

    /// Cpu use, as a percentage of what pods request.
    static func cpuMetric(utilization: Int) -> JSON {
        let target: JSON = ["type": "Utilization", "averageUtilization": .int(Int64(utilization))]
        return ["type": "Resource", "resource": ["name": "cpu", "target": target]]
    }
}
