import Base
import Net
import Testing

/// A server and clients on one loop, which meet without the kernel: port 0 of a client says that they did.
@Suite(.timeLimit(.minutes(1)))
struct LineTests {
    /// Serves `handler` where clients of the loop reach it by a line.
    private func withNearServer(
        limits: HTTPLimits = HTTPLimits(),
        _ handler: @escaping @Sendable (HTTPRequest) async -> HTTPReply,
        _ body: (HTTPClient, SocketAddress, HTTPServer, EventLoop) async throws -> Void
    ) async throws {
        try await withLoop { loop in
            let service = AsyncHTTPService(bodyMax: 64 << 20, handler)
            let server = HTTPServer(loop: loop, service: service, limits: limits)
            let address = try server.listen(anyPort, isNear: true)
            try await body(HTTPClient(loop: loop), address, server, loop)
        }
    }

    private static let echo: @Sendable (HTTPRequest) async -> HTTPReply = { request in
        let headers: HTTPHeaders = ["x-port": String(request.remote?.port ?? -1)]
        return .complete(HTTPResponse(status: 200, headers: headers, body: request.body))
    }

    @Test(arguments: [0, 5, 70_000, 3_000_000])
    func bodiesGoBothWays(_ count: Int) async throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withNearServer(Self.echo) { client, address, _, _ in
            for _ in 0..<3 {
                let request = HTTPRequest(method: "POST", path: "/", body: body)
                let answer = try await client.send(request, to: address, timeout: .seconds(60))
                #expect(answer.body == body)
                #expect(answer.headers["x-port"] == "0")
            }
        }
    }

    @Test func clientsOfOtherLoopsComeByTheKernel() async throws {
        try await withNearServer(Self.echo) { _, address, _, _ in
            try await withLoop { other in
                let client = HTTPClient(loop: other)
                let answer = try await client.send(HTTPRequest(path: "/"), to: address, timeout: .seconds(60))
                #expect(answer.headers["x-port"] != "0")
            }
        }
    }

    @Test func whatIsWrittenWaitsForItsReader() async throws {
        let (written, tell) = AsyncStream<Int>.makeStream()
        try await withNearServer { _ in
            .stream(status: 200, headers: [:]) { writer in
                for number in 1...200 {
                    try await writer.write([UInt8](repeating: 7, count: 100_000))
                    tell.yield(number)
                }
                tell.finish()
            }
        } _: { client, address, _, _ in
            let answer = try await client.open(HTTPRequest(path: "/"), to: address)
            var count = 0
            while let bytes = try await answer.body.read() {
                #expect(bytes.allSatisfy { $0 == 7 })
                count += bytes.count
            }
            #expect(count == 20_000_000)
        }
        var last = 0
        for await number in written { last = number }
        #expect(last == 200)
    }

    @Test func anAnswerThatBreaksOffIsTold() async throws {
        try await withNearServer { _ in
            .stream(status: 200, headers: [:]) { writer in
                try await writer.write([1, 2, 3])
                throw CancellationError()
            }
        } _: { client, address, _, _ in
            await #expect(throws: NetFault.self) {
                try await client.send(HTTPRequest(path: "/"), to: address, timeout: .seconds(60))
            }
        }
    }

    @Test func aClientThatLeavesIsNoticed() async throws {
        let (ends, end) = AsyncStream<Bool>.makeStream()
        try await withNearServer { _ in
            .stream(status: 200, headers: [:]) { writer in
                do {
                    while true { try await writer.write([UInt8](repeating: 0, count: 10_000)) }
                } catch {
                    end.yield(true)
                    throw error
                }
            }
        } _: { client, address, _, _ in
            do {
                let answer = try await client.open(HTTPRequest(path: "/"), to: address)
                _ = try await answer.body.read()
            }
            for await told in ends {
                #expect(told)
                break
            }
        }
    }

    @Test func connectionsOfAnotherProtocolGoOn() async throws {
        try await withNearServer { _ in
            .upgrade(headers: ["upgrade": "echo"]) { stream in
                do {
                    while let bytes = try await stream.read() { try await stream.write(bytes) }
                } catch {
                    Issue.record(error)
                }
            }
        } _: { client, address, _, _ in
            let headers: HTTPHeaders = ["connection": "Upgrade", "upgrade": "echo"]
            let answer = try await client.upgrade(HTTPRequest(path: "/", headers: headers), to: address)
            let stream = try #require(answer.stream)
            try await stream.write(Array("there and back".utf8))
            #expect(try await stream.read() == Array("there and back".utf8))
            stream.close()
        }
    }

    @Test func aServerWithoutRoomIsReachedByTheKernelWhichTellsIt() async throws {
        var limits = HTTPLimits()
        limits.connections = 0
        try await withNearServer(limits: limits, Self.echo) { client, address, _, _ in
            let answer = try? await client.send(HTTPRequest(path: "/"), to: address, timeout: .seconds(60))
            #expect(answer.map { $0.status == 503 } ?? true)
        }
    }

    @Test func aServerThatEndsIsGone() async throws {
        try await withNearServer(Self.echo) { client, address, server, _ in
            let answer = try await client.send(HTTPRequest(path: "/"), to: address, timeout: .seconds(60))
            #expect(answer.status == 200)
            await server.drain(within: .seconds(1))
            await #expect(throws: NetFault.self) {
                try await client.send(HTTPRequest(path: "/"), to: address, timeout: .seconds(60))
            }
        }
    }
}
