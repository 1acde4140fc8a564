package import Base

/// The access log of one loop: a line for each request, in the form of the program's log.
///
/// Lines tell what was asked, what came of it and how long it took; not the query and no field that may be a secret.
package final class AccessLog {
    private let lines: LoopLines
    private let head: LogHead
    private let time: any TimeSource
    // Safe: nobody is called while these are looked at or changed.
    @exclusivity(unchecked)
    private var stamp = LogStamp()
    /// What is to be added to instants to tell the calendar, and until when that holds; both in nanoseconds.
    private var epoch: Int64 = 0
    private var epochEnd = Int64.min
    /// What the last line began with, up to the request and its status.
    @exclusivity(unchecked)
    private var asked = SpeltFields()
    /// The client of the last line; connections bring many requests.
    @exclusivity(unchecked)
    private var client = SpeltFields()

    /// How long the calendar is told without a look at it, in nanoseconds.
    private static let epochTime: Int64 = 100_000_000

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
    /// - Parameters:
    ///   - nanoseconds: since it began.
    ///   - fields: adds what the part knows besides.
    package func add(
        _ exchange: HTTPExchange,
        status: Int,
        nanoseconds: Int64,
        fields: (inout LogLine) -> Void = { _ in }
    ) {
        stamp.set(wall(at: exchange.startedAt.nanoseconds &+ nanoseconds))
        lines.add { out in
            out.append(upTo: LogLine.bytesMax) { target in
                var line = begin(exchange, status, target)
                write(exchange, nanoseconds, &line)
                fields(&line)
                return line.end()
            }
        }
    }

    /// Hands over what waits to be written.
    package func flush() { lines.flush() }

    /// What the calendar says at an instant that has just come.
    private func wall(at now: Int64) -> WallTime {
        if now >= epochEnd {
            epoch = time.wall().nanoseconds &- now
            epochEnd = now &+ AccessLog.epochTime
        }
        return WallTime(nanoseconds: now &+ epoch)
    }

    private func write(_ exchange: HTTPExchange, _ nanoseconds: Int64, _ line: inout LogLine) {
        line.add("duration_ms", millisecondsOf: nanoseconds)
        if let length = exchange.contentLength { line.add("request_bytes", length) }
        writeClient(exchange.remoteAddress, &line)
        if let agent = exchange.header("user-agent") { line.add("user_agent", agent) }
        if let status = exchange.grpcStatus { line.add("grpc_status", status) }
        if let id = exchange.header("x-request-id") { line.add("request_id", id) }
        let trace = exchange.trace.isValid ? exchange.trace.traceID : AccessLog.traceID(of: exchange)
        if trace.isValid { line.add("trace_id", trace) }
    }

    /// Begins a line by what was asked and the status.
    private func begin(_ exchange: HTTPExchange, _ status: Int, _ target: UnsafeMutableRawBufferPointer) -> LogLine {
        let isHTTP2 = exchange.version == .http2
        let bytes = exchange.askedBytes
        let number = isHTTP2 ? -status : status
        if let opening = asked.telling(bytes, number) {
            return LogLine(head, into: target, at: stamp, opening: opening)
        }
        var line = LogLine(head, into: target, at: stamp)
        line.add("method", exchange.methodBytes)
        line.add("path", exchange.pathBytes)
        line.add("protocol", plain: isHTTP2 ? "HTTP/2" : "HTTP/1.1")
        line.add("status", status)
        asked.keep(line.opening, telling: bytes, number)
        return line
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
