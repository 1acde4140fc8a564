import Base
import KServeModel
import KubeModel

extension WorkloadBuilder {
    /// The component's Deployment. Replicas are left to the autoscaler, unless there is none.
    func deployment(pod: JSON) -> KubeObject {
        var deployment = object(.deployments, "Deployment")
        var spec: JSON = [
            "selector": ["matchLabels": [LabelKey.app: .string(WorkloadName.appLabel(name))]],
            "template": [
                "metadata": ["labels": JSON(labels), "annotations": JSON(templateAnnotations)], "spec": pod,
            ],
        ]
        if component.json["deploymentStrategy"].isNull {
            spec["strategy"] = strategy
            spec["revisionHistoryLimit"] = 10
            spec["progressDeadlineSeconds"] = 600
        } else {
            spec["strategy"] = component.json["deploymentStrategy"]
        }
        if scaling == .fixed { spec["replicas"] = .int(Int64(component.minReplicas ?? 1)) }
        deployment.spec = spec
        return deployment
    }

    private var strategy: JSON {
        let rollout = configuration.rollout
        func bound(_ text: String) -> JSON {
            if text.isEmpty { return "25%" }
            return Int64(text).map { .int($0) } ?? .string(text)
        }
        return [
            "type": "RollingUpdate",
            "rollingUpdate": ["maxSurge": bound(rollout.maxSurge), "maxUnavailable": bound(rollout.maxUnavailable)],
        ]
    }

    private var templateAnnotations: [String: String] {
        // How to scale is told to the autoscaler; pods need no restart for it.
        annotations.filter { !$0.key.hasPrefix(ScalingAnnotation.prefix) }.merging(scrapeAnnotations) { $1 }
    }
}
