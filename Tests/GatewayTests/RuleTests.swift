import Base
import Gateway
import KubeModel
import Net
import Synchronization
import Testing

/// What rules ask of the gateway besides a way: TLS, GRPCRoutes, origins, time limits and attempts.
@Suite(.timeLimit(.minutes(2)), .serialized)  // each runs threads of its own; two cores serve no more at once
struct RuleTests {
    @Test func listenersOfTLSShowTheCertificateThatIsAskedFor() async throws {
        let authority = try CertificateAuthority.make(commonName: "test")
        // A port that was free a moment ago, on an address of its own.
        let free = try GatewayScope.freePort()
        let address = try #require(SocketAddress(host: "127.203.128.7", port: free))
        try await GatewayScope.run {
            $0.secureAddress = address
        } _: { scope in
            func putSecret(_ name: String, _ host: String, by authority: CertificateAuthority) throws {
                let (certificate, key) = try authority.issue(commonName: host, names: [host])
                let data =
                    "{tls.crt: \(Base64.encode(Array(certificate.utf8))), tls.key: \(Base64.encode(Array(key.utf8)))}"
                try scope.api.put(
                    .secrets,
                    "{metadata: {namespace: kserve, name: \(name)}, type: kubernetes.io/tls, data: \(data)}"
                )
            }
            func get(_ host: String, by authority: CertificateAuthority) async throws -> HTTPResponse {
                let trust = try TLSClientContext(authorityPEM: authority.certificatePEM, serverName: host)
                let client = HTTPClient(loop: scope.loop, tls: trust)
                let request = HTTPRequest(path: "/", headers: ["host": host])
                return try await client.send(request, to: address, timeout: .seconds(60))
            }
            try putSecret("a", "a.com", by: authority)
            try putSecret("b", "b.com", by: authority)
            try putSecret("c", "c.b.com", by: authority)
            try scope.api.put(
                .gateways,
                """
                metadata: {namespace: kserve, name: g}
                spec:
                  gatewayClassName: roost
                  listeners:
                  - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
                  - {name: a, port: 443, protocol: HTTPS, hostname: a.com, allowedRoutes: {namespaces: {from: All}}, tls: {certificateRefs: [{name: a}]}}
                  - {name: b, port: 443, protocol: HTTPS, hostname: '*.b.com', allowedRoutes: {namespaces: {from: All}}, tls: {certificateRefs: [{name: b}, {name: c}]}}
                """
            )
            try scope.putService(
                "s",
                [try scope.serve { .complete(HTTPResponse(status: 200, text: $0.headers["x-forwarded-proto"] ?? "")) }]
            )
            for host in ["a.com", "c.b.com"] {
                try await scope.putRoute(host, "[{backendRefs: [{name: s, port: 80}]}]")
            }
            try await scope.until { (try? await get("a.com", by: authority))?.text == "https" }
            #expect(try await get("c.b.com", by: authority).text == "https")
            #expect(try await scope.send("a.com").text == "http")
            // No listener is for this name.
            await #expect(throws: NetFault.self) { try await get("d.com", by: authority) }
            // A new certificate is shown from then on.
            let other = try CertificateAuthority.make(commonName: "other")
            try putSecret("a", "a.com", by: other)
            try await scope.until { (try? await get("a.com", by: other))?.text == "https" }
        }
    }

    @Test func routesOfGRPCGoByServiceAndMethod() async throws {
        try await GatewayScope.run { scope in
            for name in ["exact", "service", "method", "pattern", "header"] {
                try scope.putService(name, [try scope.serve(named: name)])
            }
            try scope.api.put(
                .grpcRoutes,
                "{kind: GRPCRoute, metadata: {namespace: default, name: r}, spec: {parentRefs: [{name: g, namespace: kserve}], hostnames: [h]}}",
                rules: YAML.parse(
                    """
                    - {matches: [{method: {service: a.B, method: C}}], backendRefs: [{name: exact, port: 80}]}
                    - {matches: [{method: {service: a.B}}], backendRefs: [{name: service, port: 80}]}
                    - {matches: [{method: {service: a.B}, headers: [{name: x, value: 'y'}]}], backendRefs: [{name: header, port: 80}]}
                    - {matches: [{method: {method: Live}}], backendRefs: [{name: method, port: 80}]}
                    - {matches: [{method: {type: RegularExpression, service: 'p.*', method: '[A-Z]+'}}], backendRefs: [{name: pattern, port: 80}]}
                    """
                )[0]
            )
            try await scope.until {
                scope.api.find(.grpcRoutes, "default", "r")?.status["parents"][0]["conditions"][1]["status"] == "True"
            }
            let expected = [
                "/a.B/C": "exact", "/a.B/D": "service", "/z/Live": "method", "/pq/XY": "pattern", "/pq/xy": "404",
            ]
            for (path, name) in expected {
                let answer = try await scope.send("h", method: "POST", path: path)
                #expect((answer.status == 404 ? "404" : answer.text) == name, "\(path)")
            }
            #expect(try await scope.send("h", method: "POST", path: "/a.B/D", headers: ["x": "y"]).text == "header")
        }
    }

