import Base
import KubeClient
import KubeModel

/// The groups of metrics: nothing of them is stored, whoever knows the metrics answers.
extension Registry {
    func values(of request: MetricRequest) async throws(APIStatus) -> [KubeObject] {
        guard let metrics else { throw Registry.noSuchResource }
        let object: ResourceType? =
            switch request.subject {
            case .external: nil
            case .every(let collection), .one(let collection, _): types.first { $0.id.qualified == collection }
            }
        guard object != nil || request.subject == .external else { throw Registry.noSuchResource }
        return try await metrics.values(of: request, object: object, InProcessAPI(self))
    }

    /// What discovery tells of metrics: those that a HorizontalPodAutoscaler goes by.
    var metricTypes: [ResourceType] {
        guard metrics != nil else { return [] }
        // An API without that kind has nobody who asks for metrics.
        let scalers = (try? list(.horizontalPodAutoscalers, namespace: nil).items) ?? []
        let named = Set(scalers.flatMap { $0.spec["metrics"].array ?? [] }.compactMap(metricName)).sorted()
        return named.flatMap { metric in
            (MetricRequest.versions[metric.group] ?? []).map { version in
                let isExternal = metric.group == MetricRequest.externalGroup
                let kind = isExternal ? "ExternalMetricValueList" : "MetricValueList"
                var type = ResourceType(ResourceID(metric.group, version, metric.name), kind: kind, isNamespaced: true)
                type.singular = ""
                type.computed = { [] }
                return type
            }
        }
    }

    private func metricName(_ metric: JSON) -> MetricName? {
        switch metric["type"].string {
        case "Pods": return custom("pods", metric["pods"])
        case "Object":
            let described = metric["object"]["describedObject"]
            let kind = described["kind"].string
            let type = types.first { $0.kind == kind && $0.id.apiVersion == described["apiVersion"].string }
            return type.flatMap { custom($0.id.qualified, metric["object"]) }
        case "External":
            return metric["external"]["metric"]["name"].string.map {
                MetricName(group: MetricRequest.externalGroup, name: $0)
            }
        default: return nil
        }
    }

    private func custom(_ collection: String, _ source: JSON) -> MetricName? {
        source["metric"]["name"].string.map {
            MetricName(group: MetricRequest.customGroup, name: "\(collection)/\($0)")
        }
    }
}

/// A metric as discovery calls it.
private struct MetricName: Hashable, Comparable {
    let group: String
    let name: String

    static func < (left: MetricName, right: MetricName) -> Bool {
        (left.group, left.name) < (right.group, right.name)
    }
}
