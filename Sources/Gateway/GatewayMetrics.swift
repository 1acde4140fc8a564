package import Base

/// The gateway's series.
package struct GatewayMetrics: Sendable {
    private let requests: CounterFamily
    private let durations: HistogramFamily
    private let copies: CounterFamily
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
        copies = registry.counter(
            "roost_gateway_mirrored_total",
            "Copies of requests by how they ended (answered, failed, dropped) and compared (same, different).",
            labels: ["route", "result"]
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
            duration: durations.with(name),
            name: name,
            copies: copies
        )
    }

    /// Ends the series of a route that is gone.
    func forget(_ name: String) {
        for code in ["1xx", "2xx", "3xx", "4xx", "499", "5xx"] { requests.remove(name, code) }
        for result in MirrorMetrics.results { copies.remove(name, result) }
        durations.remove(name)
    }
}

/// The series of one route.
struct RouteMetrics: Sendable {
    fileprivate let classes: [Counter]
    fileprivate let duration: Histogram
    /// The route's name.
    let name: String
    fileprivate let copies: CounterFamily

    /// The series of copies of its requests: only routes that have copies made have these.
    var mirror: MirrorMetrics { MirrorMetrics(results: MirrorMetrics.results.map { copies.with(name, $0) }) }

    /// Counts one request that ended with `status`, 499 where the client left.
    ///
    /// - Parameter exemplar: where its trace is kept.
    func count(status: Int, nanoseconds: Int64, _ exemplar: Exemplar? = nil) {
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
        if let exemplar {
            duration.observe(nanoseconds: nanoseconds, exemplar)
        } else {
            duration.observe(nanoseconds: nanoseconds)
        }
    }
}

/// How the copies of one route's requests went.
struct MirrorMetrics: Sendable {
    fileprivate static let results = ["answered", "failed", "dropped", "same", "different"]
    fileprivate let results: [Counter]

    func count(_ end: MirroredRequest.End) {
        switch end {
        case .answered: results[0].add()
        case .failed: results[1].add()
        case .dropped: results[2].add()
        }
    }

    func countCompared(isSame: Bool) { results[isSame ? 3 : 4].add() }
}
