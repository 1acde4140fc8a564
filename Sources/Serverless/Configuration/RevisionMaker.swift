import Base
package import KubeModel

/// Makes Revisions out of what a Configuration says.
package struct RevisionMaker {
    package let configuration: KubeObject

    package init(_ configuration: KubeObject) { self.configuration = configuration }

    /// The revision's name, where the user has given one.
    package var givenName: String? {
        template["metadata"]["name"].string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The Revision of the Configuration's present generation.
    package func revision(now: String) -> KubeObject {
        var revision = KubeObject(
            .knativeRevisions,
            kind: "Revision",
            namespace: configuration.namespace,
            name: givenName ?? ChildName.of(configuration.name, RevisionMaker.suffix(configuration.generation))
        )
        revision.metadata["labels"] = JSON(labels)
        revision.metadata["annotations"] = JSON(annotations(now: now))
        revision.setController(configuration)
        revision.spec = template["spec"]
        return revision
    }

    private var template: JSON { configuration.spec["template"] }

    /// A configuration that routes are said to lead to makes revisions that are active from the start.
    private var isRouted: Bool { configuration.annotations[ServingAnnotation.routes] != nil }

    private var labels: [String: String] {
        var labels = template["metadata"]["labels"].stringMap
        labels[ServingLabel.routingState] = (isRouted ? Revision.RoutingState.active : .pending).rawValue
        labels[ServingLabel.configuration] = configuration.name
        labels[ServingLabel.configurationUID] = configuration.uid
        labels[ServingLabel.configurationGeneration] = String(configuration.generation)
        for key in [ServingLabel.service, ServingLabel.serviceUID] { labels[key] = configuration.labels[key] }
        return labels
    }

    private func annotations(now: String) -> [String: String] {
        var annotations = template["metadata"]["annotations"].stringMap
        annotations[ServingAnnotation.routingStateModified] = now
        annotations[ServingAnnotation.routes] = configuration.annotations[ServingAnnotation.routes]
        return annotations
    }

    /// `-00001`
    private static func suffix(_ generation: Int) -> String {
        let digits = String(generation)
        return "-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