    @Test func otherOriginsAreToldWhatTheyMay() async throws {
        try await GatewayScope.run { scope in
            let backend = try scope.serve { _ in
                let headers: HTTPHeaders = ["access-control-allow-origin": "https://backend", "x-a": "b"]
                return .complete(HTTPResponse(status: 200, headers: headers))
            }
            try scope.putService("s", [backend])
            try await scope.putRoute(
                "h",
                """
                [{backendRefs: [{name: s, port: 80}], filters: [{type: CORS, cors: {allowOrigins: ['https://*.a.com', 'https://b.com'],
                 allowMethods: [GET, PUT], allowHeaders: ['*'], exposeHeaders: [x-a], maxAge: 60, allowCredentials: true}}]}]
                """
            )
            let asks: HTTPHeaders = [
                "origin": "https://x.a.com", "access-control-request-method": "PUT",
                "access-control-request-headers": "x-q",
            ]
            let before = try await scope.send("h", method: "OPTIONS", headers: asks)
            #expect(before.status == 204 && before.headers["access-control-allow-origin"] == "https://x.a.com")
            #expect(before.headers["access-control-allow-methods"] == "GET, PUT")
            #expect(before.headers["access-control-allow-headers"] == "x-q")
            #expect(before.headers["access-control-allow-credentials"] == "true")
            #expect(before.headers["access-control-max-age"] == "60")
            let answer = try await scope.send("h", headers: ["origin": "https://b.com"])
            #expect(answer.headers.all("access-control-allow-origin") == ["https://b.com"])
            #expect(answer.headers["access-control-expose-headers"] == "x-a" && answer.headers["x-a"] == "b")
            for origin in ["https://a.com", "https://b.com.evil", "http://b.com"] {
                let refused = try await scope.send("h", headers: ["origin": origin])
                #expect(refused.status == 200 && refused.headers["access-control-allow-origin"] == nil, "\(origin)")
            }
        }
    }

    @Test func attemptsAreRepeatedAsTheRuleSays() async throws {
        try await GatewayScope.run { scope in
            let asked = Mutex<[String: Int]>([:])
            let backend = try scope.serve { request in
                let count = asked.withLock { asked in
                    asked[request.path, default: 0] += 1
                    return asked[request.path] ?? 0
                }
                return .complete(HTTPResponse(status: count <= 2 ? 503 : 200, text: "\(count)"))
            }
            try scope.putService("s", [backend])
            let retry = "retry: {codes: [503], backoff: 1ms, attempts:"
            try await scope.putRoute("enough", "[{backendRefs: [{name: s, port: 80}], \(retry) 2}}]")
            try await scope.putRoute("few", "[{backendRefs: [{name: s, port: 80}], \(retry) 1}}]")
            #expect(try await scope.send("enough", path: "/a").text == "3")
            let few = try await scope.send("few", path: "/b")
            #expect(few.status == 503 && few.text == "2")
            // Asking twice is not as good as once.
            #expect(try await scope.send("enough", method: "POST", path: "/c", body: [1]).text == "1")
        }
    }

    @Test func aBackendHasItsTimeAndIsAskedAgain() async throws {
        try await GatewayScope.run { scope in
            let asked = Mutex(Set<String>())
            let backend = try scope.serve { request in
                let isFirst = asked.withLock { $0.insert(request.path).inserted }
                // The first request of each path waits until it is given up.
                if isFirst { for await _ in AsyncStream<Void>.makeStream().stream {} }
                return .complete(HTTPResponse(status: 200, text: "later"))
            }
            try scope.putService("s", [backend])
            let timeouts = "timeouts: {request: 10s, backendRequest: 50ms}"
            try await scope.putRoute(
                "again",
                "[{backendRefs: [{name: s, port: 80}], \(timeouts), retry: {codes: [504], attempts: 10}}]"
            )
            try await scope.putRoute("once", "[{backendRefs: [{name: s, port: 80}], \(timeouts)}]")
            #expect(try await scope.send("again", path: "/a").text == "later")
            let late = try await scope.send("once", path: "/b")
            #expect(late.status == 504 && late.text.contains("0.05 seconds"))
        }
    }
}
