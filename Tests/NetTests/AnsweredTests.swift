import Base
import Net
import Synchronization
import Testing

/// Whoever takes note of requests hears of each once, while it can be read.
@Suite(.timeLimit(.minutes(1)))
struct AnsweredTests {
    /// What was heard, from any thread.
    private final class Notes: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    /// Answers some requests with their head, others with their body, and takes note.
    private final class Service: HTTPService {
        private let notes: Notes

        init(_ notes: Notes) { self.notes = notes }

        func begin(_ exchange: HTTPExchange) -> BodyMode {
            guard !exchange.trace.isValid, exchange.grpcStatus == nil, exchange.startedAt == exchange.loop.now else {
                notes.add("something is left of the request before")
                return .answered
            }
            exchange.trace = TraceContext(traceID: TraceID(high: 1, low: UInt64(exchange.path.utf8.count)), spanID: 2)
            exchange.grpcStatus = 3
            guard exchange.path == "/body" else {
                exchange.respond(status: exchange.path == "/none" ? 204 : 404, contentType: "a/b") { _ in }
                return .answered
            }
            return .collect(max: 10)
        }

        func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {
            exchange.begin(status: 201, contentLength: nil) { _ in }
            exchange.write(body)
            exchange.end()
        }

        func answered(_ exchange: HTTPExchange, status: Int) {
            notes.add("\(exchange.path) \(status) \(exchange.trace.traceID.low) \(exchange.isAnswered)")
        }

        func aborted(_ exchange: HTTPExchange) { notes.add("\(exchange.path) aborted \(exchange.trace.traceID.low)") }
    }

    @Test func requestsOfOneConnectionAreToldOneByOne() async throws {
        let notes = Notes()
        try await withLoop { loop in
            let address = try HTTPServer(loop: loop, service: Service(notes)).listen(anyPort)
            let requests =
                "GET /none HTTP/1.1\r\nhost: a\r\n\r\nPOST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi"
                + "GET /else HTTP/1.1\r\nhost: a\r\n\r\n"
                + "POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 11\r\n\r\ntoo long..."
            _ = try await exchange(requests, address, loop)
        }
        #expect(notes.all == ["/none 204 5 true", "/body 201 5 true", "/else 404 5 true", "/body aborted 5"])
    }

    @Test func streamsAreToldLikeRequestsOfAConnection() async throws {
        let notes = Notes()
        try await withLoop { loop in
            let server = HTTPServer(loop: loop, service: Service(notes), http2: HTTP2Limits())
            let (address, pool) = (try server.listen(anyPort), HTTPConnectionPool(loop: loop))
            for (path, body, steps) in [
                ("/none", HTTPRequestBody.none, []),
                ("/body", .fixed(2), [TestCall.Step.body("hi"), .end([:])]),
                ("/body", .fixed(11), [.body("too long..."), .end([:])]),
            ] {
                _ = await TestCall(loop, pool, address, "POST", path, body: body, steps).answer
            }
        }
        #expect(notes.all == ["/none 204 5 true", "/body 201 5 true", "/body aborted 5"])
    }
}
