import Base
import Foundation
import Graph
import Testing

struct DecisionTests {
    private static func steps(_ json: String, _ kind: String = "Sequence") throws -> [GraphPlan.Step] {
        var list = try #require(try JSON.parse(json).array)
        for index in list.indices { list[index]["serviceUrl"] = "http://a" }
        return try GraphPlan(["nodes": ["root": ["routerType": .string(kind), "steps": .array(list)]]]).nodes[0].steps
    }

    /// What KServe's router picked, recorded.
    @Test func switchesPickAsKServesRouter() throws {
        let golden = try Golden.switches()
        var failed = 0
        for row in golden {
            let steps = try Self.steps(JSON.array(row.conditions.map { ["condition": .string($0)] }).text, "Switch")
            let picked = try? Choice.match(steps, Array(row.document.utf8)).get()
            if picked ?? -1 != row.picked { failed += 1 }
            #expect(picked ?? -1 == row.picked, "\(row.conditions) of \(row.document)")
        }
        print("golden gjson/switch: \(golden.count - failed) passed, \(failed) failed")
    }

    @Test(arguments: [(0, 0), (19, 0), (20, 2), (99, 2)])
    func splittersPickByWeight(_ point: Int, _ index: Int) throws {
        let steps = try Self.steps(#"[{"weight":20},{"weight":0},{"weight":80}]"#, "Splitter")
        #expect(Choice.split(steps, point: point) == .success(index))
    }

    @Test func aSplitterMayHaveNoRoute() throws {
        let steps = try Self.steps(#"[{"weight":20}]"#, "Splitter")
        #expect(Choice.split(steps, point: 20) == .failure(RoutingFault("no route was selected by the splitter")))
    }

    @Test(arguments: [
        (#"{}"#, #"{"instances":[1]}"#, #"{"predictions":[2]}"#, "input"),
        (#"{"data":"$response"}"#, "in", "out", "previous"),
        (#"{"data":"$response.predictions"}"#, "in", "out", "input"),
        (
            #"{"data":"$response","mapPredictionsToInstances":true}"#, "in", #"{"predictions":[1.50,[2]],"x":1}"#,
            #"{"instances":[1.50,[2]]}"#
        ),
        (#"{"data":"$response","mapPredictionsToInstances":true}"#, "in", #"{"predictions":[ ]}"#, "previous"),
        (#"{"data":"$response","mapPredictionsToInstances":true}"#, "in", #"{"predictions":{"a":1}}"#, "previous"),
        (
            #"{"data":"$response","mapPredictionsToInstances":true}"#, "in", #"{"predictions":[1],"instances":5}"#,
            "previous"
        ),
        (#"{"data":"$response","mapPredictionsToInstances":true}"#, "in", "[1]", "previous"),
        (#"{"condition":"predictions.#(>1)"}"#, "in", #"{"predictions":[2]}"#, "input"),
    ])
    func stepsOfASequenceAreSent(_ step: String, _ input: String, _ previous: String, _ sent: String) throws {
        let answer = StepAnswer(status: 200, body: Array(previous.utf8))
        let action = SequenceStep.before(try Self.steps("[\(step)]")[0], input: Array(input.utf8), previous: answer)
        let body = sent == "input" ? input : sent == "previous" ? previous : sent
        #expect(action == .send(Array(body.utf8)))
    }

    @Test func aConditionThatDoesNotHoldStopsASequence() throws {
        let step = try Self.steps(#"[{"condition":"predictions.#(>5)"}]"#)[0]
        let answer = StepAnswer(status: 404, body: Array(#"{"predictions":[2]}"#.utf8))
        #expect(
            SequenceStep.before(step, input: [], previous: answer) == .stop(StepAnswer(status: 200, body: answer.body))
        )
        for previous in [nil, StepAnswer(status: 200, body: Array("no".utf8))] {
            #expect(SequenceStep.before(step, input: [], previous: previous) == .fail(RoutingFault("invalid response")))
        }
    }

    struct Merge: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let outcomes: [String?]
        let result: String?
    }

    /// Answers are written `status body`; the second step is hard.
    @Test(arguments: [
        Merge(
            testDescription: "all",
            outcomes: [#"200 {"b":1.0}"#, #"200 {}"#, "200 null"],
            result: #"200 {"1":{},"2":null,"x":{"b":1.0}}"#
        ),
        Merge(
            testDescription: "a soft failure",
            outcomes: [#"404 {"e":1}"#, "200 {}", "200 {}"],
            result: #"200 {"1":{},"2":{},"x":{"e":1}}"#
        ),
        Merge(testDescription: "a hard failure", outcomes: ["200 {}", #"404 {"e":1}"#, nil], result: #"404 {"e":1}"#),
        Merge(
            testDescription: "a hard failure behind one that runs",
            outcomes: [nil, #"404 {"e":1}"#, "200 {}"],
            result: nil
        ),
        Merge(
            testDescription: "no object",
            outcomes: ["200 [1]", nil, nil],
            result: "500 the response of step x is no JSON object"
        ),
        Merge(testDescription: "a fault ends it at once", outcomes: [nil, nil, "gone"], result: "500 gone"),
    ])
    func answersOfAnEnsembleAreMerged(_ c: Merge) throws {
        let steps = try Self.steps(#"[{"name":"x"},{"dependency":"Hard"},{}]"#, "Ensemble")
        let outcomes = c.outcomes.map { text -> StepOutcome? in
            text.map { text in
                let parts = text.split(separator: " ", maxSplits: 1)
                guard parts.count == 2, let status = Int(parts[0]) else { return .failure(RoutingFault(text)) }
                return .success(StepAnswer(status: status, body: Array(parts[1].utf8)))
            }
        }
        let told = Ensemble.settle(steps, outcomes).map { outcome in
            switch outcome {
            case .success(let answer): "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))"
            case .failure(let fault): "\(fault.status) \(fault)"
            }
        }
        #expect(told == c.result)
    }
}

/// Picks of KServe's router: those kept here, or all of a folder that the environment names in `GOLDEN_DIR`.
private enum Golden {
    struct Row {
        let document: String
        let conditions: [String]
        let picked: Int
    }

    static func switches() throws -> [Row] {
        if let all = ProcessInfo.processInfo.environment["GOLDEN_DIR"], !all.isEmpty {
            let json = try JSON.parse(Array(try Data(contentsOf: URL(fileURLWithPath: "\(all)/gjson/switch.json"))))
            return try #require(json.array).map { try row($0["json"], $0["conditions"], $0["picked"]) }
        }
        let url = try #require(Bundle.module.url(forResource: "Fixtures/switch", withExtension: "json"))
        let kept = try JSON.parse(Array(try Data(contentsOf: url)))
        return try #require(kept["cases"].array).map {
            try row(kept["documents"][try #require($0[0].int)], $0[1], $0[2])
        }
    }

    private static func row(_ document: JSON, _ conditions: JSON, _ picked: JSON) throws -> Row {
        Row(
            document: try #require(document.string),
            conditions: try #require(conditions.array).map { try #require($0.string) },
            picked: try #require(picked.int)
        )
    }
}
