/// The name of a collection in the API: group, version and plural, as in `/apis/apps/v1/deployments`.
package struct ResourceID: Hashable, Sendable, CustomStringConvertible {
    /// The API group; empty for the core group.
    package let group: String
    /// The version inside the group.
    package let version: String
    /// The plural that URLs use.
    package let plural: String

    package init(_ group: String, _ version: String, _ plural: String) {
        self.group = group
        self.version = version
        self.plural = plural
    }

    /// What objects say in `apiVersion`.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    /// `deployments.apps`, or `pods` in the core group: how messages name a collection.
    package var qualified: String { group.isEmpty ? plural : "\(plural).\(group)" }
    package var description: String { "\(apiVersion)/\(plural)" }

    /// The path of the collection, or of the object `name` in it.
    package func path(namespace: String?, name: String? = nil, subresource: String? = nil) -> String {
        var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if let namespace { path += "/namespaces/\(namespace)" }
        path += "/\(plural)"
        if let name { path += "/\(name)" }
        if let subresource { path += "/\(subresource)" }
        return path
    }
}

/// The collections that Roost's own parts read and write.
extension ResourceID {
    package static let namespaces = ResourceID("", "v1", "namespaces")
    package static let nodes = ResourceID("", "v1", "nodes")
    package static let pods = ResourceID("", "v1", "pods")
    package static let services = ResourceID("", "v1", "services")
    package static let endpoints = ResourceID("", "v1", "endpoints")
    package static let configMaps = ResourceID("", "v1", "configmaps")
    package static let secrets = ResourceID("", "v1", "secrets")
    package static let serviceAccounts = ResourceID("", "v1", "serviceaccounts")
    package static let events = ResourceID("", "v1", "events")
    package static let persistentVolumes = ResourceID("", "v1", "persistentvolumes")
    package static let persistentVolumeClaims = ResourceID("", "v1", "persistentvolumeclaims")
    package static let deployments = ResourceID("apps", "v1", "deployments")
    package static let replicaSets = ResourceID("apps", "v1", "replicasets")
    package static let jobs = ResourceID("batch", "v1", "jobs")
    package static let horizontalPodAutoscalers = ResourceID("autoscaling", "v2", "horizontalpodautoscalers")
    package static let podMetrics = ResourceID("metrics.k8s.io", "v1beta1", "pods")
    package static let nodeMetrics = ResourceID("metrics.k8s.io", "v1beta1", "nodes")
    package static let leases = ResourceID("coordination.k8s.io", "v1", "leases")
    package static let endpointSlices = ResourceID("discovery.k8s.io", "v1", "endpointslices")
    package static let customResourceDefinitions =
        ResourceID("apiextensions.k8s.io", "v1", "customresourcedefinitions")
    package static let gatewayClasses = ResourceID("gateway.networking.k8s.io", "v1", "gatewayclasses")
    package static let gateways = ResourceID("gateway.networking.k8s.io", "v1", "gateways")
    package static let httpRoutes = ResourceID("gateway.networking.k8s.io", "v1", "httproutes")
    package static let grpcRoutes = ResourceID("gateway.networking.k8s.io", "v1", "grpcroutes")
    package static let referenceGrants = ResourceID("gateway.networking.k8s.io", "v1beta1", "referencegrants")
    package static let inferenceServices = ResourceID("serving.kserve.io", "v1beta1", "inferenceservices")
    package static let servingRuntimes = ResourceID("serving.kserve.io", "v1alpha1", "servingruntimes")
    package static let clusterServingRuntimes = ResourceID("serving.kserve.io", "v1alpha1", "clusterservingruntimes")
    package static let experiments = ResourceID("roost.dev", "v1alpha1", "experiments")
    package static let driftMonitors = ResourceID("roost.dev", "v1alpha1", "driftmonitors")
    package static let podAutoscalers = ResourceID("autoscaling.internal.knative.dev", "v1alpha1", "podautoscalers")
    package static let scaledObjects = ResourceID("keda.sh", "v1alpha1", "scaledobjects")
    package static let knativeServices = ResourceID("serving.knative.dev", "v1", "services")
    package static let knativeConfigurations = ResourceID("serving.knative.dev", "v1", "configurations")
    package static let knativeRevisions = ResourceID("serving.knative.dev", "v1", "revisions")
    package static let knativeRoutes = ResourceID("serving.knative.dev", "v1", "routes")
}

/// One object of a collection.
package struct ObjectKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The namespace; nil for objects of the whole cluster.
    package let namespace: String?
    /// The name, unique in its namespace.
    package let name: String

    package init(namespace: String? = nil, name: String) {
        self.namespace = namespace
        self.name = name
    }

    package var description: String { namespace.map { "\($0)/\(name)" } ?? name }

    package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.namespace ?? "", left.name) < (right.namespace ?? "", right.name)
    }
}
