import Net
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AsyncServerTests {
    private static let echo: @Sendable (HTTPRequest) async -> HTTPReply = { request in
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
        let text = "\(request.method) \(request.path) [\(query)] \(String(decoding: request.body, as: UTF8.self))"
        return .complete(HTTPResponse(status: 200, text: text))
    }

    @Test func requestsGoRoundTheClientOnOneConnection() async throws {
        try await withServer(bodyMax: 1 << 20, Self.echo) { loop, address in
            let client = HTTPClient(loop: loop)
            for number in 1...3 {
                let request = HTTPRequest(
                    method: "POST",
                    path: "/a b/ü",
                    query: [("x", "1&2"), ("n", "\(number)")],
                    body: Array("body".utf8)
                )
                let answer = try await client.send(request, to: address, timeout: .seconds(60))
                #expect(answer.status == 200)
                #expect(String(decoding: answer.body, as: UTF8.self) == "POST /a b/ü [x=1&2,n=\(number)] body")
                #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
            }
        }
    }

    @Test func largeBodiesGoBothWays() async throws {
        let body = [UInt8](repeating: 0x2A, count: 1_500_000) + [1, 2, 3]
        try await withServer(bodyMax: 10 << 20) { request in
            .complete(HTTPResponse(status: 200, body: request.body))
        } _: { loop, address in
            let client = HTTPClient(loop: loop)
            let request = HTTPRequest(method: "PUT", path: "/", body: body)
            let answer = try await client.send(request, to: address, timeout: .seconds(60))
            #expect(answer.body == body)
        }
    }

    @Test func streamsArriveBitByBit() async throws {
        let gate = AsyncStream<Void>.makeStream()
        try await withServer { _ in
            .stream(status: 200, headers: ["content-type": "text/plain"]) { writer in
                try await writer.write(Array("one".utf8))
                for await _ in gate.stream { break }
                try await writer.write(Array("two".utf8))
            }
        } _: { loop, address in
            let client = HTTPClient(loop: loop)
            let (status, _, body) = try await client.open(HTTPRequest(path: "/"), to: address)
            #expect(status == 200)
            #expect(try await body.read() == Array("one".utf8))
            gate.continuation.yield()
            #expect(try await body.read() == Array("two".utf8))
            #expect(try await body.read() == nil)
        }
    }

    @Test func aSlowReaderMakesTheWriterWait() async throws {
        let written = Atomic<Int>(0)
        let total = 64
        let piece = [UInt8](repeating: 7, count: 1 << 20)
        try await withServer { _ in
            .stream(status: 200, headers: [:]) { writer in
                for _ in 0..<total {
                    try await writer.write(piece)
                    written.add(1, ordering: .relaxed)
                }
            }
        } _: { loop, address in
            let client = HTTPClient(loop: loop)
            let (_, _, body) = try await client.open(HTTPRequest(path: "/"), to: address)
            _ = try await body.read()
            // The writer can be ahead by what buffers and kernel hold, not by everything.
            #expect(written.load(ordering: .relaxed) < total)
            var count = 0
            while let bytes = try await body.read() { count += bytes.count }
            #expect(count > (total - 2) << 20)
            #expect(written.load(ordering: .relaxed) == total)
        }
    }

    @Test func theTaskOfAClientThatLeavesIsCancelled() async throws {
        let left = AsyncStream<Void>.makeStream()
        try await withServer { _ in
            .stream(status: 200, headers: [:]) { writer in
                try await writer.write([1])
                let forever = AsyncStream<Void>.makeStream()
                for await _ in forever.stream {}
                left.continuation.yield()
            }
        } _: { loop, address in
            let client = HTTPClient(loop: loop)
            let (_, _, body) = try await client.open(HTTPRequest(path: "/"), to: address)
            _ = try await body.read()
            body.close()
            for await _ in left.stream { break }
        }
    }

    @Test func aWriterHearsOfAConnectionThatBreaks() async throws {
        let heard = AsyncStream<Void>.makeStream()
        try await withServer { _ in
            .stream(status: 200, headers: [:]) { writer in
                do {
                    while true { try await writer.write([UInt8](repeating: 0, count: 1 << 16)) }
                } catch {
                    heard.continuation.yield()
                }
            }
        } _: { loop, address in
            let (_, _, body) = try await HTTPClient(loop: loop).open(HTTPRequest(path: "/"), to: address)
            _ = try await body.read()
            // Closing with bytes unread resets the connection.
            body.close()
            for await _ in heard.stream { break }
        }
    }

    @Test func anUpgradedConnectionCarriesBytesBothWays() async throws {
        try await withServer { request in
            guard request.headers["upgrade"] == "echo" else {
                return .complete(HTTPResponse(status: 400, text: "no upgrade"))
            }
            return .upgrade(headers: ["upgrade": "echo"]) { stream in
                while let bytes = try? await stream.read() {
                    do { try await stream.write(bytes) } catch { return }
                }
                await stream.finishWriting()
            }
        } _: { loop, address in
            let client = HTTPClient(loop: loop)
            let refused = try await client.upgrade(HTTPRequest(path: "/"), to: address)
            #expect(refused.status == 400 && refused.stream == nil)
            let request = HTTPRequest(path: "/", headers: ["upgrade": "echo"])
            let (status, headers, stream) = try await client.upgrade(request, to: address)
            #expect(status == 101 && headers["upgrade"] == "echo")
            let bytes = try #require(stream)
            try await bytes.write(Array("ping".utf8))
            #expect(try await bytes.read() == Array("ping".utf8))
            await bytes.finishWriting()
            #expect(try await bytes.read() == nil)
        }
    }

    @Test func requestsThatTakeTooLongAreTimedOut() async throws {
        try await withServer { _ in
            let forever = AsyncStream<Void>.makeStream()
            for await _ in forever.stream {}
            return .complete(HTTPResponse(status: 200))
        } _: { loop, address in
            let client = HTTPClient(loop: loop)
            let fault = await #expect(throws: NetFault.self) {
                try await client.send(HTTPRequest(path: "/"), to: address, timeout: .milliseconds(30))
            }
            #expect(fault?.kind == .timeout)
        }
    }

    @Test func nobodyAtTheAddressIsToldAsUnreachable() async throws {
        try await withLoop { loop in
            let server = HTTPServer(loop: loop, service: AsyncHTTPService(bodyMax: 0, Self.echo))
            let address = try server.listen(anyPort)
            server.unlisten(address)
            let fault = await #expect(throws: NetFault.self) {
                try await HTTPClient(loop: loop).send(HTTPRequest(path: "/"), to: address, timeout: .seconds(60))
            }
            #expect(fault?.kind == .unreachable)
        }
    }
}
