import Net
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HTTP2Tests {
    /// Says what it was asked, in the form that the path names.
    final class Echo: HTTPService {
        let aborted = AsyncStream<Void>.makeStream()
        var paused: [HTTPExchange] = []
        /// The body of a paused request, run by run of the same byte.
        var runs = ""

        func begin(_ exchange: HTTPExchange) -> BodyMode {
            switch exchange.path {
            case "/never": return .stream
            case "/paused":
                exchange.pauseBody()
                paused.append(exchange)
                return .stream
            case "/resume":
                for exchange in paused { exchange.resumeBody() }
                paused = []
                return .collect(max: 0)
            default: return .collect(max: 100)
            }
        }

        func chunk(_ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
            guard exchange.path == "/paused" else { return }
            for byte in bytes.map({ Character(Unicode.Scalar($0)) }) where runs.last != byte { runs.append(byte) }
            guard last else { return }
            exchange.respond(status: 200, contentType: "text/plain") { $0.append("all came: \(runs)") }
        }

        func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {
            switch exchange.path {
            case "/trailers":
                exchange.respond(status: 200, contentType: "a/b", trailers: HTTPTrailers("grpc-status", "0")) {
                    $0.append(body)
                }
            case "/bits":
                exchange.begin(status: 200, contentLength: nil) { $0.appendField("X-Kind", "bits") }
                exchange.write(body)
                exchange.write(body)
                exchange.end(trailers: HTTPTrailers(["X-End": "yes", "connection": "no"]))
            case "/number":
                exchange.respond(status: 200, contentType: "a/b", numberField: "json-length") {
                    $0.append(body)
                    return 7
                }
            case "/status-only": exchange.respond(status: 200, headers: ["grpc-status": "5"], body: [])
            default:
                let text = "\(exchange.methodText) \(exchange.path)?\(exchange.query) \(exchange.authority) "
                exchange.respond(status: 200, headers: ["content-type": "a/b"], body: Array(text.utf8) + body)
            }
        }

        func aborted(_ exchange: HTTPExchange) { aborted.continuation.yield() }
    }

    func withEcho<Result>(
        limits: HTTPLimits = HTTPLimits(),
        http2: HTTP2Limits = HTTP2Limits(),
        _ body: (EventLoop, SocketAddress, Echo) async throws -> Result
    ) async throws -> Result {
        try await withLoop { loop in
            let echo = Echo()
            let server = HTTPServer(loop: loop, service: echo, limits: limits, http2: http2)
            return try await body(loop, try server.listen(anyPort), echo)
        }
    }

    @Test(arguments: [
        ("GET", "/p?q=1", "", "GET /p?q=1 a:1 ", ""),
        ("POST", "/p", "abc", "POST /p? a:1 abc", ""),
        ("POST", "/trailers", "abc", "abc", "grpc-status=0"),
        ("POST", "/bits", "abc", "abcabc", "x-end=yes"),
        ("GET", "/bits", "", "", "x-end=yes"),
        ("HEAD", "/p", "", "", ""),
        ("HEAD", "/trailers", "", "", ""),
        ("POST", "/number", "abc", "abc", ""),
        ("GET", "/status-only", "", "", ""),
    ])
    func requestsAreAnswered(_ method: String, _ path: String, _ body: String, _ told: String, _ trailers: String)
        async throws
    {
        try await withEcho { loop, address, _ in
            let client = try await HTTP2TestClient(address, loop)
            // Twice on one connection: the second finds everything used before.
            for id: Int32 in [1, 3] {
                let head = TestFrame.head(id, TestFrame.request(method, path), ends: body.isEmpty)
                let data = TestFrame(.data, flags: TestFrame.endStream, stream: id, Array(body.utf8))
                try await client.send(body.isEmpty ? [head] : [head, data])
                let answer = try await client.answer(id)
                #expect(answer.head[":status"] == "200" && answer.head["date"]?.hasSuffix("GMT") == true)
                #expect(answer.body == told)
                #expect(answer.trailers.map { "\($0)=\($1)" }.joined() == trailers)
                if path == "/number" { #expect(answer.head["json-length"] == "7") }
                if path == "/status-only" { #expect(answer.head["grpc-status"] == "5") }
            }
        }
    }

    @Test func bothVersionsShareThePortHoweverThePrefaceArrives() async throws {
        try await withEcho { loop, address, _ in
            let client = try await HTTP2TestClient(address, loop, silent: true)
            for byte in HTTP2TestClient.preface + TestFrame(.settings).bytes + TestFrame.get(1).bytes {
                try await client.stream.write([byte])
                await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
            }
            #expect(try await client.answer(1).body == "GET /? a:1 ")
            let old = try await exchange("PUT /1 HTTP/1.1\r\nhost: b\r\nconnection: close\r\n\r\n", address, loop)
            #expect(old.hasPrefix("HTTP/1.1 200 ") && old.hasSuffix("PUT /1? b "))
            let neither = try await exchange("PRI * HTTP/2.0\r\n\r\nno", address, loop)
            #expect(neither.hasPrefix("HTTP/1.1 505 "))
        }
    }

    @Test func limitsOfRequestsAreThoseOfTheOlderVersion() async throws {
        var limits = HTTPLimits()
        limits.headBytes = 1024
        limits.headerCount = 8
        try await withEcho(limits: limits) { loop, address, _ in
            let client = try await HTTP2TestClient(address, loop)
            let many = (0..<9).map { ("x\($0)", "y") }
            let long = [("x", String(repeating: "y", count: 2000))]
            let body = TestFrame(.data, stream: 5, [UInt8](repeating: 65, count: 101))
            try await client.send([
                .head(1, TestFrame.request("GET", "/") + many, ends: true),
                .head(3, TestFrame.request("GET", "/") + long, ends: true),
                .head(5, TestFrame.request("POST", "/"), ends: false), body,
                .head(7, TestFrame.request("POST", "/") + [("content-length", "101")], ends: false),
                .head(9, TestFrame.request("GET", "/") + [("expect", "tea")], ends: true),
            ])
            for (id, status) in [(1, "431"), (3, "431"), (5, "413"), (7, "413"), (9, "417")] as [(Int32, String)] {
                let answer = try await client.answer(id)
                #expect(answer.head[":status"] == status && answer.body.contains("error"), "stream \(id)")
            }
            // Nothing of this has hurt the connection.
            try await client.send([.get(11)])
            #expect(try await client.answer(11).head[":status"] == "200")
        }
    }

    @Test func aClientThatWaitsIsToldToGoOn() async throws {
        try await withEcho { loop, address, _ in
            let client = try await HTTP2TestClient(address, loop)
            let fields = TestFrame.request("POST", "/") + [("expect", "100-continue")]
            try await client.send([.head(1, fields, ends: false)])
            _ = try await client.first { $0.kind == TestFrame.Kind.headers.rawValue }
            try await client.send([TestFrame(.data, flags: TestFrame.endStream, stream: 1, [65])])
            #expect(try await client.answer(1).body == "POST /? a:1 A")
            #expect(client.heads[1]?.map { $0[":status"] } == ["100", "200"])
        }
    }

    @Test func aLengthThatIsNotKeptBreaksTheStreamOff() async throws {
        try await withEcho { loop, address, echo in
            let client = try await HTTP2TestClient(address, loop)
            let head = TestFrame.request("POST", "/") + [("content-length", "3")]
            try await client.send([
                .head(1, head, ends: false), TestFrame(.data, flags: TestFrame.endStream, stream: 1, [65]),
                .head(3, head, ends: false), TestFrame(.data, stream: 3, [65, 65, 65, 65]),
            ])
            for _ in 0..<2 { #expect(try await client.first { $0.isReset }?.code == 1) }
            for await _ in echo.aborted.stream { break }
        }
    }

    @Test func aRequestThatIsBrokenOffIsToldToItsService() async throws {
        try await withEcho { loop, address, echo in
            let client = try await HTTP2TestClient(address, loop)
            try await client.send([.get(1, "/never"), TestFrame(.reset, stream: 1, [0, 0, 0, 8]), .get(3)])
            #expect(try await client.answer(3).head[":status"] == "200")
            for await _ in echo.aborted.stream { break }
            try await client.send([.get(5, "/never")])
            client.stream.close()
            for await _ in echo.aborted.stream { break }
        }
    }

    @Test func moreStreamsThanAgreedEndTheConnection() async throws {
        var http2 = HTTP2Limits()
        http2.streams = 2
        try await withEcho(http2: http2) { loop, address, _ in
            let client = try await HTTP2TestClient(address, loop)
            try await client.send([.get(1, "/never"), .get(3, "/never"), .get(5)])
            // The limit was agreed on: going beyond it is an error of the connection.
            #expect(try await client.first { $0.isGoAway }?.code == 1)
        }
    }

    @Test func aPausedBodyStopsTheClientAtItsWindow() async throws {
        var http2 = HTTP2Limits()
        http2.streamWindow = 30_000
        try await withEcho(http2: http2) { loop, address, _ in
            let client = try await HTTP2TestClient(address, loop)
            let part = TestFrame(.data, stream: 1, [UInt8](repeating: 65, count: 15_000))
            try await client.send([.head(1, TestFrame.request("POST", "/paused"), ends: false), part, part])
            try await client.send([.get(3)])
            // The answer to the later request comes, and until then no room for the paused one.
            var frames: [TestFrame] = []
            while !client.ended.contains(3), let frame = try await client.next() { frames.append(frame) }
            let update = TestFrame.Kind.windowUpdate.rawValue
            #expect(!frames.contains { $0.kind == update && $0.stream == 1 })
            try await client.send([.get(5, "/resume")])
            #expect(try await client.first { $0.kind == update && $0.stream == 1 } != nil)
            try await client.send([part, TestFrame(.data, flags: TestFrame.endStream, stream: 1, [])])
            #expect(try await client.answer(1).body == "all came: A")
        }
    }

    @Test func aBodyStaysInOrderWhenItGoesOnWhileMoreComes() async throws {
        try await withEcho { loop, address, _ in
            let client = try await HTTP2TestClient(address, loop)
            func data(_ text: String, flags: UInt8 = 0) -> TestFrame {
                TestFrame(.data, flags: flags, stream: 1, Array(text.utf8))
            }
            // In one read: the body is told to go on between its pieces.
            try await client.send([
                .head(1, TestFrame.request("POST", "/paused"), ends: false), data("A"), data("B"), .get(3, "/resume"),
                data("C"), data("D", flags: TestFrame.endStream),
            ])
            #expect(try await client.answer(1).body == "all came: ABCD")
        }
    }
}
