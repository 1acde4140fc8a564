package import KubeModel

/// A question to custom.metrics.k8s.io or external.metrics.k8s.io: the values of one metric now.
package struct MetricRequest: Equatable, Sendable {
    /// Whose metric it is.
    package enum Subject: Equatable, Sendable {
        /// All objects of a collection that the selector takes; `pods` or `deployments.apps`.
        case every(String)
        /// One object.
        case one(String, name: String)
        /// Nothing of the cluster's.
        case external
    }

    package let subject: Subject
    package let metric: String
    package let namespace: String?
    /// Which objects of the collection count; empty takes all.
    package let objectSelector: String
    /// Which series of the metric count; empty takes all.
    package let metricSelector: String

    package init(
        _ subject: Subject,
        metric: String,
        namespace: String?,
        objectSelector: String = "",
        metricSelector: String = ""
    ) {
        self.subject = subject
        self.metric = metric
        self.namespace = namespace
        self.objectSelector = objectSelector
        self.metricSelector = metricSelector
    }

    /// Reads what a path names; nil where it is in neither of the groups.
    ///
    /// - Parameters:
    ///   - parts: what stands behind the version and the namespace.
    ///   - options: the request's query.
    package init?(group: String, parts: [String], namespace: String?, _ options: ListOptions) {
        switch (group, parts.count) {
        case (MetricRequest.externalGroup, 1):
            self.init(.external, metric: parts[0], namespace: namespace, metricSelector: options.labelSelector)
        case (MetricRequest.customGroup, 3):
            self.init(
                parts[1] == "*" ? .every(parts[0]) : .one(parts[0], name: parts[1]),
                metric: parts[2],
                namespace: namespace,
                objectSelector: options.labelSelector,
                metricSelector: options.metricLabelSelector
            )
        default: return nil
        }
    }

    package static let customGroup = "custom.metrics.k8s.io"
    package static let externalGroup = "external.metrics.k8s.io"
    /// The versions of each group, the preferred one first.
    package static let versions = [customGroup: ["v1beta2", "v1beta1"], externalGroup: ["v1beta1"]]

    /// The question as a collection to list, with its options.
    package var listing: (resource: ResourceID, options: ListOptions) {
        var options = ListOptions(labelSelector: objectSelector)
        switch subject {
        case .external:
            options.labelSelector = metricSelector
            return (ResourceID(MetricRequest.externalGroup, "v1beta1", metric), options)
        case .every(let collection):
            options.metricLabelSelector = metricSelector
            return (ResourceID(MetricRequest.customGroup, "v1beta2", "\(collection)/*/\(metric)"), options)
        case .one(let collection, let name):
            options.metricLabelSelector = metricSelector
            return (ResourceID(MetricRequest.customGroup, "v1beta2", "\(collection)/\(name)/\(metric)"), options)
        }
    }
}

/// Whoever knows the values of metrics that Kubernetes itself does not measure.
package protocol MetricsAPI: Sendable {
    /// The items of a MetricValueList (v1beta2) or ExternalMetricValueList.
    ///
    /// - Parameters:
    ///   - object: the kind that the request's subject is of; nil for external metrics.
    ///   - api: where pods and the objects that steer metrics are.
    func values(
        of request: MetricRequest,
        object: ResourceType?,
        _ api: any KubernetesAPI
    ) async throws(APIStatus) -> [KubeObject]
}
