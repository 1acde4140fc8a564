import Base
import Net
import Synchronization
import Testing

/// What a client of HTTP/2 can do to a server, and how that ends.
@Suite(.timeLimit(.minutes(1)))
struct HTTP2DefenceTests {
    struct Flood: Sendable, CustomTestStringConvertible {
        let name: String
        let frames: @Sendable (_ number: Int32) -> [TestFrame]

        init(_ name: String, _ frames: @escaping @Sendable (Int32) -> [TestFrame]) {
            self.name = name
            self.frames = frames
        }

        var testDescription: String { name }
    }

    static let floods = [
        Flood("ping") { _ in [TestFrame(.ping, [0, 0, 0, 0, 0, 0, 0, 0])] },
        Flood("settings") { _ in [TestFrame(.settings)] },
        Flood("priority") { _ in [TestFrame(.priority, stream: 1, [0, 0, 0, 0, 1])] },
        Flood("empty data") {
            $0 == 0 ? [.head(1, TestFrame.request("POST", "/"), ends: false)] : [TestFrame(.data, stream: 1)]
        },
        Flood("windows") { _ in [TestFrame(.windowUpdate, [0, 0, 0, 1])] },
        Flood("rapid reset") { [.get(2 * $0 + 1), TestFrame(.reset, stream: 2 * $0 + 1, [0, 0, 0, 8])] },
        Flood("resets by the server") {
            [
                .head(2 * $0 + 1, TestFrame.request("GET", "/"), ends: false),
                TestFrame(.windowUpdate, stream: 2 * $0 + 1, [0, 0, 0, 0]),
            ]
        },
        Flood("continuation") { number in
            let block = TestFrame.block(number == 0 ? TestFrame.request("GET", "/") : [("x", "y")])
            return [TestFrame(number == 0 ? .headers : .continuation, stream: 1, block)]
        },
    ]

    /// Waits for ever, so that resets always meet a request in hand.
    private final class Never: HTTPService {
        func begin(_ exchange: HTTPExchange) -> BodyMode { .stream }
    }

