package import Base

/// The access log of one loop: a line for each request, in the form of the program's log.
///
/// Lines tell what was asked, what came of it and how long it took; not the query and no field that may be a secret.
package final class AccessLog {
    private let lines: LoopLines
    private let head: LogHead
    private let time: any TimeSource
    private var stamp = LogStamp()
    /// What the last line told of the request and its status.
    // Safe: nobody is called while these are looked at or changed.
    @exclusivity(unchecked)
    private var asked = SpeltFields()
    /// The client of the last line; connections bring many requests.
    @exclusivity(unchecked)
    private var client = SpeltFields()

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
        var stamp = stamp
        stamp.set(time.wall())
        self.stamp = stamp
        lines.add { out in
            out.append(upTo: LogLine.bytesMax) { target in
                var line = LogLine(head, into: target, at: stamp)
                write(exchange, status, nanoseconds, &line)
                fields(&line)
                return line.end()
            }
        }
    }

    /// Hands over what waits to be written.
    package func flush() { lines.flush() }

    private func write(_ exchange: HTTPExchange, _ status: Int, _ nanoseconds: Int64, _ line: inout LogLine) {
        writeAsked(exchange, status, &line)
        line.add("duration_ms", millisecondsOf: nanoseconds)
        if let length = exchange.contentLength { line.add("request_bytes", length) }
        writeClient(exchange.remoteAddress, &line)
        if let agent = exchange.header("user-agent") { line.add("user_agent", agent) }
        if let status = exchange.grpcStatus { line.add("grpc_status", status) }
        if let id = exchange.header("x-request-id") { line.add("request_id", id) }
        let trace = exchange.trace.isValid ? exchange.trace.traceID : AccessLog.traceID(of: exchange)
        if trace.isValid { line.add("trace_id", trace) }
    }

    private func writeAsked(_ exchange: HTTPExchange, _ status: Int, _ line: inout LogLine) {
        let isHTTP2 = exchange.version == .http2
        let bytes = exchange.askedBytes
        let number = isHTTP2 ? -status : status
        if let fields = asked.telling(bytes, number) { return line.add(spelt: fields) }
        let fields = line.spell { line in
            line.add("method", exchange.methodBytes)
            line.add("path", exchange.pathBytes)
            line.add("protocol", plain: isHTTP2 ? "HTTP/2" : "HTTP/1.1")
            line.add("status", status)
        }
        asked.keep(fields, telling: bytes, number)
    }

    private func writeClient(_ address: SocketAddress, _ line: inout LogLine) {
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        if let fields = client.telling(nothing, Int(address.ip)) { return line.add(spelt: fields) }
        let fields = line.spell { line in
            var host = address.host
            host.withUTF8 { line.add("client", plain: UnsafeRawBufferPointer($0)) }
        }
        client.keep(fields, telling: nothing, Int(address.ip))
    }

    /// The trace that the client names (W3C Trace Context, section 3.2), where nobody here traces.
    private static func traceID(of exchange: HTTPExchange) -> TraceID {
        guard let value = exchange.header("traceparent"), value.count >= 55, value[2] == UInt8(ascii: "-") else {
            return .none
        }
        return TraceID(hex: UnsafeRawBufferPointer(rebasing: value[3..<35])) ?? .none
    }
}
