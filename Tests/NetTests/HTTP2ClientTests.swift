import Base
import Net
import Synchronization
import Testing

/// The client side of HTTP/2, against this program's own server and against scripted ones.
@Suite(.timeLimit(.minutes(1)))
struct HTTP2ClientTests {
    /// Answers by the path: an echo as it comes, with trailers; a count of its bytes; nothing but a head.
    private final class Mirror: HTTPService {
        var counts: [ObjectIdentifier: Int] = [:]
        var held: [HTTPExchange] = []

        func begin(_ exchange: HTTPExchange) -> BodyMode {
            switch exchange.path {
            case "/echo": exchange.begin(status: 200, contentLength: nil) { $0.appendField("x-asked", "echo") }
            case "/only": exchange.respond(status: 200, headers: ["grpc-status": "12"], body: [])
            case "/large":
                let block = [UInt8](repeating: 7, count: 100_000)
                exchange.begin(status: 200, contentLength: 3_000_000) { _ in }
                for _ in 0..<30 { block.withUnsafeBytes { exchange.write($0) } }
                exchange.end()
            case "/hold": held.append(exchange)
            case "/free":
                for exchange in held { exchange.respond(status: 200, contentType: "a/b") { $0.append("freed") } }
                held = []
                exchange.respond(status: 200, contentType: "a/b") { $0.append("free") }
            default: break
            }
            return .stream
        }

        func chunk(_ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
            switch exchange.path {
            case "/echo":
                exchange.write(bytes)
                if last { exchange.end(trailers: exchange.requestTrailers) }
            case "/count":
                counts[ObjectIdentifier(exchange), default: 0] += bytes.count
                guard last, let count = counts.removeValue(forKey: ObjectIdentifier(exchange)) else { return }
                exchange.respond(status: 200, contentType: "a/b") { $0.append("\(exchange.authority) \(count)") }
            default: break
            }
        }
    }

    private func withMirror(
        streams: Int = 256,
        _ body: (EventLoop, HTTPConnectionPool, SocketAddress) async throws -> Void
    ) async throws {
        try await withLoop { loop in
            var limits = HTTP2Limits()
            limits.streams = streams
            let server = HTTPServer(loop: loop, service: Mirror(), http2: limits)
            try await body(loop, HTTPConnectionPool(loop: loop), try server.listen(anyPort))
        }
    }

    @Test func streamsShareAConnectionAndAreUsedAgain() async throws {
        try await withMirror { loop, pool, address in
            for round in 0..<3 {
                let calls = (0..<8).map { number in
                    TestCall(
                        loop,
                        pool,
                        address,
                        "POST",
                        "/echo",
                        body: .chunked,
                        [.body("a\(number)"), .end(["x-end": "\(number)"])]
                    )
                }
                for (number, call) in calls.enumerated() {
                    let answer = await call.answer
                    #expect(answer.text == "a\(number)" && answer.status == 200 && answer.fields["x-asked"] == "echo")
                    #expect(answer.trailers["x-end"] == "\(number)")
                    // All of the first round wait for one connection, all later ones use it.
                    #expect((8 * round + 1...8 * round + 8).contains(answer.requestCount))
                }
            }
        }
    }

