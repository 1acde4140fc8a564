import Base
import Gateway
import Net
import Testing

/// Versions of HTTP and gRPC through the gateway.
@Suite(.timeLimit(.minutes(2)), .serialized)  // each runs threads of its own; two cores serve no more at once
struct ProtocolTests {
    /// Says by what it was asked, and echoes the body as it comes.
    private final class Mirror: HTTPService {
        func begin(_ exchange: HTTPExchange) -> BodyMode {
            if exchange.path == "/only" {
                exchange.respond(status: 200, headers: ["grpc-status": "5", "grpc-message": "no"], body: [])
                return .answered
            }
            exchange.begin(status: 200, contentLength: nil) { out in
                out.appendField("x-version", exchange.version == .http2 ? "2" : "1")
                out.appendField("x-authority", exchange.authority)
                for name in ["te", "cookie", "x-forwarded-proto"] {
                    if let value = exchange.header(lowercased: name) {
                        out.appendField("x-\(name)", String(decoding: value, as: UTF8.self))
                    }
                }
            }
            return .stream
        }

        func chunk(_ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
            exchange.write(bytes)
            if last { exchange.end(trailers: HTTPTrailers("grpc-status", "0")) }
        }
    }

    private func withMirror(
        holdTime: Duration = .seconds(20),
        _ body: @escaping @Sendable (GatewayScope, HTTPClient) async throws -> Void
    ) async throws {
        try await GatewayScope.run {
            $0.holdTime = holdTime
        } _: { scope in
            let server = HTTPServer(loop: scope.loop, service: Mirror(), http2: HTTP2Limits())
            let address = try server.listen(SocketAddress(ip: 0x7F00_0001, port: 0))
            for name in ["http", "h2c", "grpc-web"] {
                try scope.putService(name, [address], name: name)
                try await scope.putRoute("\(name).a", "[{backendRefs: [{name: \(name), port: 80}]}]")
            }
            try await body(scope, HTTPClient(loop: scope.loop, version: .http2))
        }
    }

    private static let grpc: HTTPHeaders = ["content-type": "application/grpc+proto", "te": "trailers"]

    @Test(
        arguments: [
            ("http.a", HTTPVersion.http1, [:], "1", nil), ("http.a", .http2, [:], "1", nil),
            ("h2c.a", .http1, [:], "2", nil),
            ("h2c.a", .http2, [:], "2", nil), ("grpc-web.a", .http2, grpc, "2", "trailers"),
            ("http.a", .http2, grpc, "2", "trailers"), ("http.a", .http1, grpc, "1", nil),
            ("http.a", .http2, ["content-type": "application/grpc-web"], "1", nil),
        ] as [(String, HTTPVersion, HTTPHeaders, String, String?)]
    )
    func backendsAreSpokenToAsTheirPortsSay(
        _ host: String,
        _ version: HTTPVersion,
        _ headers: HTTPHeaders,
        _ spoken: String,
        _ te: String?
    ) async throws {
        try await withMirror { scope, multiplexed in
            let client = version == .http2 ? multiplexed : scope.client
            var headers = headers
            headers["host"] = host
            for round in 0..<3 {
                let body = [UInt8](repeating: UInt8(round), count: round * 700_000)
                let request = HTTPRequest(method: "POST", path: "/x", headers: headers, body: body)
                let answer = try await client.send(request, to: scope.address, timeout: .seconds(60))
                #expect(answer.status == 200 && answer.headers["x-version"] == spoken && answer.body == body)
                #expect(answer.headers["x-authority"] == host && answer.headers["x-te"] == te)
                #expect(answer.trailers["grpc-status"] == (version == .http2 && spoken == "2" ? "0" : nil))
            }
        }
    }

    @Test func answersOfAHeadAloneStayHeads() async throws {
        try await withMirror { scope, client in
            let request = HTTPRequest(
                method: "POST",
                path: "/only",
                headers: Self.grpc.with("host", "h2c.a"),
                body: [1]
            )
            let answer = try await client.send(request, to: scope.address, timeout: .seconds(60))
            #expect(answer.headers["grpc-status"] == "5" && answer.body.isEmpty && answer.trailers.isEmpty)
        }
    }

    @Test func theGatewaysOwnAnswersReachGRPC() async throws {
        try await withMirror(holdTime: .milliseconds(20)) { scope, client in
            try scope.putService("gone", [SocketAddress(ip: 0x7F00_0001, port: 1)])
            try await scope.putRoute("gone.a", "[{backendRefs: [{name: gone, port: 80}]}]")
            for (host, code, words) in [("nobody", "12", "no%20route"), ("gone.a", "14", "can%20be%20reached")] {
                let request = HTTPRequest(
                    method: "POST",
                    path: "/s/m",
                    headers: Self.grpc.with("host", host),
                    body: [1]
                )
                let answer = try await client.send(request, to: scope.address, timeout: .seconds(60))
                #expect(answer.status == 200 && answer.headers["grpc-status"] == code)
                #expect(
                    answer.headers["grpc-message"]?.contains(words) == true,
                    "\(answer.headers["grpc-message"] ?? "")"
                )
            }
        }
    }

    @Test func cookiesAreOneFieldForTheOldVersion() async throws {
        try await withMirror { scope, client in
            var headers: HTTPHeaders = ["host": "http.a", "cookie": "a=1"]
            headers.add("cookie", "b=2")
            let answer = try await client.send(
                HTTPRequest(path: "/", headers: headers),
                to: scope.address,
                timeout: .seconds(60)
            )
            #expect(answer.headers["x-cookie"] == "a=1; b=2")
        }
    }
}

extension HTTPHeaders {
    fileprivate func with(_ name: String, _ value: String) -> HTTPHeaders {
        var headers = self
        headers[name] = value
        return headers
    }
}
