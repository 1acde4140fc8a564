import Base
import Net
import Telemetry

/// Spans of the requests that one thread answers: the request, and in it the phases of its prediction.
final class RequestSpans {
    private let tracer: Tracer
    /// The prediction whose answer is being written, where its spans are kept.
    private var prediction: Prediction?

    private struct Prediction {
        /// Of the request that it belongs to.
        let spanID: UInt64
        let model: String
        let times: PhaseTimes
    }

    init(_ tracer: Tracer) { self.tracer = tracer }

    /// Gives a request that is posted to `path` its place in a trace. Probes, scrapes and other questions about the server
    /// are left out.
    @inline(__always)
    func begin(_ exchange: HTTPExchange, _ path: UnsafeRawBufferPointer) {
        if !RequestSpans.isProbe(path) { tracer.begin(exchange) }
    }

    /// Takes note of a prediction whose answer is about to be written.
    @inline(__always)
    func answering(_ exchange: HTTPExchange, _ model: String, _ times: PhaseTimes) {
        guard tracer.keeps(exchange, status: 200, at: times.predicted) else { return }
        note(exchange, model, times)
    }

    @inline(never)
    private func note(_ exchange: HTTPExchange, _ model: String, _ times: PhaseTimes) {
        prediction = Prediction(spanID: exchange.trace.spanID, model: model, times: times)
    }

    /// A request has got its answer.
    @inline(__always)
    func answered(_ exchange: HTTPExchange, status: Int, at now: Instant) {
        if tracer.keeps(exchange, status: status, at: now) { record(exchange, status: status, at: now) }
    }

    @inline(never)
    private func record(_ exchange: HTTPExchange, status: Int, at now: Instant) {
        let noted = prediction.flatMap { $0.spanID == exchange.trace.spanID ? $0 : nil }
        prediction = nil
        let path = PredictionPath(exchange.pathBytes)
        tracer.record(exchange, status: status, name: path?.spanName, at: now) { attributes in
            if let path {
                attributes.set("http.route", word: path.route)
                attributes.set("kserve.model_name", path.name)
            } else if let noted {
                attributes.set("kserve.model_name", noted.model)
            }
        }
        if let noted { record(noted, of: exchange.trace, until: now) }
    }

    private func record(_ prediction: Prediction, of trace: TraceContext, until now: Instant) {
        let times = prediction.times
        let phases = [
            ("decode", times.received, times.decoded), ("predict", times.decoded, times.predicted),
            ("encode", times.predicted, now),
        ]
        for (name, start, end) in phases {
            let span = Span(.internal, of: trace, id: tracer.makeSpanID(), name: name, from: start, to: end)
            tracer.record(span) { $0.set("kserve.model_name", prediction.model) }
        }
    }

    /// Services that every server of gRPC has, whatever it is for.
    private static func isProbe(_ path: UnsafeRawBufferPointer) -> Bool {
        path.count > 6 && path.begins(with: "/grpc.")
    }
}

extension PredictionPath {
    /// The path with a place for the model's name.
    fileprivate var route: StaticString {
        switch version {
        case .one: "/v1/models/{model_name}:predict"
        case .two: "/v2/models/{model_name}/infer"
        }
    }

    /// The method and the route, which is the name of its span.
    fileprivate var spanName: String {
        switch version {
        case .one: "POST /v1/models/{model_name}:predict"
        case .two: "POST /v2/models/{model_name}/infer"
        }
    }
}