    @Test(arguments: [
        ("/only", "", ["grpc-status": "12"]), ("/count", "a:1 5", ["content-type": "a/b"]), ("/echo", "12345", [:]),
    ])
    func answersOfAllFormsArrive(_ path: String, _ told: String, _ fields: [String: String]) async throws {
        try await withMirror { loop, pool, address in
            let call = TestCall(loop, pool, address, "POST", path, body: .fixed(5), [.body("12345"), .end([:])])
            let answer = await call.answer
            #expect(answer.text == told && answer.fault == nil)
            for (name, value) in fields { #expect(answer.fields[name] == value) }
            #expect(answer.wasWholeAtHead == (path == "/only"))
        }
    }

    @Test func bodiesBothWaysAreHeldToTheirWindows() async throws {
        try await withMirror { loop, pool, address in
            let parts = (0..<5).flatMap { _ in [TestCall.Step.bytes(1_000_000), .drained] } + [.end([:])]
            let sent = await TestCall(loop, pool, address, "PUT", "/count", body: .chunked, parts).answer
            #expect(sent.text == "a:1 5000000" && sent.drains == 5)
            // The answer is paused at every piece, and goes on when asked to.
            let large = await TestCall(loop, pool, address, "GET", "/large", body: .none, [], pauses: true).answer
            #expect(large.count == 3_000_000 && large.fault == nil)
        }
    }

    @Test func moreStreamsThanTheServerTakesGetAnotherConnection() async throws {
        try await withMirror(streams: 2) { loop, pool, address in
            #expect(await TestCall(loop, pool, address, "GET", "/free", body: .none, []).answer.text == "free")
            let held = (0..<5).map { _ in TestCall(loop, pool, address, "GET", "/hold", body: .none, []) }
            for call in held { try await until { await call.hasBegun } }
            _ = await TestCall(loop, pool, address, "GET", "/free", body: .none, []).answer
            // Those of full connections may arrive behind the first call.
            for call in held {
                while await call.soFar == nil {
                    _ = await TestCall(loop, pool, address, "GET", "/free", body: .none, []).answer
                }
                #expect(await call.answer.text == "freed")
            }
        }
    }

    @Test func whoGivesUpFreesTheStream() async throws {
        try await withMirror(streams: 1) { loop, pool, address in
            let held = TestCall(loop, pool, address, "POST", "/hold", body: .chunked, [.body("x")])
            try await until { await held.hasBegun }
            await held.close()
            #expect(await TestCall(loop, pool, address, "GET", "/free", body: .none, []).answer.status == 200)
        }
    }

    @Test func aConnectionOnWhichManyAreBrokenOffIsLeft() async throws {
        try await withMirror { loop, pool, address in
            for _ in 0..<250 {
                let held = TestCall(loop, pool, address, "GET", "/hold", body: .none, [])
                try await until { await held.hasBegun }
                await held.close()
            }
            let answer = await TestCall(loop, pool, address, "GET", "/free", body: .none, []).answer
            #expect(answer.status == 200 && answer.requestCount == 51)
        }
    }

    /// What a scripted server sends on a request's arrival, and what the request hears.
    struct Script: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let frames: [TestFrame]
        let kind: NetFault.Kind?
        let text: String

        init(_ name: String, _ frames: [TestFrame], _ kind: NetFault.Kind?, text: String = "") {
            (testDescription, self.frames, self.kind, self.text) = (name, frames, kind, text)
        }
    }

    private static let ok = TestFrame.head(1, [(":status", "200")], ends: false)
    private static func data(_ text: String, ends: Bool) -> TestFrame {
        TestFrame(.data, flags: ends ? TestFrame.endStream : 0, stream: 1, Array(text.utf8))
    }

    /// A head of 75 KB, in frames of 15 KB.
    private static var tooLarge: [TestFrame] {
        let block = TestFrame.block(
            [(":status", "200")] + (0..<50).map { ("x\($0)", String(repeating: "y", count: 1500)) }
        )
        let parts = stride(from: 0, to: block.count, by: 15_000).map {
            Array(block[$0..<min($0 + 15_000, block.count)])
        }
        return parts.enumerated().map { index, part in
            let flags = (index == 0 ? TestFrame.endStream : 0) | (index == parts.count - 1 ? TestFrame.endHeaders : 0)
            return TestFrame(index == 0 ? .headers : .continuation, flags: flags, stream: 1, part)
        }
    }

