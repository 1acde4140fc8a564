package import Base
package import Net

extension Tracer {
    /// Whether spans of a request that is answered with `status` are taken down.
    @inline(__always)
    package func keeps(_ exchange: HTTPExchange, status: Int, at now: Instant) -> Bool {
        let trace = exchange.trace
        return trace.isSampled || keepsRemarkable && trace.isValid && isRemarkable(exchange, status, now)
    }

    /// Whether a request failed or was slow.
    @inline(__always)
    private func isRemarkable(_ exchange: HTTPExchange, _ status: Int, _ now: Instant) -> Bool {
        if slowNanoseconds < .max, now.nanoseconds &- exchange.startedAt.nanoseconds >= slowNanoseconds { return true }
        return SpanFailure.ofServer(status: status, grpcStatus: exchange.grpcStatus)
    }

    /// Takes down the span of a request that was answered, while it can be read; the caller has asked whether to.
    ///
    /// - Parameter name: the span's, where the request's path has a better one than its method.
    package func record(
        _ exchange: HTTPExchange,
        status: Int,
        name: String? = nil,
        at now: Instant,
        describe: (inout SpanWriter) -> Void = { _ in }
    ) {
        let name = name ?? exchange.spanName
        var span = Span(answering: exchange.trace, name: name, from: exchange.startedAt, to: now)
        if SpanFailure.ofServer(status: status, grpcStatus: exchange.grpcStatus) {
            span.failure = SpanFailure.words(status: status, grpcStatus: exchange.grpcStatus)
        }
        record(span) { attributes in
            attributes.describe(exchange, status: status)
            describe(&attributes)
        }
    }

    /// The same for a server that has nothing more to say of it: where it is kept.
    package func answered(_ exchange: HTTPExchange, status: Int, at now: Instant) {
        if keeps(exchange, status: status, at: now) { record(exchange, status: status, at: now) }
    }
}
