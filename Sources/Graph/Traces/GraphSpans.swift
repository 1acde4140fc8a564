import Base
import Net
import Telemetry

/// Spans of one request's way through a graph: its nodes, and the calls of their services.
///
/// Whether they are kept shows when the request is over; until then they wait here, at most as many as a graph may call.
final class GraphSpans {
    private let tracer: Tracer
    private let trace: TraceContext
    private let headers: (_ spanID: UInt64) -> HTTPHeaders
    private var done: [Done] = []

    private struct Done {
        let span: Span
        let attributes: [(name: StaticString, value: String)]
        let status: Int?
    }

    init(_ tracer: Tracer, _ exchange: HTTPExchange) {
        self.tracer = tracer
        trace = exchange.trace
        headers = { [propagators = tracer.propagators] in propagators.headers(exchange, spanID: $0) }
    }

    func enter(_ node: GraphPlan.Node, under outer: NodeSpan?, at now: Instant) -> NodeSpan {
        NodeSpan(id: tracer.makeSpanID(), parentID: outer?.id ?? trace.spanID, node: node, start: now)
    }

    func leave(_ node: NodeSpan, _ outcome: StepOutcome, at now: Instant) {
        var span = Span(.internal, of: trace, id: node.id, name: "node \(node.name)", from: node.start, to: now)
        span.parentID = node.parentID
        let status = GraphSpans.judge(outcome, &span)
        let attributes: [(StaticString, String)] = [
            ("kserve.graph.node", node.name), ("kserve.graph.router", node.kind.rawValue),
        ]
        done.append(Done(span: span, attributes: attributes, status: status))
    }

    /// A call's id, and the fields that carry it.
    func call() -> (id: UInt64, headers: HTTPHeaders) {
        let id = tracer.makeSpanID()
        return (id, headers(id))
    }

    func called(
        _ address: WebAddress,
        _ id: UInt64,
        under node: NodeSpan?,
        _ outcome: StepOutcome,
        from start: Instant,
        to end: Instant
    ) {
        var span = Span(.client, of: trace, id: id, name: "POST", from: start, to: end)
        span.parentID = node?.id ?? trace.spanID
        let status = GraphSpans.judge(outcome, &span)
        let attributes: [(StaticString, String)] = [
            ("http.request.method", "POST"), ("url.full", address.description), ("server.address", address.host),
        ]
        done.append(Done(span: span, attributes: attributes, status: status))
    }

    /// The request is over: takes its spans down where it is kept.
    func settle(_ exchange: HTTPExchange, status: Int, at now: Instant) {
        guard tracer.keeps(exchange, status: status, at: now) else { return }
        tracer.record(exchange, status: status, at: now)
        for one in done {
            tracer.record(one.span) { attributes in
                for (name, value) in one.attributes { attributes.set(name, value) }
                if let status = one.status { attributes.set("http.response.status_code", status) }
            }
        }
    }

    /// The status of an answer; what is no good makes the span fail.
    private static func judge(_ outcome: StepOutcome, _ span: inout Span) -> Int? {
        switch outcome {
        case .success(let answer):
            if answer.status >= 400 { span.failure = SpanFailure.words(status: answer.status, grpcStatus: nil) }
            return answer.status
        case .failure(let fault):
            span.failure = "\(fault)"
            return nil
        }
    }
}
