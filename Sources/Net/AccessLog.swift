package import Base

/// The access log of one loop: a line for each request, in the form of the program's log.
///
/// Lines tell what was asked, what came of it and how long it took; not the query and no field that may be a secret.
package final class AccessLog {
    private let lines: LoopLines
    private let head: LogHead
    private let time: any TimeSource
    private var stamp = LogStamp()
    /// The client of the last line, spelt; connections bring many requests.
    private var client: (address: SocketAddress, host: [UInt8])?

    /// - Parameter part: the name of the part that speaks.
    package init(
        part: String,
        loop: EventLoop,
        time: any TimeSource,
        form: LogForm = Log.form,
        writer: LineWriter = Log.writer
    ) {
        lines = LoopLines(loop: loop, writer: writer)
        head = LogHead(form, .info, part: part, "request")
        self.time = time
    }

    /// Adds the line of a request whose head can still be read.
    ///
    /// - Parameter fields: adds what the part knows besides.
    package func add(
        _ exchange: HTTPExchange,
        status: Int,
        nanoseconds: Int64,
        fields: (inout LogLine) -> Void = { _ in }
    ) {
        let now = time.wall()
        spell(exchange.remoteAddress)
        lines.add { out in
            out.append(upTo: LogLine.bytesMax) { target in
                stamp.withBytes(of: now) { stamp in
                    var line = LogLine(head, into: target, time: stamp)
                    write(exchange, status, nanoseconds, &line)
                    fields(&line)
                    return line.end()
                }
            }
        }
    }

    /// Hands over what waits to be written.
    package func flush() { lines.flush() }

    private func write(_ exchange: HTTPExchange, _ status: Int, _ nanoseconds: Int64, _ line: inout LogLine) {
        line.add("method", exchange.methodBytes)
        line.add("path", exchange.pathBytes)
        line.add("protocol", plain: exchange.version == .http2 ? "HTTP/2" : "HTTP/1.1")
        line.add("status", status)
        line.add("duration_ms", millisecondsOf: nanoseconds)
        if let length = exchange.contentLength { line.add("request_bytes", length) }
        if let client { client.host.withUnsafeBytes { line.add("client", plain: $0) } }
        if let agent = exchange.header("user-agent") { line.add("user_agent", agent) }
        if let status = exchange.grpcStatus { line.add("grpc_status", status) }
        if let id = exchange.header("x-request-id") { line.add("request_id", id) }
        let trace = exchange.trace.isValid ? exchange.trace.traceID : AccessLog.traceID(of: exchange)
        guard trace.isValid else { return }
        withUnsafeTemporaryAllocation(byteCount: TraceID.digits, alignment: 1) { digits in
            trace.write(hex: digits)
            line.add("trace_id", plain: UnsafeRawBufferPointer(digits))
        }
    }

    private func spell(_ address: SocketAddress) {
        guard client?.address != address else { return }
        client = (address, Array(address.host.utf8))
    }

    /// The trace that the client names (W3C Trace Context, section 3.2), where nobody here traces.
    private static func traceID(of exchange: HTTPExchange) -> TraceID {
        guard let value = exchange.header("traceparent"), value.count >= 55, value[2] == UInt8(ascii: "-") else {
            return .none
        }
        return TraceID(hex: UnsafeRawBufferPointer(rebasing: value[3..<35])) ?? .none
    }
}
