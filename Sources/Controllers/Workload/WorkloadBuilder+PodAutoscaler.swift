import Base
import KServeModel
import KubeModel

extension WorkloadBuilder {
    /// The PodAutoscaler: named as the Service whose requests it counts.
    func podAutoscaler(of service: KubeObject) -> KubeObject {
        var autoscaler = object(.podAutoscalers, "PodAutoscaler")
        autoscaler.metadata["annotations"] = JSON(annotations.merging(scalingAnnotations) { _, own in own })
        autoscaler.spec = [
            "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(name)],
            "containerConcurrency": .int(Int64(component.containerConcurrency ?? 0)),
            "protocolType": ServicePorts.isGRPC(service.spec["ports"][0]) ? "h2c" : "http1",
            "reachability": "Reachable",
        ]
        return autoscaler
    }

    /// What the component's fields say, in Knative's words.
    private var scalingAnnotations: [String: String] {
        var annotations = [
            ScalingAnnotation.class: ScalingAnnotation.loadClass,
            ScalingAnnotation.minScale: String(replicas.lowerBound),
        ]
        if component.maxReplicas > 0 { annotations[ScalingAnnotation.maxScale] = String(replicas.upperBound) }
        if let target = component.scaleTarget { annotations[ScalingAnnotation.target] = String(target) }
        if let metric = component.scaleMetric { annotations[ScalingAnnotation.metric] = metric }
        return annotations
    }

    /// The replicas of a new version, so that it shows that it runs; those that the autoscaler keeps at least.
    var initialReplicas: Int {
        let wanted = annotations[ScalingAnnotation.initialScale].flatMap { Int32($0) }.map(Int.init) ?? 1
        return min(max(1, wanted, replicas.lowerBound), replicas.upperBound)
    }
}
