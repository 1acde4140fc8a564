package import KubeModel
import Base

/// The Configuration and the Route of a Service: pure.
package struct ServicePlan {
    private let service: KubeObject

    package init(_ service: KubeObject) { self.service = service }

    /// The Configuration, which keeps the routes that others have told it.
    package func configuration(over current: KubeObject?) -> KubeObject {
        var configuration = object(.knativeConfigurations, "Configuration")
        var labels = service.labels
        labels[ServingLabel.service] = service.name
        labels[ServingLabel.serviceUID] = service.uid
        configuration.metadata["labels"] = JSON(labels)
        var annotations = self.annotations
        annotations[ServingAnnotation.rolloutDuration] = nil
        annotations[ServingAnnotation.rolloutDurationOlder] = nil
        var routes = RouteNames(current?.annotations[ServingAnnotation.routes])
        routes.insert(service.name)
        annotations[ServingAnnotation.routes] = routes.text
        configuration.metadata["annotations"] = JSON(annotations)
        configuration.spec = ["template": service.spec["template"]]
        return configuration
    }

    /// The Route, whose entries without a revision lead to the Configuration.
    package var route: KubeObject {
        var route = object(.knativeRoutes, "Route")
        var labels = service.labels
        labels[ServingLabel.service] = service.name
        route.metadata["labels"] = JSON(labels)
        if !annotations.isEmpty { route.metadata["annotations"] = JSON(annotations) }
        let traffic = (service.spec["traffic"].array ?? []).map { entry in
            guard entry["revisionName"].string ?? "" == "" else { return entry }
            var entry = entry
            entry["configurationName"] = .string(service.name)
            return entry
        }
        route.spec = ["traffic": .array(traffic)]
        return route
    }

    /// The stored object brought to what is wanted; nil where it is so already.
    package static func replacement(for current: KubeObject, by wanted: KubeObject) -> KubeObject? {
        var object = current
        object.spec = wanted.spec
        object.metadata["labels"] = wanted.metadata["labels"]
        object.metadata["annotations"] = wanted.metadata["annotations"]
        return object == current ? nil : object
    }

    private var annotations: [String: String] {
        service.annotations.filter { $0.key != ServingAnnotation.lastApplied }
    }

    private func object(_ resource: ResourceID, _ kind: String) -> KubeObject {
        var object = KubeObject(resource, kind: kind, namespace: service.namespace, name: service.name)
        object.setController(service)
        return object
    }
}