    @Test(arguments: floods)
    func endsTheConnection(_ flood: Flood) async throws {
        try await withLoop { loop in
            let address = try HTTPServer(loop: loop, service: Never(), http2: HTTP2Limits()).listen(anyPort)
            let client = try await HTTP2TestClient(address, loop)
            // The server closes while the client still sends.
            for number: Int32 in 0..<3000 { do { try await client.send(flood.frames(number)) } catch { break } }
            while let frame = try? await client.next() { if frame.isGoAway { #expect(frame.code != 0) } }
            let other = try await HTTP2TestClient(address, loop)
            try await other.send([TestFrame(.ping, [1, 2, 3, 4, 5, 6, 7, 8])])
            #expect(try await other.first { $0.kind == TestFrame.Kind.ping.rawValue } != nil)
        }
    }

    @Test func guardCountsWhatBringsNothing() {
        var limits = HTTP2Limits()
        limits.idleFrames = 10
        limits.idleFramesPerSecond = 5
        let start = Instant(nanoseconds: 0)
        var flood = FloodGuard(limits, at: start)
        func idle(_ count: Int, _ now: Instant) -> Int { (0..<count).filter { _ in flood.bears(.idle, at: now) }.count }
        #expect(idle(12, start) == 10)
        #expect(idle(12, start + .milliseconds(1000)) == 5)
        for _ in 0..<3 { _ = flood.bears(.useful, at: start + .milliseconds(1000)) }
        #expect(idle(12, start + .milliseconds(1000)) == 3)
        #expect(idle(12, start + .seconds(100)) == 10)
    }

    @Test func aReaderThatGrantsNothingHoldsLittleMemory() async throws {
        let written = Atomic<Int>(0)
        try await withLoop { loop in
            let service = AsyncHTTPService(bodyMax: 0) { _ in
                .stream(status: 200, headers: [:]) { writer in
                    for _ in 0..<64 {
                        try await writer.write([UInt8](repeating: 7, count: 1 << 20))
                        written.add(1, ordering: .relaxed)
                    }
                }
            }
            let address = try HTTPServer(loop: loop, service: service, http2: HTTP2Limits()).listen(anyPort)
            let client = try await HTTP2TestClient(address, loop)
            try await client.send([.get(1)])
            var count = 0
            while count < 65_535, let frame = try await client.next() {
                if frame.kind == TestFrame.Kind.data.rawValue { count += frame.payload.count }
            }
            #expect(count == 65_535)
            #expect(written.load(ordering: .relaxed) < 8)
            // Room for all of it: the rest comes.
            let room: [UInt8] = [0x7F, 0, 0, 0]
            try await client.send([
                TestFrame(.windowUpdate, stream: 1, room), TestFrame(.windowUpdate, room),
            ])
            while !client.ended.contains(1), let frame = try await client.next() {
                if frame.kind == TestFrame.Kind.data.rawValue { count += frame.payload.count }
            }
            #expect(count == 64 << 20)
        }
    }

    @Test func whatStallsIsEnded() async throws {
        var limits = HTTPLimits()
        limits.stallTime = .milliseconds(50)
        limits.headTime = .milliseconds(50)
        try await withLoop { loop in
            let service = AsyncHTTPService(bodyMax: 1 << 20) { request in
                .complete(HTTPResponse(status: 200, body: [UInt8](repeating: 0, count: 1 << 20)))
            }
            let server = HTTPServer(loop: loop, service: service, limits: limits, http2: HTTP2Limits())
            let address = try server.listen(anyPort)
            let client = try await HTTP2TestClient(address, loop)
            try await client.send([.head(1, TestFrame.request("POST", "/"), ends: false), .get(3)])
            // A body that does not go on is told so; an answer that nobody takes is broken off.
            // In either order; the window of the connection may have no room for the first one's words.
            var (isTold, code) = (false, UInt32?.none)
            while !isTold || code == nil, let frame = try await client.next() {
                if frame.stream == 1, frame.endsStream || frame.isReset { isTold = true }
                if frame.stream == 3, frame.isReset { code = frame.code }
            }
            #expect(client.heads[1]?.first?[":status"] == "408")
            #expect(code == 8)
            // A head that does not go on ends the connection.
            try await client.send([TestFrame(.headers, stream: 5, TestFrame.block(TestFrame.request("GET", "/")))])
            #expect(try await client.first { $0.isGoAway } != nil)
        }
    }

    @Test func anIdleConnectionIsSentAway() async throws {
        var limits = HTTPLimits()
        limits.idleTime = .seconds(1)
        try await withLoop { loop in
            let server = HTTPServer(loop: loop, service: Never(), limits: limits, http2: HTTP2Limits())
            let address = try server.listen(anyPort)
            // On a busy machine the time may be over before the client has said anything: that client tries again.
            while true {
                guard let client = try? await HTTP2TestClient(address, loop),
                    let farewell = try? await client.first(where: \.isGoAway)
                else { continue }
                #expect(farewell.code == 0)
                let rest = try await client.next()
                #expect(rest == nil)
                return
            }
        }
    }

    @Test func drainingTakesWhatIsUnderWayAndFinishesIt() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let began = AsyncStream<Void>.makeStream()
        try await withLoop { loop in
            let service = AsyncHTTPService(bodyMax: 0) { _ in
                began.continuation.yield()
                for await _ in gate.stream { break }
                return .complete(HTTPResponse(status: 200, text: "finished"))
            }
            let server = HTTPServer(loop: loop, service: service, http2: HTTP2Limits())
            let client = try await HTTP2TestClient(try server.listen(anyPort), loop)
            try await client.send([.get(1)])
            for await _ in began.stream { break }
            async let drained: Void = server.drain(within: .seconds(20))
            let notice = try #require(try await client.first { $0.isGoAway })
            #expect(Array(notice.payload.prefix(4)) == [0x7F, 0xFF, 0xFF, 0xFF])
            // Sent before the notice was heard: still taken.
            try await client.send([.get(3)])
            for await _ in began.stream { break }
            let ping = try #require(try await client.first { $0.kind == TestFrame.Kind.ping.rawValue })
            try await client.send([TestFrame(.ping, flags: TestFrame.ack, ping.payload)])
            let last = try #require(try await client.first { $0.isGoAway })
            #expect(Array(last.payload.prefix(4)) == [0, 0, 0, 3] && last.code == 0)
            gate.continuation.yield()
            gate.continuation.yield()
            for id: Int32 in [1, 3] { #expect(try await client.answer(id).body == "finished") }
            #expect(try await client.next() == nil)
            await drained
        }
    }
}
