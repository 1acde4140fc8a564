import Base
import Gateway
import KubeModel
import Net
import Testing

@Suite(.timeLimit(.minutes(2)), .serialized)  // each runs threads of its own; two cores serve no more at once
struct GatewayTests {
    @Test func requestsAreSharedByWeight() async throws {
        try await GatewayScope.run { scope in
            try scope.putService("stable", [try scope.serve(named: "stable")])
            try scope.putService("canary", [try scope.serve(named: "canary")])
            try await scope.putRoute(
                "split",
                "[{backendRefs: [{name: stable, port: 80, weight: 80}, {name: canary, port: 80, weight: 20}]}]"
            )
            var counts: [String: Int] = [:]
            for _ in 0..<400 { counts[try await scope.send("split").text, default: 0] += 1 }
            #expect((270...370).contains(counts["stable"] ?? 0), "\(counts)")
            #expect((30...130).contains(counts["canary"] ?? 0), "\(counts)")
            let series = scope.registry.exposition()
            #expect(series.contains("roost_gateway_requests_total{route=\"default/split\",code=\"2xx\"} 400"))
        }
    }

    @Test func rulesChooseByPathMethodHeaderAndQuery() async throws {
        try await GatewayScope.run {
            $0.loops = 2
        } _: { scope in
            for name in ["rest", "explain", "grpc", "put", "asked", "below"] {
                try scope.putService(name, [try scope.serve(named: name)])
            }
            try await scope.putRoute(
                "h",
                """
                - {matches: [{path: {type: RegularExpression, value: '^/.*$'}}], backendRefs: [{name: rest, port: 80}]}
                - {matches: [{path: {type: RegularExpression, value: '^/v1/models/[\\w-]+:explain$'}}], backendRefs: [{name: explain, port: 80}]}
                - matches: [{path: {type: RegularExpression, value: '^/inference\\.GRPC.*$'}, headers: [{name: Content-Type, type: RegularExpression, value: '^application/grpc.*'}]}]
                  backendRefs: [{name: grpc, port: 80}]
                - {matches: [{path: {value: /put}, method: PUT}], backendRefs: [{name: put, port: 80}]}
                - {matches: [{path: {value: /q}, queryParams: [{name: v, value: '1 2'}]}], backendRefs: [{name: asked, port: 80}]}
                - {matches: [{path: {value: /below/}}], backendRefs: [{name: below, port: 80}]}
                """
            )
            let grpc: HTTPHeaders = ["content-type": "application/grpc+proto"]
            let expected: [(path: String, method: String, headers: HTTPHeaders, answer: String)] = [
                ("/v1/models/iris:predict", "GET", [:], "rest"), ("/v1/models/iris-2:explain", "GET", [:], "explain"),
                ("/v1/models/a/b:explain", "GET", [:], "rest"),
                ("/inference.GRPCInferenceService/x", "GET", grpc, "grpc"),
                ("/inference.GRPCInferenceService/x", "GET", [:], "rest"), ("/put/1", "PUT", [:], "put"),
                ("/put/1", "GET", [:], "rest"), ("/putter", "PUT", [:], "rest"), ("/below", "GET", [:], "below"),
                ("/below/x", "GET", [:], "below"), ("/belowx", "GET", [:], "rest"), ("/q", "GET", [:], "rest"),
            ]
            for (path, method, headers, name) in expected {
                let answer = try await scope.send("h", method: method, path: path, headers: headers)
                #expect(answer.text == name, "\(method) \(path)")
            }
            let asked = HTTPRequest(path: "/q", query: [("v", "1 2")], headers: ["host": "H:80"])
            let answer = try await scope.client.send(asked, to: scope.address, timeout: .seconds(60))
            #expect(answer.text == "asked")
        }
    }

