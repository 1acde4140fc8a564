import Base
import Foundation
import KubeModel
import Scaling
import Testing

/// What holds of every decision, on loads made by chance; the seed of a failure is its argument.
@Suite struct ScalingPropertyTests {
    /// A revision whose replicas are ready a few seconds after they were asked for.
    private struct World {
        let scaling: RevisionScaling
        var decider: RevisionDecider
        var now = WallTime(seconds: 1_800_000_000)
        var ready: Int
        /// Replicas that were asked for, each second's; the oldest comes true.
        private var asked: [Int]

        init(_ annotations: [String: String], _ settings: [String: String] = [:], ready: Int, lag: Int) throws {
            scaling = RevisionScaling(
                annotations: annotations,
                containerConcurrency: 0,
                reachability: .reachable,
                config: try AutoscalerConfig(settings)
            )
            self.ready = ready
            asked = Array(repeating: ready, count: lag + 1)
            decider = RevisionDecider(scaling, ready: ready, now: now)
        }

        /// Lets two seconds of this load pass, and does what is decided.
        mutating func pass(_ load: Double) -> (decision: KnativeScaler.Decision, step: RevisionStep)? {
            for _ in 0..<2 {
                now = now + .seconds(1)
                decider.record(load, at: now)
                asked.append(asked[asked.count - 1])
                ready = asked.removeFirst()
            }
            guard decider.decide(ready: ready, now: now), let decision = decider.decision else { return nil }
            let state = RevisionState(status: .active, lasting: .seconds(3600), isInitialized: true)
            let step = scaling.step(desired: decision.replicas, state) { true }
            if step.applies { asked[asked.count - 1] = step.replicas }
            return (decision, step)
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func replicasStayWithinTheirBounds(_ seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        let least = Int.random(in: 0...3, using: &chance)
        let most = least + Int.random(in: 1...20, using: &chance)
        let (up, down) = (Double.random(in: 1.1...10, using: &chance), Double.random(in: 1.1...4, using: &chance))
        var world = try World(
            [
                "autoscaling.knative.dev/min-scale": String(least), "autoscaling.knative.dev/max-scale": String(most),
                "autoscaling.knative.dev/target": String(Int.random(in: 1...50, using: &chance)),
                "autoscaling.knative.dev/window": "\(Int.random(in: 6...120, using: &chance))s",
            ],
            ["max-scale-up-rate": String(up), "max-scale-down-rate": String(down)],
            ready: max(1, least),
            lag: Int.random(in: 0...5, using: &chance)
        )
        var (load, before) = (0.0, 0)
        for _ in 0..<600 {
            if Int.random(in: 0...9, using: &chance) == 0 { load = pow(10, Double.random(in: -2...4, using: &chance)) }
            let ready = Double(max(1, world.ready))
            guard let (decision, step) = world.pass(load * Double.random(in: 0.5...1.5, using: &chance)) else {
                continue
            }
            #expect(!step.applies || (max(least, 0)...most).contains(step.replicas))
            let now = Double(max(1, world.ready))
            #expect(Double(decision.replicas) <= max((up * max(ready, now)).rounded(.up), Double(before)))
            // In panic replicas only become more.
            if decision.isPanic, decision.rule == .panicHold { #expect(decision.replicas >= before) }
            before = decision.isPanic ? decision.replicas : 0
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func constantLoadHasConstantReplicas(_ seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        let window = Int.random(in: 6...90, using: &chance)
        let metric = seed.isMultiple(of: 2) ? "concurrency" : "rps"
        let target = Double.random(in: 1...200, using: &chance)
        var world = try World(
            [
                "autoscaling.knative.dev/window": "\(window)s", "autoscaling.knative.dev/metric": metric,
                "autoscaling.knative.dev/target": "\(target)",
                "autoscaling.knative.dev/metric-aggregation-algorithm":
                    seed.isMultiple(of: 3) ? "weighted-exponential" : "linear",
            ],
            ready: Int.random(in: 1...30, using: &chance),
            lag: Int.random(in: 0...8, using: &chance)
        )
        let load = Double.random(in: 0.1...2000, using: &chance)
        for _ in 0..<(4 * window) { _ = world.pass(load) }
        let settled = try #require(world.decider.decision).replicas
        #expect(settled >= 1)
        for _ in 0..<300 { #expect(world.pass(load)?.decision.replicas == settled) }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func fewerReplicasNeverComeBeforeTheDelay(_ seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        let delay = Int.random(in: 1...20, using: &chance) * 2
        var world = try World(
            ["autoscaling.knative.dev/window": "6s", "autoscaling.knative.dev/scale-down-delay": "\(delay)s"],
            ["max-scale-down-rate": "1000"],
            ready: 1,
            lag: 0
        )
        var seen: [Int] = []
        for _ in 0..<500 {
            let load = Double(Int.random(in: 0...3, using: &chance) * Int.random(in: 0...1000, using: &chance))
            guard let (decision, _) = world.pass(load) else { continue }
            let asked = decision.isPanic ? 0 : decision.stableAsked
            #expect(decision.replicas >= (seen.suffix(delay / 2 - 1) + [asked]).max() ?? 0)
            seen.append(asked)
        }
    }

    @Test func anArrivalAtZeroIsDecidedOnAtOnceAndCountedOnce() throws {
        var world = try World([:], ready: 0, lag: 0)
        #expect(world.decider.desired == -1)
        world.decider.arrive(at: world.now)
        world.decider.arrive(at: world.now)
        world.decider.decide(ready: 0, now: world.now)
        #expect(world.decider.desired == 1)
        #expect(world.decider.load == .init(stable: 1, panic: 1))
        // Its second's average was a half: that much is counted already.
        world.decider.record(0.5, at: world.now + .seconds(1))
        world.decider.decide(ready: 0, now: world.now + .seconds(1))
        #expect(world.decider.load.stable == 0.5)
    }
}
