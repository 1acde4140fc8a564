import Base
import Net
import Synchronization
import Testing

/// Keeps what is written.
private final class Kept: LineSink {
    private let text = Mutex("")

    var lines: [String] { text.withLock { $0 }.split(separator: "\n").map(String.init) }

    func write(_ lines: UnsafeRawBufferPointer) -> Int {
        text.withLock { $0 += String(decoding: lines, as: UTF8.self) }
        return 0
    }
}

@Suite(.timeLimit(.minutes(1)))
struct AccessLogTests {
    /// Logs every request; made and used on the loop's thread.
    private final class Service: HTTPService, @unchecked Sendable {
        // Safe: everything is touched in work for the loop only.
        private let log: AccessLog

        init(_ loop: EventLoop, _ form: LogForm, _ writer: LineWriter) {
            log = AccessLog(part: "test", loop: loop, time: SystemTime(), form: form, writer: writer)
        }

        func begin(_ exchange: HTTPExchange) -> BodyMode {
            exchange.respond(status: 200, contentType: "a/b") { $0.append("hello") }
            return .answered
        }

        func answered(_ exchange: HTTPExchange, status: Int) {
            if exchange.path == "/traced" {
                exchange.trace = TraceContext(traceID: TraceID(high: 1, low: 2), spanID: 3)
                exchange.grpcStatus = 5
            }
            log.add(exchange, status: status, nanoseconds: 1_234_567) { $0.add("route", "a b") }
        }

        func flush() { log.flush() }
    }

    private func lines(_ form: LogForm, of requests: String) async throws -> [String] {
        let kept = Kept()
        let writer = LineWriter(name: "test", kept)
        try await withLoop { loop in
            let service = Service(loop, form, writer)
            let address = try HTTPServer(loop: loop, service: service).listen(anyPort)
            _ = try await exchange(requests, address, loop)
            loop.execute { service.flush() }
        }
        #expect(writer.drain(within: .seconds(30)) && writer.lost == 0)
        return kept.lines
    }

    private static let requests =
        "GET /p?secret=1 HTTP/1.1\r\nhost: a\r\nuser-agent: a \"b\"\r\nx-request-id: r1\r\n"
        + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n"
        + "GET /traced HTTP/1.1\r\nhost: a\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n"
        + "GET / HTTP/1.1\r\nhost: a\r\ntraceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01\r\nconnection: close\r\n\r\n"

    @Test func linesTellWhatWasAskedAndWhatCameOfIt() async throws {
        let text = try await lines(.text, of: Self.requests).map { String($0.drop { $0 != " " }) }
        let head = #" INFO test: request method=GET path="#
        let tail = #" protocol=HTTP/1.1 status=200 duration_ms=1.234 client=127.0.0.1"#
        #expect(
            text == [
                "\(head)/p\(tail) user_agent=\"a \\\"b\\\"\" request_id=r1 trace_id=0af7651916cd43dd8448eb211c80319c route=\"a b\"",
                "\(head)/traced\(tail) grpc_status=5 trace_id=00000000000000010000000000000002 route=\"a b\"",
                "\(head)/\(tail) route=\"a b\"",
            ]
        )
    }

    /// What a line has in common with the one before is spelt once; what differs is not.
    @Test(arguments: LogForm.allCases)
    func linesTellTheirOwnRequest(_ form: LogForm) async throws {
        let long = "/" + String(repeating: "x", count: LogLine.valueMax)
        let asked = [
            "GET /a", "GET /a", "POST /a", "GET /b", "GET /a?q", "GET /a\\", "GET /a\\", "GET \(long)", "GET \(long)",
            "GET /a",
        ]
        let requests = asked.map { "\($0) HTTP/1.1\r\nhost: a\r\n" }.joined(separator: "\r\n")
        let told = try await lines(form, of: requests + "connection: close\r\n\r\n").map { line in
            let end = try #require(line.firstRange(of: form == .text ? " status=" : ",\"status\"")).lowerBound
            let start = try #require(line.firstRange(of: form == .text ? "method=" : "\"method\"")).lowerBound
            return "\(line[start..<end])\(line.contains("cut") ? " cut" : "")"
        }
        let cut = long.dropLast() + "..."
        let text = [
            ("GET", "/a"), ("GET", "/a"), ("POST", "/a"), ("GET", "/b"), ("GET", "/a"), ("GET", #""/a\\""#),
            ("GET", #""/a\\""#),
            ("GET", "\"\(cut)\""), ("GET", "\"\(cut)\""), ("GET", "/a"),
        ]
        let wanted = text.map { method, path in
            let isCut = path.hasSuffix("...\"") ? " cut" : ""
            guard form == .json else { return "method=\(method) path=\(path) protocol=HTTP/1.1\(isCut)" }
            let quoted = path.hasPrefix("\"") ? path : "\"\(path)\""
            return "\"method\":\"\(method)\",\"path\":\(quoted),\"protocol\":\"HTTP/1.1\"\(isCut)"
        }
        #expect(told == wanted)
    }

    @Test func linesAreObjectsWhereTheLogIs() async throws {
        let objects = try await lines(.json, of: Self.requests).map { try JSON.parse($0) }
        #expect(objects.map { $0["path"].string } == ["/p", "/traced", "/"])
        #expect(objects.first?["duration_ms"].double == 1.234 && objects.first?["user_agent"].string == "a \"b\"")
        #expect(objects.allSatisfy { $0["status"].int == 200 && $0["message"].string == "request" })
    }
}
