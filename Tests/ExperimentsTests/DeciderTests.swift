import Base
import Experiments
import KServeModel
import Testing

/// What experiments do, on times that tests choose.
struct DeciderTests {
    private let start = WallTime(seconds: 1_800_000_000)

    private static let progressive = """
        policy: {type: progressive, progressive: {candidate: next, minimumRequests: 50,
        steps: [{weight: 10, pause: 60s}, {weight: 50, pause: 30s}],
        gates: [{metric: errorRate, max: 0.05}, {metric: latency, quantile: 0.9, maxMilliseconds: 50}, {metric: latency}]}}
        """

    private func decide(_ spec: String, _ arms: [MeasuredArm], _ state: ExperimentState, after: Int) throws -> Decision
    {
        try ExperimentDecider(experiment(spec)).decide(arms, state, at: start + .seconds(after))
    }

    @Test func aFixedExperimentLeavesItsShares() throws {
        let decision = try decide("seed: 1", [], ExperimentState(startingAt: start), after: 100)
        #expect(decision.weights == nil)
    }

    @Test func aGoodCandidateIsPromotedStepByStep() throws {
        func arms(_ requests: Int) -> [MeasuredArm] {
            [arm("stable", requests: 1000, errors: 10), arm("next", requests: requests, errors: requests / 100)]
        }
        var state = ExperimentState(startingAt: start)
        // Time, requests of the candidate; then share, phase, reasons of the events.
        let looks: [(after: Int, requests: Int, share: Int, phase: ExperimentState.Phase, news: [String])] = [
            (0, 0, 10, .running, ["StepStarted"]), (59, 200, 10, .running, []), (60, 40, 10, .running, []),
            (61, 200, 50, .running, ["StepStarted"]), (90, 400, 50, .running, []), (95, 230, 50, .running, []),
            (96, 300, 100, .promoted, ["Promoted"]),
        ]
        for look in looks {
            let decision = try decide(Self.progressive, arms(look.requests), state, after: look.after)
            #expect(decision.weights == [100 - look.share, look.share], "at \(look.after): \(decision.why)")
            #expect(decision.state.phase == look.phase && decision.news.map(\.reason) == look.news, "at \(look.after)")
            state = decision.state
        }
        #expect(try decide(Self.progressive, arms(9000), state, after: 999).weights == nil)
    }

    @Test(arguments: [
        (errors: 20, slowest: 10, why: "error rate 40 % is above 5 %"),
        (errors: 0, slowest: 200, why: "share of requests slower than allowed"),
        (errors: 0, slowest: 40, why: "latency is worse than the baseline's"),
    ])
    func aBadCandidateIsRolledBackAtOnce(_ errors: Int, _ slowest: Int, _ why: String) throws {
        var state = ExperimentState(startingAt: start)
        state.step = ExperimentState.Step(index: 0, since: start, requestsBefore: 0)
        let requests = errors > 0 ? 50 : 1000
        let arms = [
            arm("stable", requests: 1000, errors: 5), arm("next", requests: requests, errors: errors, slowest: slowest),
        ]
        let decision = try decide(Self.progressive, arms, state, after: 1)
        #expect(decision.state.phase == .rolledBack && decision.weights == [100, 0])
        #expect(decision.news.map(\.isWarning) == [true] && decision.why.contains(why), "\(decision.why)")
        let later = try decide(Self.progressive, arms, decision.state, after: 500)
        #expect(later.weights == nil && later.news.isEmpty)
    }

    @Test func whatIsBadButNotSurelySoHoldsTheStep() throws {
        var state = ExperimentState(startingAt: start)
        state.step = ExperimentState.Step(index: 0, since: start, requestsBefore: 0)
        let arms = [arm("stable", requests: 1000), arm("next", requests: 60, errors: 4)]
        let decision = try decide(Self.progressive, arms, state, after: 3600)
        #expect(decision.weights == [90, 10] && decision.why.contains("waits, error rate 6.67 % is above 5 %"))
    }

    @Test func aBanditMovesInItsOwnTimeAndWithinItsBounds() throws {
        let spec =
            "interval: 30s, seed: 7, policy: {type: bandit, bandit: {algorithm: thompson, minWeight: 5, maxWeight: 95}}"
        let arms = [arm("stable", requests: 1000, errors: 100), arm("next", requests: 1000, errors: 20)]
        var state = ExperimentState(startingAt: start)
        #expect(try decide(spec, arms, state, after: 29).weights == nil)
        let first = try decide(spec, arms, state, after: 30)
        #expect(first.weights == [5, 95] && first.state.round == 1)
        state = first.state
        #expect(try decide(spec, arms, state, after: 59).weights == nil)
        #expect(try decide(spec, arms, state, after: 60).state.round == 2)
        #expect(try decide(spec, arms, state, after: 60) == decide(spec, arms, state, after: 60), "one seed, one move")
    }

    @Test func versionsThatAreNotThereAreTold() throws {
        let decider = ExperimentDecider(try experiment("baseline: old"))
        let fault = #expect(throws: TargetFault.self) {
            try decider.baseline(of: [arm("stable", requests: 0).arm, arm("next", requests: 0).arm])
        }
        #expect(fault?.description == "the target has no version \"old\", it has stable, next")
    }

    @Test func aStateSurvivesItsStatus() {
        var state = ExperimentState(startingAt: start)
        state.round = 3
        state.movedTime = start + .seconds(5)
        state.step = ExperimentState.Step(index: 1, since: start + .milliseconds(1500), requestsBefore: 40)
        var status = JSON.emptyObject
        state.write(into: &status)
        #expect(ExperimentState(status) == state)
        #expect(ExperimentState(["phase": "Waiting"]) == nil)
    }
}