    @Test func headersPassExceptThoseOfOneConnection() async throws {
        try await GatewayScope.run { scope in
            let echo = try scope.serve { request in
                let lines = request.headers.map { "\($0.name.lowercased())=\($0.value)" }.sorted()
                let headers: HTTPHeaders = ["x-answer": "kept", "keep-alive": "timeout=5"]
                let body = Array("\(request.method) \(request.path)\n\(lines.joined(separator: "\n"))".utf8)
                return .complete(HTTPResponse(status: 201, headers: headers, body: body))
            }
            try scope.putService("echo", [echo])
            try await scope.putRoute(
                "iris.example.com",
                """
                [{matches: [{path: {type: RegularExpression, value: '^/.*$'}}], backendRefs: [{name: echo, port: 80}],
                  filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: KServe-Isvc-Name, value: iris}]}}],
                  timeouts: {request: 60s}}]
                """
            )
            let answer = try await scope.send(
                "iris.example.com:7080",
                method: "POST",
                path: "/v1/models/iris:predict",
                headers: [
                    "traceparent": "00-1-2-3", "te": "trailers", "x-forwarded-for": "9.9.9.9",
                    "kserve-isvc-name": "false",
                ],
                body: [1, 2]
            )
            let lines = answer.text.split(separator: "\n").map(String.init)
            #expect(answer.status == 201)
            #expect(answer.headers["x-answer"] == "kept" && answer.headers["keep-alive"] == nil)
            #expect(
                lines == [
                    "POST /v1/models/iris:predict", "content-length=2", "host=iris.example.com:7080",
                    "kserve-isvc-name=iris", "traceparent=00-1-2-3", "x-forwarded-for=9.9.9.9, 127.0.0.1",
                    "x-forwarded-host=iris.example.com:7080", "x-forwarded-proto=http",
                ]
            )
        }
    }

    @Test func rulesRewriteAndRedirect() async throws {
        try await GatewayScope.run { scope in
            try scope.putService(
                "echo",
                [
                    try scope.serve {
                        .complete(HTTPResponse(status: 200, text: "\($0.headers["host"] ?? "") \($0.path)"))
                    }
                ]
            )
            try await scope.putRoute(
                "h",
                """
                - matches: [{path: {value: /models}}]
                  filters: [{type: URLRewrite, urlRewrite: {hostname: inner, path: {type: ReplacePrefixMatch, replacePrefixMatch: /v2/models}}}]
                  backendRefs: [{name: echo, port: 80}]
                - matches: [{path: {value: /old}}]
                  filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301, path: {type: ReplacePrefixMatch, replacePrefixMatch: /new}}}]
                """
            )
            #expect(try await scope.send("h", path: "/models/iris").text == "inner /v2/models/iris")
            let moved = try await scope.send("h:7080", path: "/old/a")
            #expect(moved.status == 301 && moved.headers["location"] == "https://h/new/a")
        }
    }

    @Test func bodiesStreamBothWays() async throws {
        let gate = AsyncStream<Void>.makeStream()
        try await GatewayScope.run { scope in
            let slow = try scope.serve { request in
                if request.method == "PUT" { return .complete(HTTPResponse(status: 200, body: request.body)) }
                return .stream(status: 200, headers: ["content-type": "text/event-stream"]) { writer in
                    try await writer.write(Array("one".utf8))
                    for await _ in gate.stream { break }
                    try await writer.write(Array("two".utf8))
                }
            }
            try scope.putService("slow", [slow])
            try await scope.putRoute("slow", "[{backendRefs: [{name: slow, port: 80}]}]")
            let request = HTTPRequest(path: "/", headers: ["host": "slow"])
            let (status, headers, body) = try await scope.client.open(request, to: scope.address)
            #expect(status == 200 && headers["content-type"] == "text/event-stream")
            #expect(try await body.read() == Array("one".utf8))
            gate.continuation.yield()
            #expect(try await body.read() == Array("two".utf8))
            #expect(try await body.read() == nil)
            let large = [UInt8](repeating: 5, count: 3_000_000)
            #expect(try await scope.send("slow", method: "PUT", body: large).body == large)
        }
    }

    @Test func eachFailureHasItsStatusAndSaysWhy() async throws {
        try await GatewayScope.run {
            $0.holdTime = .milliseconds(20)
        } _: { scope in
            let closed = try HTTPServer(loop: scope.loop, service: Silent()).listen(
                SocketAddress(ip: 0x7F00_0001, port: 0)
            )
            try scope.putService("empty", [])
            try scope.putService("gone", [SocketAddress(ip: 0x7F00_0001, port: 1)])
            try scope.putService("silent", [closed])
            try await scope.putRoute("empty", "[{backendRefs: [{name: empty, port: 80}]}]")
            try await scope.putRoute("gone", "[{backendRefs: [{name: gone, port: 80}]}]")
            try await scope.putRoute("missing", "[{backendRefs: [{name: missing, port: 80}]}]")
            try await scope.putRoute("late", "[{backendRefs: [{name: silent, port: 80}], timeouts: {request: 40ms}}]")
            try await scope.putRoute(
                "path",
                "[{matches: [{path: {value: /a}}], backendRefs: [{name: gone, port: 80}]}]"
            )
            let expected: [(host: String, status: Int, words: String)] = [
                ("nobody", 404, "no route fits host"), ("path", 404, "no route fits"),
                ("empty", 503, "no ready endpoints"), ("gone", 502, "can be reached"),
                ("missing", 500, "there is no service default/missing:80"), ("late", 504, "did not answer within"),
            ]
            for (host, status, words) in expected {
                let answer = try await scope.send(host)
                #expect(answer.status == status, "\(host): \(answer.text)")
                let message = try JSON.parse(answer.body)["error"].string ?? ""
                #expect(message.contains(words), "\(host): \(message)")
            }
        }
    }

    @Test func anEndpointThatRefusesIsPassedOver() async throws {
        try await GatewayScope.run { scope in
            let dead = SocketAddress(ip: 0x7F00_0001, port: 1)
            try scope.putService("half", [dead, try scope.serve(named: "alive")])
            try await scope.putRoute("half", "[{backendRefs: [{name: half, port: 80}]}]")
            for _ in 0..<20 {
                let answer = try await scope.send("half", method: "POST", body: [1, 2, 3])
                #expect(answer.status == 200 && answer.text == "alive")
            }
        }
    }

    @Test func anAnswerThatBreaksOffIsNotTakenForWhole() async throws {
        struct Broken: Error {}
        let gate = AsyncStream<Void>.makeStream()
        try await GatewayScope.run { scope in
            let broken = try scope.serve { _ in
                .stream(status: 200, headers: [:]) { writer in
                    try await writer.write(Array("part".utf8))
                    for await _ in gate.stream { break }
                    throw Broken()
                }
            }
            try scope.putService("broken", [broken])
            try await scope.putRoute("broken", "[{backendRefs: [{name: broken, port: 80}]}]")
            let request = HTTPRequest(path: "/", headers: ["host": "broken"])
            let (_, _, body) = try await scope.client.open(request, to: scope.address)
            #expect(try await body.read() == Array("part".utf8))
            gate.continuation.yield()
            await #expect(throws: NetFault.self) { try await body.read() }
        }
    }

    @Test func upgradedConnectionsPass() async throws {
        try await GatewayScope.run { scope in
            let echo = try scope.serve { request in
                guard request.headers["upgrade"] == "echo" else { return .complete(HTTPResponse(status: 400)) }
                return .upgrade(headers: ["upgrade": "echo"]) { stream in
                    while let bytes = try? await stream.read() {
                        do { try await stream.write(bytes) } catch { return }
                    }
                    await stream.finishWriting()
                }
            }
            try scope.putService("echo", [echo])
            try await scope.putRoute("echo", "[{backendRefs: [{name: echo, port: 80}]}]")
            let request = HTTPRequest(path: "/", headers: ["host": "echo", "upgrade": "echo"])
            let (status, _, stream) = try await scope.client.upgrade(request, to: scope.address)
            #expect(status == 101)
            let bytes = try #require(stream)
            try await bytes.write(Array("ping".utf8))
            #expect(try await bytes.read() == Array("ping".utf8))
            await bytes.finishWriting()
            #expect(try await bytes.read() == nil)
        }
    }

    @Test func anEndpointThatLeavesFinishesWhatItHas() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let began = AsyncStream<Void>.makeStream()
        try await GatewayScope.run { scope in
            let old = try scope.serve { request in
                guard request.path == "/slow" else { return .complete(HTTPResponse(status: 200, text: "old")) }
                began.continuation.yield()
                for await _ in gate.stream { break }
                return .complete(HTTPResponse(status: 200, text: "finished"))
            }
            try scope.putService("s", [old])
            try await scope.putRoute("s", "[{backendRefs: [{name: s, port: 80}]}]")
            async let running = scope.send("s", path: "/slow")
            for await _ in began.stream { break }
            try scope.putService("s", [try scope.serve(named: "new")])
            try await scope.until { try await scope.send("s").text == "new" }
            gate.continuation.yield()
            let finished = try await running
            #expect(finished.text == "finished")
        }
    }

    @Test func aRequestWaitsForAnEndpointThatIsJustBecomingReady() async throws {
        try await GatewayScope.run { scope in
            try scope.putService("s", [])
            try await scope.putRoute("s", "[{backendRefs: [{name: s, port: 80}]}]")
            async let held = scope.send("s", method: "POST", body: [1, 2, 3])
            try scope.putService("s", [try scope.serve(named: "ready")])
            let answer = try await held
            #expect(answer.text == "ready")
        }
    }

    @Test func aReplicaThatDiedWithARequestIsReplacedUnseen() async throws {
        try await GatewayScope.run { scope in
            let dead = SocketAddress(ip: 0x7F00_0001, port: 1)
            try scope.putService("s", [dead])
            try await scope.putRoute("s", "[{backendRefs: [{name: s, port: 80}]}]")
            async let held = scope.send("s", method: "POST", body: [1, 2, 3])
            try scope.putService("s", [try scope.serve(named: "new")])
            #expect(try await held.text == "new")
        }
    }

    @Test func secureServicesArePassedOnUnread() async throws {
        try await GatewayScope.run {
            $0.servesClusterIPs = true
        } _: { scope in
            let authority = try CertificateAuthority.make(commonName: "test")
            let (certificate, key) = try authority.issue(commonName: "s", names: ["s.roost"])
            let service = AsyncHTTPService(bodyMax: 0) { _ in .complete(HTTPResponse(status: 200, text: "secret")) }
            let context = try TLSServerContext(certificatePEM: certificate, keyPEM: key)
            let behind = try HTTPServer(loop: scope.loop, service: service, tls: context)
                .listen(SocketAddress(ip: 0x7F00_0001, port: 0))
            // A port that was free a moment ago, on an address of its own.
            let port = try scope.serve(named: "unused").port
            try scope.putService("s", [behind], clusterIP: "127.202.128.7", port: port, name: "https")
            let trust = try TLSClientContext(authorityPEM: authority.certificatePEM, serverName: "s.roost")
            let client = HTTPClient(loop: scope.loop, tls: trust)
            let address = try #require(SocketAddress(host: "127.202.128.7", port: port))
            try await scope.until {
                let answer = try? await client.send(HTTPRequest(path: "/"), to: address, timeout: .seconds(5))
                return answer?.text == "secret"
            }
        }
    }

    @Test func servicesAnswerByNameAndClusterIP() async throws {
        try await GatewayScope.run {
            $0.servesClusterIPs = true
        } _: { scope in
            let web = try scope.serve(named: "web")
            // A port that was free a moment ago, on an address of its own.
            let port = try scope.serve(named: "unused").port
            try scope.putService("web", [web], clusterIP: "127.201.128.7", port: port)
            try await scope.until { try await scope.send("web.default.svc.cluster.local").status == 200 }
            #expect(try await scope.send("web.default:\(port)").text == "web")
            let address = try #require(SocketAddress(host: "127.201.128.7", port: port))
            try await scope.until {
                let request = HTTPRequest(path: "/", headers: ["host": "anything"])
                let answer = try? await scope.client.send(request, to: address, timeout: .seconds(5))
                return answer?.text == "web"
            }
        }
    }

    @Test func statusesTellWhatIsServed() async throws {
        try await GatewayScope.run { scope in
            try await scope.putRoute("r", "[{backendRefs: [{name: nobody, port: 80}]}]")
            let parent = try #require(scope.api.find(.httpRoutes, "default", "r")).status["parents"][0]
            #expect(parent["controllerName"] == "roost.dev/gateway-controller")
            #expect(parent["conditions"][1]["reason"] == "BackendNotFound")
            try await scope.until {
                scope.api.find(.gateways, "kserve", "g")?.status["listeners"][0]["attachedRoutes"] == 1
            }
            let gateway = try #require(scope.api.find(.gateways, "kserve", "g")).status
            #expect(gateway["addresses"][0]["value"] == "127.0.0.1")
            #expect(gateway["conditions"].array?.map { $0["status"] } == ["True", "True"])
            let accepted = try #require(scope.api.find(.gatewayClasses, nil, "roost")).status["conditions"][0]
            #expect(accepted["status"] == "True")
        }
    }
}

/// Takes requests and never answers.
private final class Silent: HTTPService {
    func begin(_ exchange: HTTPExchange) -> BodyMode { .stream }
}
