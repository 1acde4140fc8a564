import Base
import KubeClient
import KubeModel

/// What a trigger of a ScaledObject asks of which server; KEDA answers for the metrics of its own HorizontalPodAutoscalers.
struct TriggerQuery {
    let query: String
    let server: String
    /// The tenant that is asked in, for servers that know such.
    let tenant: String?
    private let ignoresNothing: Bool

    /// The label that tells whose metric is asked for.
    private static let label = "scaledobject.keda.sh/name"

    /// Nil where the request is not for a ScaledObject's metric.
    init?(
        _ request: MetricRequest,
        _ selector: LabelSelector,
        _ api: any KubernetesAPI
    ) async throws(APIStatus) {
        let asked = selector.requirements.first { $0.key == TriggerQuery.label && $0.operator == .equals }
        guard let name = asked?.values.first else { return nil }
        let object = try await api.get(.scaledObjects, ObjectKey(namespace: request.namespace, name: name))
        let prefix = request.metric.prefix { $0 != "-" }
        let triggers = object.spec["triggers"].array ?? []
        guard prefix.first == "s", let index = Int(prefix.dropFirst()), triggers.indices.contains(index) else {
            throw APIStatus(.notFound, "ScaledObject \(name) has no trigger of metric \(request.metric)")
        }
        let metadata = triggers[index]["metadata"]
        guard let server = metadata["serverAddress"].string, let query = metadata["query"].string else {
            throw .badRequest("ScaledObject \(name): triggers[\(index)] names no serverAddress and query")
        }
        self.query = query
        self.server = server
        tenant = metadata["namespace"].string
        ignoresNothing = metadata["ignoreNullValues"].string != "false"
    }

    /// The one value of the trigger; no value is zero unless the trigger says otherwise.
    func value(of samples: [PrometheusSample], now: WallTime) throws(APIStatus) -> PrometheusSample {
        guard samples.count <= 1 else {
            throw .badRequest("prometheus query \(query) returned \(samples.count) series where one is wanted")
        }
        if let sample = samples.first { return sample }
        guard ignoresNothing else { throw .badRequest("prometheus query \(query) returned no value") }
        return PrometheusSample(labels: [:], value: 0, at: now)
    }
}
