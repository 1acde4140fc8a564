import Base
import CLinux
import Net

/// Counts requests for predictions under the names of KServe's example, on one loop's thread.
///
/// One histogram a protocol and status tells their number and their times.
final class RequestSeries {
    /// What a request for a prediction came by.
    enum Wire: Int, CaseIterable {
        case v1, v2
        case grpc

        // Spelt out: a case's own name is found by reflection, half a millisecond of a new replica's first answer.
        var name: String {
            switch self {
            case .v1: "v1"
            case .v2: "v2"
            case .grpc: "grpc-v2"
            }
        }
    }

    private let family: HistogramFamily
    private let identity: ServiceIdentity
    private let time: any TimeSource
    /// Series by protocol and status, looked up when the first request of their kind comes.
    // Safe: it is looked at and stored into, and nobody is called meanwhile.
    @exclusivity(unchecked)
    private var series: [Histogram?]

    /// Statuses that have places of their own in `series`; others are looked up every time.
    private static let statuses = 100..<600
    /// Upper bounds in milliseconds.
    private static let buckets: [Double] = [
        0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000,
    ]

    init(_ registry: MetricRegistry, _ identity: ServiceIdentity, time: any TimeSource) {
        family = registry.histogram(
            "kserve_request_duration_milliseconds",
            "Time from a request's head to its answer's end, in milliseconds.",
            labels: ["service_name", "namespace", "revision", "component", "response_code", "protocol"],
            unit: .milliseconds,
            buckets: Self.buckets,
            count: ("kserve_request_count", "Requests for predictions.")
        )
        self.identity = identity
        self.time = time
        series = Array(repeating: nil, count: Wire.allCases.count * Self.statuses.count)
    }

    /// Counts an exchange that was answered, where it asked for a prediction.
    func count(_ exchange: HTTPExchange, status: Int, at now: Instant) {
        guard let wire = RequestSeries.wire(exchange) else { return }
        let status = wire == .grpc ? RequestSeries.httpStatus(ofCall: exchange.grpcStatus) : status
        let nanoseconds = now.nanoseconds &- exchange.startedAt.nanoseconds
        let histogram = histogram(wire, status)
        guard exchange.trace.isSampled else { return histogram.observe(nanoseconds: nanoseconds) }
        histogram.observe(nanoseconds: nanoseconds, Exemplar(exchange.trace, at: time.wall()))
    }

    private func histogram(_ wire: Wire, _ status: Int) -> Histogram {
        guard Self.statuses.contains(status) else { return find(wire, status) }
        let place = wire.rawValue * Self.statuses.count + status - Self.statuses.lowerBound
        if let known = series[place] { return known }
        let found = find(wire, status)
        series[place] = found
        return found
    }

    private func find(_ wire: Wire, _ status: Int) -> Histogram {
        family.with(
            identity.service,
            identity.namespace,
            identity.revision,
            identity.component,
            String(status),
            wire.name
        )
    }
}

extension RequestSeries {
    private static let call: StaticString = "/inference.GRPCInferenceService/ModelInfer"

    /// Takes note of a request for a prediction, before its path is looked at again.
    static func note(_ exchange: HTTPExchange, _ version: PredictionPath.Version) {
        exchange.sort = 1 + (version == .one ? Wire.v1 : .v2).rawValue
    }

    /// What a request came by; nil where it asked for something else.
    private static func wire(_ exchange: HTTPExchange) -> Wire? {
        if exchange.sort > 0 { return Wire(rawValue: exchange.sort - 1) }
        guard exchange.method == .post else { return nil }
        let path = exchange.pathBytes
        guard let base = path.baseAddress, path.count == call.utf8CodeUnitCount else { return nil }
        return memcmp(base, call.utf8Start, path.count) == 0 ? .grpc : nil
    }

    /// HTTP's word for what a call of gRPC ended with, as google.rpc.Code has them.
    static func httpStatus(ofCall code: Int?) -> Int {
        switch code {
        case 0: 200
        case 1: 499
        case 3, 9, 11: 400
        case 4: 504
        case 5: 404
        case 6, 10: 409
        case 7: 403
        case 8: 429
        case 12: 501
        case 14: 503
        case 16: 401
        default: 500
        }
    }
}
