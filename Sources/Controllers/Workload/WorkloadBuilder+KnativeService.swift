import Base
import KServeModel
import KubeModel

extension WorkloadBuilder {
    /// The component's Knative Service: what runs is its template, and another template is another revision.
    ///
    /// - Parameter history: the revisions that the component has had.
    func knativeService(pod: JSON, history: RevisionHistory) -> KubeObject {
        var annotations = annotations.merging(revisionScaling) { _, own in own }
        dropUselessInitialScale(&annotations)
        let tagsLatest = annotations[AnnotationKey.enableTagRouting] == "true"
        let own = annotations.filter { WorkloadBuilder.serviceAnnotations.contains($0.key) }
        annotations = annotations.filter { !WorkloadBuilder.serviceAnnotations.contains($0.key) }
        var labels = labels
        // Knative gives the pods of a revision an `app` of their own.
        labels[LabelKey.app] = nil

        var service = KubeObject(.knativeServices, kind: "Service", namespace: owner.namespace, name: name)
        service.metadata["labels"] = JSON(labels)
        if !own.isEmpty { service.metadata["annotations"] = JSON(own) }
        service.setController(owner.object)
        var revision = withOnePort(pod)
        revision["timeoutSeconds"] = JSON(component.timeoutSeconds)
        revision["responseStartTimeoutSeconds"] = JSON(component.timeoutSeconds)
        revision["containerConcurrency"] = JSON(component.containerConcurrency)
        let templateLabels = labels.filter { !configuration.disallowedLabels.contains($0.key) }
        service.spec = [
            "template": [
                "metadata": [
                    "labels": JSON(templateLabels), "annotations": JSON(annotations.merging(scrapeAnnotations) { $1 }),
                ],
                "spec": revision,
            ],
            "traffic": .array(history.traffic(percent: component.canaryTrafficPercent, tagsLatest: tagsLatest)),
        ]
        return service
    }

    /// Knative lets one container have a port, the one that requests come to: the agent, where there is one.
    private func withOnePort(_ pod: JSON) -> JSON {
        guard component.needsAgent else { return pod }
        var pod = pod
        pod["containers"] = .array(
            (pod["containers"].array ?? []).map { container in
                var container = container
                let isAgent = container["name"].string == "agent"
                container["ports"] = isAgent ? [["containerPort": .int(Int64(AgentContainer.port))]] : .null
                return container
            }
        )
        return pod
    }

    /// Annotations that concern the Knative Service, not its revisions.
    private static let serviceAnnotations: Set<String> = [
        "serving.knative.dev/rollout-duration", "serving.knative.openshift.io/enablePassthrough",
    ]

    /// What the component's fields say of a revision's scaling; a class that the user names stays.
    private var revisionScaling: [String: String] {
        var scaling = [ScalingAnnotation.minScale: String(component.minReplicas ?? 1)]
        scaling[ScalingAnnotation.class] = annotations[ScalingAnnotation.class] ?? ScalingAnnotation.loadClass
        if component.maxReplicas != 0 { scaling[ScalingAnnotation.maxScale] = String(component.maxReplicas) }
        if let target = component.scaleTarget { scaling[ScalingAnnotation.target] = String(target) }
        if let metric = component.scaleMetric { scaling[ScalingAnnotation.metric] = metric }
        return scaling
    }

    /// An initial scale that Knative would refuse is left out.
    private func dropUselessInitialScale(_ annotations: inout [String: String]) {
        guard let text = annotations[ScalingAnnotation.initialScale] else { return }
        let scale = Int(text)
        if scale == nil || (scale == 0 && !served.allowsZeroInitialScale) {
            annotations[ScalingAnnotation.initialScale] = nil
        }
    }
}
