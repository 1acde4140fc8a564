import Net
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LimitTests {
    private static let hello: @Sendable (HTTPRequest) async -> HTTPReply = { _ in
        .complete(HTTPResponse(status: 200, text: "hello"))
    }

    private func limits(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
        var limits = HTTPLimits()
        change(&limits)
        return limits
    }

    @Test func aSlowHeadIsAnswered408() async throws {
        try await withServer(limits: limits { $0.headTime = .milliseconds(30) }, Self.hello) { loop, address in
            let answer = try await exchange("GET / HT", address, loop)
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func aStalledBodyIsAnswered408() async throws {
        try await withServer(limits: limits { $0.stallTime = .milliseconds(30) }, Self.hello) { loop, address in
            let text = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nab"
            let answer = try await exchange(text, address, loop)
            #expect(answer.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func anIdleConnectionIsClosed() async throws {
        try await withServer(limits: limits { $0.idleTime = .seconds(2) }, Self.hello) { loop, address in
            let silent = try await exchange("", address, loop)
            #expect(silent.isEmpty)
            // On a busy machine the time may be over before the request is sent: it is sent again.
            var answer = ""
            while answer.isEmpty {
                answer = (try? await exchange("GET / HTTP/1.1\r\nhost: a\r\n\r\n", address, loop)) ?? ""
            }
            #expect(answer.hasSuffix("hello"))
        }
    }

    @Test func aClientThatDoesNotReadIsCutOff() async throws {
        let cut = AsyncStream<Void>.makeStream()
        try await withServer(limits: limits { $0.stallTime = .milliseconds(500) }) { _ in
            .stream(status: 200, headers: [:]) { writer in
                do {
                    while true { try await writer.write([UInt8](repeating: 0, count: 1 << 20)) }
                } catch {
                    cut.continuation.yield()
                }
            }
        } _: { loop, address in
            let (_, _, body) = try await HTTPClient(loop: loop).open(HTTPRequest(path: "/"), to: address)
            for await _ in cut.stream { break }
            body.close()
        }
    }

    @Test func connectionsBeyondTheLimitAreTold503() async throws {
        try await withServer(limits: limits { $0.connections = 1 }, Self.hello) { loop, address in
            let first = try await connect(address, on: loop)
            try await first.write(Array("GET / HTTP/1.1\r\nhost: a\r\n\r\n".utf8))
            _ = try await first.read()
            #expect(try await exchange("", address, loop).hasPrefix("HTTP/1.1 503 "))
            first.close()
        }
    }

    @Test func drainingFinishesWhatRunsAndTakesNothingNew() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let began = AsyncStream<Void>.makeStream()
        try await withLoop { loop in
            let service = AsyncHTTPService(bodyMax: 0) { _ in
                began.continuation.yield()
                for await _ in gate.stream { break }
                return .complete(HTTPResponse(status: 200, text: "finished"))
            }
            let server = HTTPServer(loop: loop, service: service)
            let address = try server.listen(anyPort)
            let client = HTTPClient(loop: loop)
            let idle = try await connect(address, on: loop)
            async let running = client.send(HTTPRequest(path: "/"), to: address, timeout: .seconds(60))
            for await _ in began.stream { break }
            async let drained: Void = server.drain(within: .seconds(10))
            // The idle connection is closed, nobody new is let in.
            #expect(try await idle.read() == nil)
            await #expect(throws: NetFault.self) { try await connect(address, on: loop) }
            gate.continuation.yield()
            let answer = try await running
            #expect(answer.headers["connection"] == "close")
            await drained
        }
    }

    @Test func drainingAnswersWhatIsOnItsWay() async throws {
        try await withLoop { loop in
            let service = AsyncHTTPService(bodyMax: 0) { _ in .complete(HTTPResponse(status: 200, text: "late")) }
            let server = HTTPServer(loop: loop, service: service, limits: limits { $0.lastRequestTime = .seconds(10) })
            let address = try server.listen(anyPort)
            let busy = try await connect(address, on: loop)
            let silent = try await connect(address, on: loop)
            func ask(_ connection: ByteStream) async throws -> String {
                try await connection.write(Array("GET / HTTP/1.1\r\nhost: a\r\n\r\n".utf8))
                return String(decoding: try await connection.read() ?? [], as: UTF8.self)
            }
            var answer = try await ask(busy)
            async let drained: Void = server.drain(within: .seconds(20))
            // Requests on a kept connection are answered up to the one that tells the client to go elsewhere.
            while !answer.contains("connection: close") {
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
                answer = try await ask(busy)
            }
            #expect(try await ask(silent).contains("connection: close"))
            await drained
        }
    }

    @Test func drainingCutsOffWhatTakesTooLong() async throws {
        let began = AsyncStream<Void>.makeStream()
        try await withLoop { loop in
            let service = AsyncHTTPService(bodyMax: 0) { _ in
                began.continuation.yield()
                let forever = AsyncStream<Void>.makeStream()
                for await _ in forever.stream {}
                return .complete(HTTPResponse(status: 200))
            }
            let server = HTTPServer(loop: loop, service: service)
            let address = try server.listen(anyPort)
            let client = HTTPClient(loop: loop)
            let running = Task { try await client.send(HTTPRequest(path: "/"), to: address, timeout: .seconds(60)) }
            for await _ in began.stream { break }
            await server.drain(within: .milliseconds(20))
            await #expect(throws: NetFault.self) { try await running.value }
        }
    }
}
