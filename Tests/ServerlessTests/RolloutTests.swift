import Base
import Serverless
import Testing

@Suite struct RolloutTests {
    private static func part(_ percent: Int, _ shares: [(String, Int)], _ steps: Rollout.Steps = Rollout.Steps())
        -> Rollout
    {
        Rollout([Rollout.Part("web", percent: percent, shares.map { Rollout.Share($0.0, $0.1) }, steps: steps)])
    }

    private static func told(_ rollout: Rollout) -> String {
        rollout.parts.flatMap(\.shares).map { "\($0.revision)=\($0.percent)" }.joined(separator: " ")
    }

    private static let second: Int64 = 1_000_000_000

    @Test func trafficMovesInEqualStepsToTheEnd() {
        let goal = RolloutTests.part(100, [("r2", 100)])
        var now = 1000 * RolloutTests.second
        var state = goal.step(from: RolloutTests.part(100, [("r1", 100)]), now: now).rollout
        #expect(RolloutTests.told(state) == "r1=99 r2=1" && !state.isDone)
        // Nothing moves before the first percent is seen to have arrived.
        #expect(goal.step(from: state, now: now + RolloutTests.second).rollout == state)
        now += 2 * RolloutTests.second
        state.observeReady(now: now, seconds: 10)
        #expect(
            state.parts[0].steps
                == Rollout.Steps(
                    started: 1000 * RolloutTests.second,
                    next: 1004 * RolloutTests.second,
                    duration: 2 * RolloutTests.second,
                    size: 25
                )
        )
        var seen: [String] = []
        while !state.isDone, seen.count < 10 {
            now += 2 * RolloutTests.second
            let (next, due) = goal.step(from: Rollout(text: state.text), now: now)
            #expect(due == nil || due == now + 2 * RolloutTests.second)
            state = next
            seen.append(RolloutTests.told(state))
        }
        #expect(seen == ["r1=74 r2=26", "r1=49 r2=51", "r1=24 r2=76", "r2=100"])
        #expect(state.parts[0].steps == Rollout.Steps())
    }

    /// Started, percent, then what follows: step's size and time, for a rollout of two minutes seen at 200,620,094,002 ns.
    @Test(arguments: [
        (200_620_092_020, 100, 1, 1_202_020_202), (198_219_841_988, 100, 3, 3_000_000_000),
        (198_219_841_988, 75, 2, 3_000_000_000), (198_219_841_988, 50, 1, 3_000_000_000),
        (14_921_812, 13, 12, 1_000_000_000), (0, 100, 0, 0),
    ])
    func stepsFollowFromTheTimeOfTheFirstPercent(_ started: Int64, _ percent: Int, _ size: Int, _ duration: Int64) {
        var rollout = RolloutTests.part(percent, [], Rollout.Steps(started: started))
        let now: Int64 = 200_620_094_002
        rollout.observeReady(now: now, seconds: 120)
        let steps = rollout.parts[0].steps
        #expect(steps.size == size && steps.duration == duration)
        #expect(steps.next == (duration == 0 ? 0 : now + duration))
    }

    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let before: Rollout
        let goal: Rollout
        let after: String
    }

    private static let due = Rollout.Steps(started: 1, next: 5, duration: 2, size: 10)

    @Test(arguments: [
        Case(
            testDescription: "nothing new",
            before: part(100, [("a", 100)]),
            goal: part(100, [("a", 100)]),
            after: "a=100"
        ),
        Case(
            testDescription: "a third revision comes in between",
            before: part(100, [("a", 60), ("b", 40)], due),
            goal: part(100, [("c", 100)]),
            after: "a=60 b=39 c=1"
        ),
        Case(
            testDescription: "the newest share is one percent only",
            before: part(100, [("a", 99), ("b", 1)], due),
            goal: part(100, [("c", 100)]),
            after: "a=99 c=1"
        ),
        Case(
            testDescription: "a step over several revisions",
            before: part(100, [("a", 50), ("b", 4), ("c", 46)], due),
            goal: part(100, [("c", 100)]),
            after: "a=44 c=56"
        ),
        Case(
            testDescription: "more for the configuration",
            before: part(50, [("a", 30), ("b", 20)]),
            goal: part(70, [("b", 70)]),
            after: "a=30 b=40"
        ),
        Case(
            testDescription: "less for the configuration than a step",
            before: part(50, [("a", 40), ("b", 10)], due),
            goal: part(15, [("b", 15)]),
            after: "b=15"
        ),
        Case(
            testDescription: "one percent moves at once",
            before: part(1, [("a", 1)]),
            goal: part(1, [("b", 1)]),
            after: "b=1"
        ),
        Case(testDescription: "no history", before: Rollout(), goal: part(100, [("b", 100)]), after: "b=100"),
    ])
    func steps(_ c: Case) { #expect(RolloutTests.told(c.goal.step(from: c.before, now: 10).rollout) == c.after) }

    @Test(arguments: [
        "", "[]", #"{"configurations":[{"percent":101}]}"#,
        #"{"configurations":[{"percent":50,"revisions":[{"revisionName":"a","percent":49}]}]}"#,
        #"{"configurations":[{"percent":5,"revisions":[{"revisionName":"a","percent":5}],"stepParams":{"stepSize":6}}]}"#,
        #"{"configurations":[{"percent":0,"revisions":[{"percent":-5},{"percent":5}]}]}"#,
        #"{"configurations":[{"percent":0,"stepParams":{"stepDuration":9223372036854775807}}]}"#,
    ])
    func annotationsThatCannotBeRightAreForgotten(_ text: String) { #expect(Rollout(text: text) == nil) }
}
