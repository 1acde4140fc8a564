import Base
package import KubeModel

/// The objects that carry out a Revision, made of what it says: pure.
package struct RevisionObjects {
    private let revision: Revision
    private let progressDeadline: Duration

    /// - Parameter progressDeadline: how long a start may take, unless the revision says it.
    package init(_ revision: Revision, progressDeadline: Duration) {
        self.revision = revision
        self.progressDeadline = progressDeadline
    }

    /// The Deployment, without replicas: those are the autoscaler's.
    package var deployment: KubeObject {
        var deployment = object(.deployments, "Deployment", revision.deploymentName)
        let annotations = annotations { !$0.hasPrefix(ServingAnnotation.scalingGroup) }
        deployment.metadata["annotations"] = JSON(annotations)
        var podAnnotations = annotations
        podAnnotations[ServingAnnotation.defaultContainer] = revision.servingContainer["name"].string
        deployment.spec = [
            "selector": ["matchLabels": JSON(selector)],
            "progressDeadlineSeconds": .int(Int64(deadline.nanoseconds / 1_000_000_000)),
            "revisionHistoryLimit": 0,
            "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 0]],
            "template": [
                "metadata": ["labels": JSON(labels), "annotations": JSON(podAnnotations)],
                "spec": RevisionPod(revision).spec,
            ],
        ]
        return deployment
    }

    /// The Service through which the revision's pods are reached.
    package var service: KubeObject {
        var service = object(.services, "Service", revision.name)
        var port: JSON = [
            "name": revision.speaksHTTP2 ? "http2" : "http", "port": 80, "protocol": "TCP",
            "targetPort": .int(Int64(revision.port)),
        ]
        if revision.speaksHTTP2 { port["appProtocol"] = "kubernetes.io/h2c" }
        service.spec = ["selector": JSON(selector), "ports": [port]]
        return service
    }

    /// What scales the Deployment.
    ///
    /// - Parameters:
    ///   - autoscalerClass: the class for a revision that names none.
    ///   - hasFailed: whether the pods that should run cannot.
    package func autoscaler(class autoscalerClass: String, hasFailed: Bool) -> KubeObject {
        var autoscaler = object(.podAutoscalers, "PodAutoscaler", revision.name)
        var annotations = annotations { _ in true }
        annotations[ServingAnnotation.scalingClass] = annotations[ServingAnnotation.scalingClass] ?? autoscalerClass
        autoscaler.metadata["annotations"] = JSON(annotations)
        autoscaler.spec = [
            "scaleTargetRef": [
                "apiVersion": "apps/v1", "kind": "Deployment", "name": .string(revision.deploymentName),
            ],
            "containerConcurrency": .int(Int64(revision.containerConcurrency)),
            "protocolType": revision.speaksHTTP2 ? "h2c" : "http1",
            "reachability": .string(hasFailed ? "Unreachable" : reachability),
        ]
        return autoscaler
    }

    private var reachability: String {
        switch revision.routingState {
        case .active: "Reachable"
        case .reserve: "Unreachable"
        case .pending, nil: ""
        }
    }

    private var deadline: Duration {
        let own = revision.object.annotations[ServingAnnotation.progressDeadline]
        // Admission has refused what is no duration; a revision that came past it has the platform's.
        return own.flatMap { try? Duration(kubernetes: $0) } ?? progressDeadline
    }

    /// The Deployment's pods, by an identity that no other revision of the name ever has.
    private var selector: [String: String] { [ServingLabel.revisionUID: revision.object.uid] }

    private var labels: [String: String] {
        var labels = revision.object.labels
        labels[ServingLabel.route] = nil
        labels[ServingLabel.routingState] = nil
        labels[ServingLabel.revision] = revision.name
        labels[ServingLabel.revisionUID] = revision.object.uid
        labels[ServingLabel.app] = labels[ServingLabel.app] ?? revision.name
        return labels
    }

    /// The revision's annotations, without those that only tell how it is routed.
    private func annotations(_ isIncluded: (String) -> Bool) -> [String: String] {
        let own: Set<String> = [
            ServingAnnotation.lastPinned, ServingAnnotation.preserved, ServingAnnotation.routingStateModified,
            ServingAnnotation.routes,
        ]
        return revision.object.annotations.filter { !own.contains($0.key) && isIncluded($0.key) }
    }

    private func object(_ resource: ResourceID, _ kind: String, _ name: String) -> KubeObject {
        var object = KubeObject(resource, kind: kind, namespace: revision.namespace, name: name)
        object.metadata["labels"] = JSON(labels)
        object.setController(revision.object)
        return object
    }
}