    @Test(arguments: [
        Script("answered", [ok, data("a", ends: true)], nil, text: "a"),
        Script(
            "interim first",
            [.head(1, [(":status", "103")], ends: false), ok, data("b", ends: true)],
            nil,
            text: "b"
        ),
        Script("refused", [TestFrame(.reset, stream: 1, [0, 0, 0, 7])], .refused),
        Script(
            "broken off",
            [ok, data("a", ends: false), TestFrame(.reset, stream: 1, [0, 0, 0, 2])],
            .closed,
            text: "a"
        ),
        Script("going away before", [TestFrame(.goAway, [0, 0, 0, 0, 0, 0, 0, 0])], .refused),
        Script(
            "going away behind",
            [TestFrame(.goAway, [0, 0, 0, 1, 0, 0, 0, 0]), ok, data("a", ends: true)],
            nil,
            text: "a"
        ),
        Script(
            "a shorter body",
            [.head(1, [(":status", "200"), ("content-length", "3")], ends: false), data("a", ends: true)],
            .closed,
            text: "a"
        ),
        Script("a frame of no stream", [TestFrame(.data, stream: 9, [1])], .malformed),
        Script("no status", [.head(1, [("a", "b")], ends: true)], .closed),
        Script("a status that is none", [.head(1, [(":status", "x")], ends: true)], .closed),
        Script("a field of HTTP/1.1", [.head(1, [(":status", "200"), ("connection", "close")], ends: true)], .closed),
        Script("a head too large", tooLarge, .limit),
    ])
    func serversDoWhatTheyLike(_ script: Script) async throws {
        try await withScript(script.frames) { loop, pool, address in
            let answer = await TestCall(loop, pool, address, "GET", "/", body: .none, []).answer
            #expect(answer.fault?.kind == script.kind, "\(answer.fault?.message ?? "")")
            #expect(answer.text == script.text)
        }
    }

    @Test func aServerOfTheOldVersionIsToldApart() async throws {
        try await withServer { _ in
            .complete(HTTPResponse(status: 200))
        } _: { loop, address in
            let pool = HTTPConnectionPool(loop: loop)
            let fault = await TestCall(loop, pool, address, "GET", "/", body: .none, []).answer.fault
            #expect(fault?.kind == .malformed || fault?.kind == .closed)
            let none = SocketAddress(ip: 0x7F00_0001, port: 1)
            let refused = await TestCall(loop, pool, none, "GET", "/", body: .none, []).answer.fault
            #expect(refused?.kind == .unreachable)
        }
    }

    /// A server that agrees on SETTINGS and, when a request has come, sends `frames`.
    private func withScript(
        _ frames: [TestFrame],
        _ body: (EventLoop, HTTPConnectionPool, SocketAddress) async throws -> Void
    ) async throws {
        try await withLoop { loop in
            let settings = TestFrame(.settings).bytes
            let script = frames.flatMap(\.bytes)
            let server = RawServer(loop: loop) { raw in
                settings.withUnsafeBytes { raw.write($0) }
                var read: [UInt8] = []
                var isAsked = false
                raw.onBytes = { bytes in
                    read += bytes
                    // A HEADERS frame of stream 1 stands behind preface, SETTINGS and their acknowledgement.
                    guard !isAsked, read.indices.contains(where: { read[$0...].starts(with: [1, 5, 0, 0, 0, 1]) })
                    else {
                        return
                    }
                    isAsked = true
                    script.withUnsafeBytes { raw.write($0) }
                }
            }
            try await body(loop, HTTPConnectionPool(loop: loop), try server.listen(anyPort))
        }
    }

    private func until(_ condition: () async -> Bool) async throws {
        for _ in 0..<10_000 {
            if await condition() { return }
            await Task.yield()
        }
        Issue.record("it did not become true")
    }
}

@Suite struct PulseTests {
    @Test func asksTwiceBetweenAnswersAndGivesUpWhenNothingComes() {
        func at(_ seconds: Int) -> Instant { Instant(nanoseconds: 0) + .seconds(seconds) }
        var pulse = Pulse(at: at(0))
        #expect(pulse.check(at: at(20)) == .wait)
        #expect(pulse.check(at: at(21)) == .ask)
        #expect(pulse.check(at: at(40)) == .wait)
        pulse.heard(at: at(41))
        #expect(pulse.check(at: at(50)) == .wait)
        #expect(pulse.check(at: at(62)) == .ask)
        pulse.heard(at: at(63))
        // Twice is enough, until an answer comes.
        #expect(pulse.check(at: at(200)) == .wait)
        pulse.answered()
        #expect(pulse.check(at: at(201)) == .ask)
        #expect(pulse.check(at: at(222)) == .dead)
    }
}
