import Base
import KServeModel
import KubeModel

// What decides about a router's replicas.
extension GraphObjectMaker {
    /// Whether replicas follow the requests: where the graph asks for it, or for none while there are none.
    private var scalesByLoad: Bool {
        let asksForLoad = ["concurrency", "rps"].contains(spec["scaleMetric"].string) || spec["minReplicas"].int == 0
        return asksForLoad && served.podAutoscalers
    }

    /// The autoscaler's bounds.
    var replicas: ClosedRange<Int> {
        let least = max(scalesByLoad ? 0 : 1, spec["minReplicas"].int ?? 1)
        let most = spec["maxReplicas"].int ?? 0
        return least...(scalesByLoad && most == 0 ? Int(Int32.max) : max(least, most))
    }

    var autoscaler: (resource: ResourceID, object: KubeObject) {
        scalesByLoad ? (.podAutoscalers, podAutoscaler) : (.horizontalPodAutoscalers, horizontalAutoscaler)
    }

    private var podAutoscaler: KubeObject {
        var autoscaler = object(.podAutoscalers, "PodAutoscaler")
        autoscaler.metadata["annotations"] = JSON(annotations.merging(scalingAnnotations) { _, own in own })
        autoscaler.spec = [
            "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(graph.name)],
            "containerConcurrency": 0, "protocolType": "http1", "reachability": "Reachable",
        ]
        return autoscaler
    }

    private var horizontalAutoscaler: KubeObject {
        var autoscaler = object(.horizontalPodAutoscalers, "HorizontalPodAutoscaler")
        let metric = spec["scaleMetric"].string ?? "cpu"
        // A target of requests is none of the processor.
        let isResource = metric == "cpu" || metric == "memory"
        let target: JSON = [
            "type": "Utilization", "averageUtilization": .int(Int64(isResource ? spec["scaleTarget"].int ?? 80 : 80)),
        ]
        autoscaler.spec = [
            "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(graph.name)],
            "minReplicas": .int(Int64(replicas.lowerBound)), "maxReplicas": .int(Int64(replicas.upperBound)),
            "metrics": [
                ["type": "Resource", "resource": ["name": .string(isResource ? metric : "cpu"), "target": target]]
            ],
        ]
        return autoscaler
    }

    /// What the graph's fields say of scaling, in Knative's words; a class that the user names stays.
    var scalingAnnotations: [String: String] {
        var scaling = [ScalingAnnotation.minScale: String(spec["minReplicas"].int ?? 1)]
        scaling[ScalingAnnotation.class] = annotations[ScalingAnnotation.class] ?? ScalingAnnotation.loadClass
        if let most = spec["maxReplicas"].int, most > 0 { scaling[ScalingAnnotation.maxScale] = String(most) }
        if let target = spec["scaleTarget"].int { scaling[ScalingAnnotation.target] = String(target) }
        if let metric = spec["scaleMetric"].string { scaling[ScalingAnnotation.metric] = metric }
        return scaling
    }
}
