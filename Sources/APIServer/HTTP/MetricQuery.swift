import Base
import KubeClient
import KubeModel
import Net

/// A request to custom.metrics.k8s.io or external.metrics.k8s.io.
struct MetricQuery {
    private let metric: MetricRequest
    private let version: String

    /// Nil where the path is none of a metric.
    init?(_ request: HTTPRequest, _ route: Route) throws(APIStatus) {
        var options = ListOptions(labelSelector: request.query("labelSelector") ?? "")
        options.metricLabelSelector = request.query("metricLabelSelector") ?? ""
        let named: (id: ResourceID, namespace: String?, parts: [String])
        switch route {
        case .collection(let id, let namespace): named = (id, namespace, [id.plural])
        case .object(let id, let key, let subresource?):
            named = (id, key.namespace, [id.plural, key.name, subresource])
        default: return nil
        }
        guard MetricRequest.versions[named.id.group]?.contains(named.id.version) == true,
            let metric = MetricRequest(group: named.id.group, parts: named.parts, namespace: named.namespace, options)
        else { return nil }
        guard request.method == "GET" else { throw ObjectRequests.notAllowed }
        self.metric = metric
        version = named.id.version
    }

    func answer(_ registry: Registry) async throws(APIStatus) -> HTTPReply {
        let isExternal = metric.subject == .external
        let items = try await registry.values(of: metric).map { value in
            isExternal || version != "v1beta1" ? value.json : MetricQuery.older(value.json)
        }
        let group = isExternal ? MetricRequest.externalGroup : MetricRequest.customGroup
        return .json([
            "kind": isExternal ? "ExternalMetricValueList" : "MetricValueList",
            "apiVersion": .string("\(group)/\(version)"), "metadata": .emptyObject, "items": .array(items),
        ])
    }

    /// The form of v1beta1, which has name and selector of the metric beside each other.
    private static func older(_ value: JSON) -> JSON {
        var older = value
        older["metricName"] = value["metric"]["name"]
        older["selector"] = value["metric"]["selector"]
        older["metric"] = .null
        return older
    }
}
