import Base
import Net
import Telemetry

/// What a relay takes note of, so that its request can be told as spans when it is over. Reused from request to request.
struct RelaySpans {
    private var call = CallSpan()
    /// What the endpoint has answered; 0 for nothing.
    private var callStatus = 0
    private var wait = Wait.none

    /// Time in which the request had no endpoint.
    private enum Wait {
        case none
        case since(Instant, isColdStart: Bool)
        case over(from: Instant, to: Instant, isColdStart: Bool)
    }

    /// Nothing is known yet.
    mutating func clear() { self = RelaySpans() }

    /// The request waits: for a slot, or, where its Service is at zero, for the first replica.
    mutating func waits(isColdStart: Bool, at now: Instant) {
        switch wait {
        case .none: wait = .since(now, isColdStart: isColdStart)
        // It waits once more: told as one wait from the first on.
        case .since(let start, let wasCold), .over(let start, _, let wasCold):
            wait = .since(start, isColdStart: wasCold || isColdStart)
        }
    }

    /// The request has an endpoint.
    mutating func goesOn(at now: Instant) {
        if case .since(let start, let isColdStart) = wait {
            wait = .over(from: start, to: now, isColdStart: isColdStart)
        }
    }

    /// The request is sent; appends the fields that carry its trace.
    mutating func send(
        _ exchange: HTTPExchange,
        to address: SocketAddress,
        _ tracer: Tracer,
        at now: Instant,
        _ out: inout OutBuffer
    ) {
        callStatus = 0
        call.begin(tracer, to: address, at: now)
        tracer.propagators.write(exchange, spanID: call.id, to: &out)
    }

    mutating func answered(status: Int) { callStatus = status }

    /// Takes the spans of a request down, which can still be read; the caller has asked whether to.
    func record(
        _ exchange: HTTPExchange,
        _ tracer: Tracer,
        status: Int,
        route: String,
        backend: String?,
        at now: Instant
    ) {
        tracer.record(exchange, status: status, at: now) { attributes in
            attributes.set("kserve.route", route)
            if let backend { attributes.set("kserve.backend", backend) }
        }
        recordWait(exchange.trace, tracer, until: now)
        call.record(tracer, exchange, status: callStatus, until: now) { attributes in
            if let backend { attributes.set("kserve.backend", backend) }
        }
    }

    private func recordWait(_ trace: TraceContext, _ tracer: Tracer, until now: Instant) {
        let (start, end, isColdStart): (Instant, Instant, Bool)
        switch wait {
        case .none: return
        case .since(let from, let isCold): (start, end, isColdStart) = (from, now, isCold)
        case .over(let from, let to, let isCold): (start, end, isColdStart) = (from, to, isCold)
        }
        let name = isColdStart ? "cold start" : "queue"
        let span = Span(.internal, of: trace, id: tracer.makeSpanID(), name: name, from: start, to: end)
        tracer.record(span) { $0.set("kserve.cold_start", isColdStart) }
    }
}
