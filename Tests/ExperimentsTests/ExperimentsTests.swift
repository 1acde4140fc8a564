import APIServer
import Base
import Experiments
import KServeModel
import KubeClient
import KubeKinds
import KubeModel
import Statistics
import TestKit
import Testing

/// Experiments over a real API server; what a gateway counts is put onto the board by hand.
struct ExperimentsTests {
    private static let steps = """
        interval: 1s, policy: {type: progressive, progressive: {minimumRequests: 20, steps: [{weight: 20}, {weight: 60}],
        gates: [{metric: errorRate, max: 0.1}]}}
        """

    @Test func aBadCanaryIsRolledBackAndAllIsTold() async throws {
        try await withExperiments { world in
            _ = try await world.api.create(.inferenceServices, try service())
            _ = try await world.api.create(.experiments, try experiment(Self.steps).object)
            try await world.until("the first step is taken") { try await world.canaryPercent() == 20 }
            for number in 0..<60 {
                world.meter("iris-predictor").count(shard: 0, isError: false, milliseconds: 2)
                world.meter("iris-next-predictor").count(shard: 0, isError: number % 2 == 0, milliseconds: 3)
            }
            try await world.until("the canary is rolled back") { try await world.canaryPercent() == 0 }
            try await world.until("the status says so") {
                try await world.experiment().status["phase"].string == "RolledBack"
            }
            let status = try await world.experiment().status
            #expect(status["arms"][1]["errors"] == 30 && status["arms"][1]["weight"] == 0)
            let decision = status["decision"].string ?? ""
            // The controller may look before all is counted, and again after it has acted.
            #expect(decision.contains(" is above 10 %") || decision == "next was rolled back.", "\(decision)")
            try await world.until("people are told") {
                try await world.api.list(.events, namespace: "default").items.contains { event in
                    event["reason"].string == "RolledBack" && event["type"].string == "Warning"
                }
            }
            let report = ExperimentReport(try await world.experiment())
            #expect(
                report.table.map { Array($0.prefix(4)) } == [
                    ["VERSION", "SHARE", "REQUESTS", "ERROR RATE"], ["stable", "100 %", "60", "0 % (0…10.9)"],
                    ["next", "0 %", "60", "50 % (27.9…72.1)"],
                ]
            )
            #expect(
                report.sentences.first == "iris: error rate of iris (progressive, RolledBack; intervals are 95 % sure)"
            )
            let picture = IntervalPicture(report).svg
            #expect(picture.contains("<circle") && picture.hasSuffix("</svg>\n") && !picture.contains("nan"))
        }
    }

    @Test func aNewVersionBeginsAnew() async throws {
        try await withExperiments { world in
            _ = try await world.api.create(.inferenceServices, try service(canaryPercent: 20))
            _ = try await world.api.create(.experiments, try experiment(Self.steps).object)
            try await world.until("it runs") { try await world.experiment().status["step"]["index"] == 0 }
            for _ in 0..<30 { world.meter("iris-next-predictor").count(shard: 0, isError: false, milliseconds: 3) }
            try await world.until("the second step is taken") { try await world.canaryPercent() == 60 }
            let change: JSON = [
                [
                    "op": "replace", "path": "/spec/canary/0/predictor/model/storageUri", "value": "file:///c",
                ]
            ]
            let key = ObjectKey(namespace: "default", name: "iris")
            _ = try await world.api.patch(.inferenceServices, key, .json(change))
            try await world.until("the first step is taken again") { try await world.canaryPercent() == 20 }
            #expect(world.board.tallies(of: "default/iris")["iris-next-predictor"]?.errors == Rate(0, of: 0))
        }
    }

    @Test func aRestartGoesOnWithWhatWasCounted() async throws {
        try await withExperiments { world in
            _ = try await world.api.create(.inferenceServices, try service(canaryPercent: 20))
            _ = try await world.api.create(.experiments, try experiment(Self.steps).object)
            try await world.until("it runs") { try await world.experiment().status["step"]["index"] == 0 }
            for number in 0..<30 {
                world.meter("iris-next-predictor").count(shard: 0, isError: false, milliseconds: Double(number) / 3)
                world.reward("iris-next-predictor", request: "r-\(number)", Double(number % 2))
            }
            try await world.until("the second step is taken") { try await world.canaryPercent() == 60 }
            try await world.until("the counts are kept") {
                try await world.api.find(.configMaps, World.counts)?["data"]["counts.json"].string?.contains("30")
                    == true
            }
            // Another run of the program, which has counted a little before its first look.
            let next = World(api: world.api, board: ArmBoard(shards: 2), time: world.time)
            next.meter("iris-next-predictor").count(shard: 1, isError: true, milliseconds: 5)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Experiments(api: next.api, board: next.board, time: next.time).run() }
                try await next.until("it has both") {
                    next.board.tallies(of: "default/iris")["iris-next-predictor"]?.errors == Rate(1, of: 31)
                }
                group.cancelAll()
            }
            let goesOn = next.board.tallies(of: "default/iris")["iris-next-predictor"]
            #expect(goesOn?.rewards.count == 30 && goesOn?.rewards.mean == 0.5)
            #expect(goesOn?.wins == Rate(15, of: 30))
            #expect(goesOn?.latencySketch.count == 31)
            #expect(try await world.experiment().status["step"]["index"] == 1)
        }
    }

    @Test func aTargetWithoutVersionsIsWaitedFor() async throws {
        try await withExperiments { world in
            _ = try await world.api.create(.experiments, try experiment(Self.steps).object)
            try await world.until("its absence is told") {
                let status = try await world.experiment().status
                return status["phase"].string == "Waiting"
                    && status["decision"].string == "there is no InferenceService iris"
            }
            _ = try await world.api.create(.inferenceServices, try service())
            try await world.until("it runs") { try await world.experiment().status["phase"].string == "Running" }
            let conditions = Conditions(try await world.experiment().status["conditions"])
            #expect(conditions.isTrue("Ready") && conditions.status("Decided") == .false)
        }
    }
}

