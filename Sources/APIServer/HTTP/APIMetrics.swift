import Base
import KubeModel
import Net

/// The series of the API server, under Kubernetes' own names where it has them.
struct APIMetrics: Sendable {
    private let registry: MetricRegistry
    private let requests: CounterFamily
    private let durations: HistogramFamily

    /// - Parameter store: whose objects and watches are told.
    init(_ registry: MetricRegistry, store: Store) {
        self.registry = registry
        requests = registry.counter(
            "apiserver_request_total",
            "Requests by verb, group, version, resource and code.",
            labels: ["verb", "group", "version", "resource", "code"]
        )
        durations = registry.histogram(
            "apiserver_request_duration_seconds",
            "Time until the answer began, by verb and resource.",
            labels: ["verb", "resource"]
        )
        registry.add { [weak store] writer in
            guard let store else { return }
            writer.family("apiserver_storage_objects", "Stored objects by resource.", .gauge)
            for (name, count) in store.counts.sorted(by: { $0.key < $1.key }) {
                writer.sample([("resource", name)], count)
            }
            writer.family("apiserver_longrunning_requests", "Watches that are open.", .gauge)
            writer.sample([("verb", "WATCH")], store.watchCount)
        }
    }

    /// The times of the store's transactions.
    static func commitTimes(_ registry: MetricRegistry) -> Histogram {
        registry.histogram(
            "roost_store_commit_duration_seconds",
            "Time of one transaction, which writes for all that wait.",
            buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]
        ).with()
    }

    /// Counts a request.
    ///
    /// - Parameter isServed: whether the collection exists: clients may ask for any name they like.
    func count(
        _ request: HTTPRequest,
        _ route: Route,
        _ status: Int,
        _ duration: Duration,
        isServed: (ResourceID) -> Bool
    ) {
        let (verb, asked) = APIMetrics.label(request, route)
        let id = asked.flatMap { isServed($0) ? $0 : nil } ?? ResourceID("", "", "")
        requests.with(verb, id.group, id.version, id.plural, String(status)).add()
        durations.with(verb, id.plural).observe(nanoseconds: duration.nanoseconds)
    }

    private static let methods: Set<String> = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    private static func label(_ request: HTTPRequest, _ route: Route) -> (verb: String, id: ResourceID?) {
        let method = methods.contains(request.method) ? request.method : "other"
        switch route {
        case .collection(let id, _) where method == "GET":
            return (["true", "1"].contains(request.query("watch")) ? "WATCH" : "LIST", id)
        case .collection(let id, _), .object(let id, _, _): return (method, id)
        default: return (method, nil)
        }
    }

    /// All series, in the form that the client likes best.
    func answer(_ request: HTTPRequest) -> HTTPReply {
        let format = ExpositionFormat(accept: request.headers["accept"] ?? "")
        var response = HTTPResponse(status: 200, body: Array(registry.exposition(format).utf8))
        response.headers["content-type"] = "\(format.contentType)"
        return .complete(response)
    }
}
