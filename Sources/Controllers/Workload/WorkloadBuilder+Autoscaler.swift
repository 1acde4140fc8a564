import Base
import KServeModel
import KubeModel

extension WorkloadBuilder {
    /// What decides about replicas; nil where the service asks for another autoscaler or none.
    func autoscaler(of service: KubeObject) -> Workload.Autoscaler? {
        switch scaling {
        case .load:
            served.podAutoscalers
                ? .load(podAutoscaler(of: service), initialReplicas: initialReplicas)
                : .horizontal(horizontalAutoscaler)
        case .resources: .horizontal(horizontalAutoscaler)
        case .events: served.scaledObjects ? .events(scaledObject) : nil
        case .external, .fixed: nil
        }
    }

    private var horizontalAutoscaler: KubeObject {
        var autoscaler = object(.horizontalPodAutoscalers, "HorizontalPodAutoscaler")
        autoscaler.spec = [
            "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(name)],
            "minReplicas": .int(Int64(replicas.lowerBound)), "maxReplicas": .int(Int64(replicas.upperBound)),
            "metrics": .array(metrics),
        ]
        if let behavior = component.json["autoScaling"]["behavior"].object {
            autoscaler.spec["behavior"] = .object(behavior)
        }
        return autoscaler
    }

    private var metrics: [JSON] {
        if !component.json["autoScaling"].isNull {
            return component.json["autoScaling"]["metrics"].array?.compactMap(WorkloadBuilder.resourceMetric) ?? []
        }
        switch component.scaleMetric ?? "cpu" {
        case "cpu": return [WorkloadBuilder.utilization("cpu", component.scaleTarget ?? 80)]
        case "memory": return component.scaleTarget.map { [WorkloadBuilder.utilization("memory", $0)] } ?? []
        // A target of requests is none of the processor.
        default: return [WorkloadBuilder.utilization("cpu", 80)]
        }
    }

    private static func resourceMetric(_ metric: JSON) -> JSON? {
        let target = metric["resource"]["target"]
        switch metric["resource"]["name"].string {
        case "cpu": return utilization("cpu", target["averageUtilization"].int ?? 80)
        case "memory":
            if let percent = target["averageUtilization"].int { return utilization("memory", percent) }
            let quantity = target["averageValue"]
            if quantity.isNull { return nil }
            let text = quantity.string ?? quantity.text
            return entry("memory", ["type": "AverageValue", "averageValue": .string(text)])
        default: return nil
        }
    }

    private static func utilization(_ name: String, _ percent: Int) -> JSON {
        entry(name, ["type": "Utilization", "averageUtilization": .int(Int64(percent))])
    }

    private static func entry(_ name: String, _ target: JSON) -> JSON {
        ["type": "Resource", "resource": ["name": .string(name), "target": target]]
    }
}