/// An API with an Experiment's controller at work, on a time that moves while something is waited for.
private struct World: Sendable {
    let api: any KubernetesAPI
    let board: ArmBoard
    let time: TestTime

    private static let key = ObjectKey(namespace: "default", name: "iris")
    /// Where its counts are kept.
    static let counts = ObjectKey(namespace: "default", name: "iris-experiment-counts")

    func experiment() async throws -> KubeObject { try await api.get(.experiments, World.key) }

    func canaryPercent() async throws -> Int? {
        try await api.get(.inferenceServices, World.key).spec["canary"][0]["trafficPercent"].int
    }

    func meter(_ service: String) -> ArmMeter { board.meter(experiment: "default/iris", arm: service) }

    /// Tells that a request went to a Service, and what came of it.
    func reward(_ service: String, request id: String, _ reward: Double) {
        Array(id.utf8).withUnsafeBytes { id in
            board.remember(id, of: "default/iris", at: meter(service), shard: 0)
            #expect(board.reward(id, of: "default/iris", reward) == .counted)
        }
    }

    /// Lets time pass until something holds; gives up after ten hours of it.
    func until(_ what: String, _ holds: () async throws -> Bool) async throws {
        for _ in 0..<36_000 {
            if try await holds() { return }
            time.advance(by: .seconds(1))
            await Task.yield()
        }
        throw APIStatus(.timeout, "never: \(what)")
    }
}

private func withExperiments(_ body: @Sendable (World) async throws -> Void) async throws {
    try await withScratchDirectory { folder in
        let store = try Store(folder: folder)
        defer { store.close() }
        let types =
            try BuiltInKinds.all + KServeData.customResourceDefinitions().flatMap { CustomResourceKind.types(of: $0) }
        let api = InProcessAPI(Registry(store: store, types: types, hooks: []))
        _ = try await api.create(.namespaces, KubeObject(.namespaces, kind: "Namespace", name: "default"))
        let world = World(api: api, board: ArmBoard(shards: 1), time: TestTime())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await Experiments(api: api, board: world.board, time: world.time).run() }
            try await body(world)
            group.cancelAll()
        }
    }
}
