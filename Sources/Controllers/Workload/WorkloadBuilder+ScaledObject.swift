import Base
import KServeModel
import KubeModel

extension WorkloadBuilder {
    /// The ScaledObject of a component that asks for KEDA.
    var scaledObject: KubeObject {
        var scaled = object(.scaledObjects, "ScaledObject")
        scaled.spec = [
            "scaleTargetRef": ["name": .string(name)], "minReplicaCount": JSON(replicas.lowerBound),
            "maxReplicaCount": JSON(replicas.upperBound), "triggers": .array(triggers),
        ]
        let behavior = stabilization
        if behavior != .emptyObject {
            scaled.spec["advanced"] = ["horizontalPodAutoscalerConfig": ["behavior": behavior]]
        }
        return scaled
    }

    /// The component's windows, else those of the platform.
    private var stabilization: JSON {
        let own = component.json["autoScaling"]["behavior"]
        var behavior = JSON.emptyObject
        for (direction, usual) in [
            ("scaleUp", configuration.autoscaler.scaleUpWindow),
            ("scaleDown", configuration.autoscaler.scaleDownWindow),
        ] {
            guard let window = own[direction]["stabilizationWindowSeconds"].int ?? usual else { continue }
            behavior[direction] = ["stabilizationWindowSeconds": JSON(window)]
        }
        return behavior
    }

    private var triggers: [JSON] {
        (component.json["autoScaling"]["metrics"].array ?? []).compactMap { metric -> JSON? in
            switch metric["type"].string {
            case "Resource": WorkloadBuilder.resourceTrigger(metric["resource"])
            case "External": WorkloadBuilder.externalTrigger(metric["external"])
            case "PodMetric": podTrigger(metric["podmetric"])
            default: nil
            }
        }
    }

    private static func resourceTrigger(_ resource: JSON) -> JSON {
        let target = resource["target"]
        let type = target["type"].string ?? ""
        let value =
            switch type {
            case "Utilization":
                target["averageUtilization"].int.map { String($0) }
                    ?? (resource["name"] == "cpu" ? "80" : "0")
            case "AverageValue": target["averageValue"].spelling
            default: target["value"].spelling
            }
        return ["type": resource["name"], "metadata": ["value": .string(value)], "metricType": .string(type)]
    }

    private static func externalTrigger(_ external: JSON) -> JSON {
        let (metric, authentication) = (external["metric"], external["authenticationRef"])
        var metadata: JSON = [
            "serverAddress": .string(metric["serverAddress"].string ?? ""),
            "query": .string(metric["query"].string ?? ""), "threshold": .string(external["target"]["value"].spelling),
        ]
        if metric["backend"] == "prometheus", let tenant = metric["namespace"].string, !tenant.isEmpty {
            metadata["namespace"] = .string(tenant)
        }
        if let modes = authentication["authModes"].string, !modes.isEmpty { metadata["authModes"] = .string(modes) }
        var trigger: JSON = ["type": metric["backend"], "metadata": metadata]
        if let name = authentication["authenticationRef"]["name"].string, !name.isEmpty {
            trigger["authenticationRef"] = ["name": .string(name)]
        }
        return trigger
    }

    private func podTrigger(_ pods: JSON) -> JSON {
        let metric = pods["metric"]
        let labels = "namespace=\"\(owner.namespace)\", deployment=\"\(name)\""
        let server = metric["serverAddress"].string.flatMap { $0.isEmpty ? nil : $0 }
        var metadata: JSON = [
            "metricQuery": .string("sum(\(metric["query"].string ?? ""){\(labels)})"),
            "targetValue": .string(pods["target"]["value"].spelling),
            "scalerAddress": .string(server ?? configuration.autoscaler.metricScalerEndpoint),
        ]
        if let operation = metric["operationOverTime"].string, !operation.isEmpty {
            metadata["operationOverTime"] = .string(operation)
        }
        return ["type": "external", "metadata": metadata]
    }
}

extension JSON {
    /// A quantity as it was written; what is left out is none.
    fileprivate var spelling: String { isNull ? "0" : string ?? text }
}
