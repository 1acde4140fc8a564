import Base
import Gateway
import KubeModel
import Net
import Testing

/// What routes ask for besides the plain way: backends by a client's value, headers of single backends, copies.
@Suite(.timeLimit(.minutes(2)), .serialized)  // each runs threads of its own; two cores serve no more at once
struct RouteExtrasTests {
    @Test func theSameValueStaysWithItsBackend() async throws {
        try await GatewayScope.run { scope in
            for name in ["a", "b"] { try scope.putService(name, [try scope.serve(named: name)]) }
            try scope.api.put(
                .httpRoutes,
                """
                metadata: {namespace: default, name: s, annotations: {roost.dev/sticky-header: X-User}}
                spec: {parentRefs: [{name: g, namespace: kserve}], hostnames: [s], rules: [{backendRefs: [{name: a, port: 80, weight: 50}, {name: b, port: 80, weight: 50}]}]}
                """
            )
            try await scope.until { try await scope.send("s").status == 200 }
            var seen: Set<String> = []
            for user in 0..<20 {
                let first = try await scope.send("s", headers: ["x-user": "\(user)"]).text
                let second = try await scope.send("s", headers: ["x-user": "\(user)"]).text
                #expect(first == second)
                seen.insert(first)
            }
            #expect(seen == ["a", "b"])
        }
    }

    @Test func backendsChangeHeadersOfTheirOwn() async throws {
        try await GatewayScope.run { scope in
            let echo = try scope.serve { .complete(HTTPResponse(status: 200, text: $0.headers["rev"] ?? "none")) }
            try scope.putService("echo", [echo])
            try await scope.putRoute(
                "h",
                """
                - backendRefs:
                    - {name: echo, port: 80, filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: Rev, value: r-1}]}}, {type: ResponseHeaderModifier, responseHeaderModifier: {add: [{name: X-Rev, value: r-1}]}}]}
                """
            )
            let answer = try await scope.send("h", headers: ["rev": "other"])
            #expect(answer.text == "r-1" && answer.headers["x-rev"] == "r-1")
        }
    }

    @Test func copiesOfRequestsAreSentAndCompared() async throws {
        try await GatewayScope.run { scope in
            let bodies = AsyncStream<[UInt8]>.makeStream()
            let shadow = try scope.serve { request in
                bodies.continuation.yield(request.body)
                return .complete(HTTPResponse(status: 200, text: request.path == "/same" ? "main" : "other"))
            }
            try scope.putService("main", [try scope.serve(named: "main")])
            try scope.putService("shadow", [shadow])
            try scope.putService("nobody", [])
            try scope.api.put(
                .httpRoutes,
                """
                metadata: {namespace: default, name: h, annotations: {roost.dev/mirror-compare: 'true'}}
                spec:
                  parentRefs: [{name: g, namespace: kserve}]
                  hostnames: [h]
                  rules:
                    - backendRefs: [{name: main, port: 80}]
                      filters:
                        - {type: RequestMirror, requestMirror: {backendRef: {name: shadow, port: 80}}}
                        - {type: RequestMirror, requestMirror: {backendRef: {name: nobody, port: 80}}}
                        - {type: RequestMirror, requestMirror: {backendRef: {name: shadow, port: 80}, percent: 0}}
                """
            )
            try await scope.until { try await scope.send("h", path: "/same", body: [7]).status == 200 }
            #expect(try await scope.send("h", method: "POST", path: "/other", body: [1, 2, 3]).text == "main")
            var copies = bodies.stream.makeAsyncIterator()
            let came = [await copies.next(), await copies.next()]
            #expect(came == [[7], [1, 2, 3]] || came == [[1, 2, 3], [7]])
            for result in ["answered\"} 2", "same\"} 1", "different\"} 1", "dropped\"} 2", "failed\"} 0"] {
                try await scope.until {
                    let series = "roost_gateway_mirrored_total{route=\"default/h\",result=\"\(result)"
                    return scope.registry.exposition().contains(series)
                }
            }
        }
    }
}
