import Base
import KubeModel

/// The series of the API server, under Kubernetes' own names.
struct APIMetrics: Sendable {
    private let registry: MetricRegistry
    private let requests: CounterFamily
    private let durations: HistogramFamily
    private let objects: GaugeFamily
    private let store: Store

    init(_ registry: MetricRegistry, store: Store) {
        self.registry = registry
        self.store = store
        requests = registry.counter(
            "apiserver_request_total",
            "Requests by verb, group, version, resource and code",
            labels: ["verb", "group", "version", "resource", "code"]
        )
        durations = registry.histogram(
            "apiserver_request_duration_seconds",
            "Time until the answer began, by verb and resource",
            labels: ["verb", "resource"]
        )
        objects = registry.gauge("apiserver_storage_objects", "Stored objects by resource", labels: ["resource"])
    }

    func count(_ method: String, _ route: Route, _ status: Int, _ duration: Duration) {
        let (verb, id) = APIMetrics.label(method, route)
        requests.with(verb, id.group, id.version, id.plural, String(status)).add()
        durations.with(verb, id.plural).observe(nanoseconds: duration.nanoseconds)
    }

    private static func label(_ method: String, _ route: Route) -> (verb: String, id: ResourceID) {
        switch route {
        case .collection(let id, _): (method == "GET" ? "LIST" : method, id)
        case .object(let id, _, _): (method, id)
        default: (method, ResourceID("", "", ""))
        }
    }

    /// All series as text, with the numbers of objects as they are now.
    func exposition() -> String {
        for (name, count) in store.counts { objects.with(name).set(Double(count)) }
        return registry.exposition()
    }
}
