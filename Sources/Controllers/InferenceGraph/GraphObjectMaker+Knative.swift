import Base
import KServeModel
import KubeModel

extension GraphObjectMaker {
    /// The graph's Knative Service, which is all that it wants in Serverless mode.
    var knativeService: KubeObject {
        var labels = labels
        // Knative gives the pods of a revision an `app` of their own.
        labels[LabelKey.app] = nil
        labels["serving.kserve.io/kind"] = "InferenceGraph"
        var service = KubeObject(.knativeServices, kind: "Service", namespace: graph.namespace, name: graph.name)
        if !graph.labels.isEmpty { service.metadata["labels"] = JSON(graph.labels) }
        service.setController(graph)
        var revision = pod
        revision["timeoutSeconds"] = spec["timeout"]
        let annotations = annotations.merging(scalingAnnotations) { _, own in own }
        service.spec = [
            "template": [
                "metadata": ["labels": JSON(labels), "annotations": JSON(annotations)], "spec": revision,
            ]
        ]
        return service
    }
}
