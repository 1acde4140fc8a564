import Base
import KubeModel
import Scaling
import Testing

/// A decision in words.
@Suite struct ScaleExplanationTests {
    private static let now = WallTime(seconds: 1_800_000_000)

    private static func explained(_ load: Double, seconds: Int, ready: Int, _ annotations: [String: String]) throws
        -> ScaleExplanation
    {
        let scaling = RevisionScaling(
            annotations: annotations,
            containerConcurrency: 0,
            reachability: .reachable,
            config: try AutoscalerConfig([:])
        )
        var decider = RevisionDecider(scaling, ready: ready, now: now)
        for second in 0..<seconds { decider.record(load, at: now + .seconds(second)) }
        decider.decide(ready: ready, now: now + .seconds(seconds - 1))
        let state = RevisionState(status: .active, lasting: .seconds(20), isInitialized: true)
        let step = scaling.step(desired: decider.desired, state) { true }
        return ScaleExplanation(decider, step, ready: ready, now: now)
    }

    @Test func aBurstIsExplained() throws {
        let annotations = ["autoscaling.knative.dev/target": "10", "autoscaling.knative.dev/max-scale": "3"]
        let told = try Self.explained(35, seconds: 10, ready: 1, annotations)
        let lines = told.lines(now: Self.now + .seconds(4)).map { "\($0.heading): \($0.sentence)" }
        #expect(
            lines == [
                "SEEN: concurrency 35 over 1m0s, 35 over 6s, in panic; 1 ready",
                "ASKS: 35 / 7 = 5 by the long window, 35 / 7 = 5 by the short one",
                "DECIDED: 5 (stable-window: the load of the long window)", "REPLICAS: 3 (held down by max-scale)",
                "NEXT: panic ends when it has been calm for 1m0s", "AS OF: 2027-01-15T08:00:00Z, 4s ago",
            ]
        )
        let read = try #require(ScaleExplanation(text: told.text))
        #expect(read == told)
        #expect(read.says(theSameAs: told))
    }

    @Test func theEndOfTrafficIsExplained() throws {
        let told = try Self.explained(0, seconds: 10, ready: 1, [:])
        let lines = told.lines(now: Self.now).map(\.sentence)
        #expect(lines[3] == "1 (the last one stays for a stable window)")
        #expect(lines[4] == "marked inactive in 40s, unless requests come")
    }

    @Test(arguments: ["", "{}", "[1]", #"{"at":"2027-01-15T08:00:00Z","metric":1}"#])
    func whatIsNoneIsNone(_ text: String) { #expect(ScaleExplanation(text: text) == nil) }
}
