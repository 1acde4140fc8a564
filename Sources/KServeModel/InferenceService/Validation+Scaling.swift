import Base
import KubeModel

extension InferenceService {
    /// The rules of the autoscaler that this service gets.
    func scalingFault(_ component: Component) -> String? {
        if object.annotations[AnnotationKey.deploymentMode] == DeploymentMode.standard.rawValue {
            switch object.annotations[AnnotationKey.autoscalerClass] {
            case "hpa": return component.resourceScalingFault
            case "keda": return component.eventScalingFault
            default: return nil
            }
        }
        let knativeClass = object.annotations[ScalingAnnotation.class]
        return knativeClass == ScalingAnnotation.horizontalClass
            ? component.resourceScalingFault : component.requestScalingFault
    }
}

extension Component {
    private var metrics: [JSON] { json["autoScaling"]["metrics"].array ?? [] }

    /// For the HorizontalPodAutoscaler.
    fileprivate var resourceScalingFault: String? {
        let metric = scaleMetric ?? "cpu"
        guard ["cpu", "memory"].contains(metric) else { return "[\(metric)] is not a supported metric" }
        if let target = scaleTarget, target < 1 || (metric == "cpu" && target > 100) {
            return metric == "cpu"
                ? Component.utilizationFault : "the target memory should be greater than 1 MiB"
        }
        for metric in metrics {
            let type = metric["type"].string ?? ""
            guard type == "Resource" else {
                return "invalid HPA metric source type with value [\(type)],valid metric source types are Resource"
            }
            if metric["resource"].isNull { return "metricSpec.Resource is not set for resource metric source type" }
        }
        return nil
    }

    /// For Knative's autoscaler.
    fileprivate var requestScalingFault: String? {
        if !json["deploymentStrategy"].isNull {
            return "customizing deploymentStrategy is only supported for raw deployment mode"
        }
        let metric = scaleMetric ?? "concurrency"
        guard ["concurrency", "rps"].contains(metric) else { return "[\(metric)] is not a supported metric" }
        if metric == "rps", let target = scaleTarget, target < 1 {
            return "the target for rps should be greater than 1"
        }
        return nil
    }

    /// For KEDA.
    fileprivate var eventScalingFault: String? {
        if scaleMetric != nil { return "ScaleMetric is not supported for KEDA" }
        return metrics.lazy.compactMap(Component.eventMetricFault).first
    }

    private static func eventMetricFault(_ metric: JSON) -> String? {
        let type = metric["type"].string ?? ""
        switch type {
        case "Resource": return resourceMetricFault(metric["resource"])
        case "External", "PodMetric":
            let source = metric[type == "External" ? "external" : "podmetric"]
            if source.isNull {
                return "metricSpec.\(type) is not set for \(type == "External" ? "external" : "pod") metric source type"
            }
            if source["metric"]["query"].string?.isEmpty ?? true { return "the query should not be empty" }
            if source["target"]["value"].isNull { return "the target threshold value should not be empty" }
            return targetFault(source["target"])
        default:
            return "unknown KEDA metric type with value [\(type)].Valid types are Resource,External,PodMetric"
        }
    }

    private static func resourceMetricFault(_ resource: JSON) -> String? {
        if resource.isNull { return "metricSpec.Resource is not set for resource metric source type" }
        let name = resource["name"].string ?? ""
        let targetType = resource["target"]["type"].string ?? ""
        switch name {
        case "cpu":
            if targetType != "Utilization" { return "the cpu target value type should be Utilization" }
        case "memory":
            if !["AverageValue", "Utilization"].contains(targetType) {
                return "the memory target value type should be AverageValue or Utilization"
            }
        default: return "resource type \(name) is not supported"
        }
        return targetFault(resource["target"])
    }

    private static func targetFault(_ target: JSON) -> String? {
        switch target["type"].string {
        case "Utilization":
            guard let percent = target["averageUtilization"].int else {
                return "the AverageUtilization type should be set"
            }
            return (1...100).contains(percent) ? nil : utilizationFault
        case "AverageValue": return target["averageValue"].isNull ? "the AverageValue type should be set" : nil
        case "Value": return target["value"].isNull ? "the Value type should be set" : nil
        default: return nil
        }
    }

    private static let utilizationFault = "the target utilization percentage should be a [1-100] integer"
}
