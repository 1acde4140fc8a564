import Base
import Gateway
import KubeModel
import Net
import Statistics
import Testing

/// Requests of experiments are counted by backend and can be rewarded; those of other routes are left alone.
@Suite(.timeLimit(.minutes(2)), .serialized)  // each runs threads of its own; two cores serve no more at once
struct ExperimentTrafficTests {
    private func withExperiment(_ body: @escaping @Sendable (GatewayScope) async throws -> Void) async throws {
        try await GatewayScope.run {
            $0.loops = 2
        } _: { scope in
            try scope.putService("good", [try scope.serve(named: "good")])
            let bad = try scope.serve { _ in .complete(HTTPResponse(status: 500, text: "bad")) }
            try scope.putService("bad", [bad])
            try scope.api.put(
                .experiments,
                "{metadata: {namespace: default, name: ab}, spec: {target: {kind: HTTPRoute, name: split}}}"
            )
            let backends = "[{name: good, port: 80}, {name: bad, port: 80}]"
            try await scope.putRoute("split", "[{backendRefs: \(backends)}]")
            try await scope.putRoute("other", "[{backendRefs: \(backends)}]")
            // The route may be taken before the experiment is seen.
            try await scope.until { try await scope.send("split").headers["x-request-id"] != nil }
            scope.arms.restart("default/ab")
            try await body(scope)
        }
    }

    @Test func answersAreCountedByBackend() async throws {
        try await withExperiment { scope in
            var bad = 0
            for _ in 0..<40 where try await scope.send("split").status == 500 { bad += 1 }
            for _ in 0..<10 { #expect(try await scope.send("other").headers["x-request-id"] == nil) }
            try await scope.until {
                scope.arms.tallies(of: "default/ab").values.reduce(0) { $0 + $1.errors.trials } == 40
            }
            let tallies = scope.arms.tallies(of: "default/ab")
            #expect(tallies["bad"]?.errors == Rate(bad, of: bad))
            #expect(tallies["good"]?.errors == Rate(0, of: 40 - bad))
            #expect((tallies["good"]?.latencySketch.quantile(0.5) ?? 0) > 0)
        }
    }

    @Test func rewardsFindTheirRequests() async throws {
        try await withExperiment { scope in
            let named = try await scope.send("split", headers: ["x-request-id": "mine"])
            #expect(named.headers["x-request-id"] == "mine")
            let made = try await scope.send("split", headers: ["x-request-id": String(repeating: "a", count: 129)])
            let id = try #require(made.headers["x-request-id"])
            #expect(id.count == 32)
            let reports: [(body: String, status: Int, answer: String)] = [
                (#"{"id": "mine", "reward": 1}"#, 200, #"{"counted":1}"#),
                (#"{"id": "mine", "reward": 1}"#, 409, #""repeated":["mine"]"#),
                (#"{"id": "theirs", "reward": 1}"#, 404, #""unknown":["theirs"]"#),
                (#"[{"id": "\#(id)", "reward": 0.5}, {"id": "x", "reward": 0}]"#, 404, #""counted":1"#),
                (#"{"id": "mine"}"#, 400, "reward 0 is not"), (#"{"id": 1"#, 400, "not JSON"),
                ("[\(repeatElement("0", count: 1001).joined(separator: ","))]", 400, "1001 rewards, at most 1000"),
            ]
            for report in reports {
                let answer = try await scope.send(
                    "split",
                    method: "POST",
                    path: "/.roost/rewards",
                    body: Array(report.body.utf8)
                )
                #expect(answer.status == report.status && answer.text.contains(report.answer), "\(answer.text)")
            }
            #expect(try await scope.send("split", path: "/.roost/rewards").status == 405)
            let rewards = scope.arms.tallies(of: "default/ab").values.map(\.rewards.count).reduce(0, +)
            #expect(rewards == 2)
            let elsewhere = try await scope.send("other", method: "POST", path: "/.roost/rewards")
            #expect(elsewhere.text == "good" || elsewhere.text == "bad", "other routes have the path to themselves")
        }
    }
}
