package import Base
package import Net

/// The span of a request that is sent in the course of another. A plain value.
package struct CallSpan {
    /// What the request that is sent names as its parent; 0 where none was sent.
    package private(set) var id: UInt64 = 0
    /// Times that it was sent.
    private var attempts = 0
    private var start = Instant(nanoseconds: 0)
    private var address = SocketAddress(ip: 0, port: 0)

    package init() {}

    /// It is sent, perhaps not for the first time: every attempt is a span of its own, of which the last is told.
    package mutating func begin(_ tracer: Tracer, to address: SocketAddress, at now: Instant) {
        id = tracer.makeSpanID()
        attempts += 1
        start = now
        self.address = address
    }

    /// Takes the span down, where one was sent. The request that it was sent for can still be read.
    ///
    /// - Parameter status: of the answer; 0 where there was none.
    package func record(
        _ tracer: Tracer,
        _ exchange: HTTPExchange,
        status: Int,
        until now: Instant,
        describe: (inout SpanWriter) -> Void = { _ in }
    ) {
        guard id != 0 else { return }
        var span = Span(.client, of: exchange.trace, id: id, name: exchange.spanName, from: start, to: now)
        if status == 0 {
            span.failure = "no answer"
        } else if SpanFailure.ofClient(status: status, grpcStatus: exchange.grpcStatus) {
            span.failure = SpanFailure.words(status: status, grpcStatus: exchange.grpcStatus)
        }
        tracer.record(span) { attributes in
            if let code = exchange.grpcStatus {
                attributes.describe(call: exchange.pathBytes, code)
            } else {
                attributes.set("http.request.method", exchange.methodBytes)
                attributes.set("url.full", "http://\(address)\(exchange.path)")
                if status != 0 { attributes.set("http.response.status_code", status) }
            }
            attributes.set("server.address", address.host)
            attributes.set("server.port", Int(address.port))
            if attempts > 1 { attributes.set("http.request.resend_count", attempts - 1) }
            describe(&attributes)
        }
    }
}
