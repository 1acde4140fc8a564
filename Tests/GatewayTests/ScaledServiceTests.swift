import Base
import Gateway
import KubeModel
import Net
import Scaling
import Testing

/// Services with a PodAutoscaler: counted, held at zero, limited.
@Suite(.timeLimit(.minutes(2)), .serialized)  // each runs threads of its own; two cores serve no more at once
struct ScaledServiceTests {
    private static let key = ObjectKey(namespace: "default", name: "s")

    private func putPodAutoscaler(_ scope: GatewayScope, _ spec: String = "{}", status: String = "{}") throws {
        try scope.api.put(
            .podAutoscalers,
            "{metadata: {namespace: default, name: s}, spec: \(spec), status: \(status)}"
        )
    }

    @Test func aRequestAtZeroIsHeldAndToldOf() async throws {
        try await GatewayScope.run {
            $0.loops = 2
        } _: { scope in
            try putPodAutoscaler(scope)
            try scope.putService("s", [])
            try await scope.putRoute("s", "[{backendRefs: [{name: s, port: 80}], timeouts: {request: 20s}}]")
            let server = try scope.serve { .complete(HTTPResponse(status: 200, body: $0.body)) }
            async let held = scope.send("s", method: "POST", body: [1, 2, 3])
            for await arrival in scope.board.arrivals {
                #expect(arrival == Self.key)
                break
            }
            let now = SystemTime().monotonic()
            #expect(scope.board.report(at: now)[Self.key]?.inFlight == 1)
            try scope.putService("s", [server])
            #expect(try await held.body == [1, 2, 3])
            let after = scope.board.report(at: SystemTime().monotonic())[Self.key]
            #expect(after?.inFlight == 0)
        }
    }

    @Test func aStartThatFailsIsToldToThoseWhoWait() async throws {
        try await GatewayScope.run { scope in
            try putPodAutoscaler(scope)
            try scope.putService("s", [])
            try await scope.putRoute("s", "[{backendRefs: [{name: s, port: 80}]}]")
            async let held = scope.send("s")
            for await _ in scope.board.arrivals { break }
            try putPodAutoscaler(
                scope,
                status:
                    "{desiredScale: 1, conditions: [{type: ContainerHealthy, status: 'False', message: exit code 1}]}"
            )
            let answer = try await held
            #expect(answer.status == 503)
            #expect(answer.text.contains("service default/s:80: its replicas do not start: exit code 1"))
        }
    }

    @Test func aRequestIsHeldAsLongAsItsRouteAllows() async throws {
        try await GatewayScope.run { scope in
            try putPodAutoscaler(scope)
            try scope.putService("s", [])
            try await scope.putRoute("s", "[{backendRefs: [{name: s, port: 80}], timeouts: {request: 40ms}}]")
            let answer = try await scope.send("s")
            #expect(answer.status == 504 && answer.text.contains("service default/s:80 has no ready endpoint after"))
        }
    }

    @Test func noEndpointGetsMoreThanItsLimit() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let began = AsyncStream<Void>.makeStream()
        try await GatewayScope.run {
            $0.loops = 2
        } _: { scope in
            let slow = try scope.serve { request in
                began.continuation.yield()
                for await _ in gate.stream { break }
                return .complete(HTTPResponse(status: 200, text: request.path))
            }
            try putPodAutoscaler(scope, "{containerConcurrency: 1}")
            try scope.putService("s", [slow])
            try await scope.putRoute("s", "[{backendRefs: [{name: s, port: 80}]}]")
            try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<6 { group.addTask { try await scope.send("s", path: "/\(number)").text } }
                var starts = began.stream.makeAsyncIterator()
                for done in 0..<6 {
                    await starts.next()
                    try await scope.until {
                        scope.board.report(at: SystemTime().monotonic())[Self.key]?.inFlight == 6 - done
                    }
                    gate.continuation.yield()
                    _ = try await group.next()
                }
            }
            #expect(scope.registry.exposition().contains("roost_gateway_held_total 5"))
        }
    }

    @Test func aReplicaBehindALimitThatDiesIsPassedOver() async throws {
        try await GatewayScope.run { scope in
            try putPodAutoscaler(scope, "{containerConcurrency: 1}")
            let dead = SocketAddress(ip: 0x7F00_0001, port: 1)
            try scope.putService("s", [dead])
            try await scope.putRoute("s", "[{backendRefs: [{name: s, port: 80}]}]")
            async let first = scope.send("s", method: "POST", body: [1])
            async let second = scope.send("s", method: "POST", body: [2])
            try scope.putService("s", [try scope.serve(named: "alive")])
            #expect(try await [first.text, second.text] == ["alive", "alive"])
        }
    }
}
