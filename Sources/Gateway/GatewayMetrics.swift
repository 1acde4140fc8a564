package import Base

/// The gateway's series.
package struct GatewayMetrics: Sendable {
    private let requests: CounterFamily
    private let durations: HistogramFamily
    /// Attempts that were made again on another endpoint or connection.
    let retries: Counter
    /// Requests that fit no route.
    let unrouted: Counter
    /// Requests that waited in a queue: for a slot, or for the first replica.
    let held: Counter
    /// Endpoints that were set aside for a while.
    let ejections: Counter

    package init(_ registry: MetricRegistry) {
        requests = registry.counter(
            "roost_gateway_requests_total",
            "Requests by route and the class of the answer's status; 499 means that the client left.",
            labels: ["route", "code"]
        )
        durations = registry.histogram(
            "roost_gateway_request_duration_seconds",
            "Time from a request's head to its answer's end.",
            labels: ["route"]
        )
        retries = registry.counter("roost_gateway_retries_total", "Attempts made again elsewhere.").with()
        unrouted = registry.counter("roost_gateway_unrouted_total", "Requests that fit no route.").with()
        held = registry.counter("roost_gateway_held_total", "Requests that waited for a slot or a replica.").with()
        ejections = registry.counter("roost_gateway_ejections_total", "Endpoints set aside for failing.").with()
    }

    /// The series of one route; to be looked up when routes change, not per request.
    func route(_ name: String) -> RouteMetrics {
        RouteMetrics(
            classes: ["1xx", "2xx", "3xx", "4xx", "499", "5xx"].map { requests.with(name, $0) },
            duration: durations.with(name)
        )
    }

    /// Ends the series of a route that is gone.
    func forget(_ name: String) {
        for code in ["1xx", "2xx", "3xx", "4xx", "499", "5xx"] { requests.remove(name, code) }
        durations.remove(name)
    }
}

/// The series of one route.
struct RouteMetrics: Sendable {
    fileprivate let classes: [Counter]
    fileprivate let duration: Histogram

    /// Counts one request that ended with `status`, 499 where the client left.
    func count(status: Int, nanoseconds: Int64) {
        let index =
            switch status {
            case 499: 4
            case ..<200: 0
            case ..<300: 1
            case ..<400: 2
            case ..<500: 3
            default: 5
            }
        classes[index].add()
        duration.observe(nanoseconds: nanoseconds)
    }
}
