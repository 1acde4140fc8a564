import Base
import Scaling
import TestKit
import Testing

/// The autoscaler of Knative: averages and decisions, one for one.
@Suite struct KnativeScalerTests {
    /// What seconds and milliseconds of the recordings count from.
    private static let epoch = WallTime(seconds: 946_684_800)

    private static func time(_ milliseconds: JSON) -> WallTime { epoch + .milliseconds(milliseconds.int ?? 0) }

    // MARK: windows

    @Test func averagesAreThoseOfTheAutoscaler() throws {
        try Golden("kpa", "buckets").replay { item in
            let window = Duration.seconds(item["windowSeconds"].int ?? 0)
            let granularity = Int64(item["granularitySeconds"].int ?? 1)
            var linear = LoadWindow(window, granularity: granularity)
            var weighted = LoadWindow(window, granularity: granularity, averaging: .weightedExponential)
            for (index, entry) in (item["ops"].array ?? []).enumerated() {
                let step = entry.array ?? []
                let time = Self.time(step[1])
                switch step[0].string {
                case "r":
                    linear.record(step[2].double ?? 0, at: time)
                    weighted.record(step[2].double ?? 0, at: time)
                case "w":
                    linear.resize(to: .seconds(step[2].int ?? 0), at: time)
                    weighted.resize(to: .seconds(step[2].int ?? 0), at: time)
                default:
                    let differs =
                        difference("average of step \(index)", linear.average(at: time), step[2].double ?? .nan)
                        ?? difference("weighted average of step \(index)", weighted.average(at: time), step[3].double)
                        ?? difference("emptiness at step \(index)", linear.isEmpty(at: time), step[4].bool)
                    if let differs { return differs }
                }
            }
            return nil
        }
    }

    @Test func weightsAreTheSameToTheLastBit() throws {
        try Golden("kpa", "smoothing-coefficients").replay { item in
            let bits = LoadWindow.smoothing(item["buckets"].int ?? 0).bitPattern
            return difference("weight", String(bits, radix: 16), item["bits"].string)
        }
    }

    @Test func fewerReplicasWaitForTheDelay() throws {
        try Golden("kpa", "delay-window").replay { item in
            var window = DelayWindow(
                .seconds(item["durationSeconds"].int ?? 0),
                granularity: .seconds(item["granularitySeconds"].int ?? 0)
            )
            for (index, entry) in (item["ops"].array ?? []).enumerated() {
                let step = entry.array ?? []
                window.record(step[1].int ?? 0, at: Self.time(step[0]))
                if let differs = difference("largest after step \(index)", window.largest, step[2].int) {
                    return differs
                }
            }
            return nil
        }
    }

    // MARK: decisions

    @Test func decisionsAreThoseOfTheAutoscaler() throws {
        try Golden("kpa", "decider-traces").replay { try Self.replay($0) { _, load in load } }
    }

    @Test func samplesBecomeTheSameDecisions() throws {
        try Golden("kpa", "pipeline-traces").replay { item in
            var windows = Windows(item)
            return try Self.replay(item) { time, recorded in
                windows.takeSamples(to: time, updates: item["updates"].array ?? [])
                let load = KnativeScaler.Load(
                    stable: windows.stable.average(at: time),
                    panic: windows.panic.average(at: time)
                )
                return windows.stable.isEmpty(at: time) ? nil : load
            }
        }
    }

    @Test func aBurstBeforeTheFirstDecisionMustFitTheInitialScale() throws {
        try Golden("kpa", "decider-initial-status").replay { item in
            var spec = DeciderSpec()
            spec.totalValue = item["totalValue"].double ?? 0
            spec.targetBurstCapacity = item["targetBurstCapacity"].double ?? 0
            spec.initialScale = item["initialScale"].int ?? 0
            return difference("excess burst capacity", spec.initialExcessBurstCapacity, item["excessBurstCapacity"].int)
        }
    }

    /// Both windows of a recording, fed with its samples as time goes on.
    private struct Windows {
        var stable: LoadWindow
        var panic: LoadWindow
        private let percentage: Double
        private let samples: [JSON]
        private var next = 0
        private var updated = 0

        init(_ item: JSON) {
            let averaging: LoadWindow.Averaging =
                item["algorithm"].string == "linear" ? .linear : .weightedExponential
            stable = LoadWindow(.seconds(item["spec"]["stableWindowSeconds"].int ?? 0), averaging: averaging)
            panic = LoadWindow(.seconds(item["panicWindowSeconds"].int ?? 0), averaging: averaging)
            percentage = item["panicWindowPercentage"].double ?? 10
            samples = item["samples"].array ?? []
        }

        mutating func takeSamples(to time: WallTime, updates: [JSON]) {
            while next < samples.count, let sample = samples[next].array, KnativeScalerTests.time(sample[0]) <= time {
                resize(updates, before: KnativeScalerTests.time(sample[0]) + .nanoseconds(-1))
                stable.record(sample[1].double ?? 0, at: KnativeScalerTests.time(sample[0]))
                panic.record(sample[1].double ?? 0, at: KnativeScalerTests.time(sample[0]))
                next += 1
            }
            resize(updates, before: time)
        }

        private mutating func resize(_ updates: [JSON], before time: WallTime) {
            while updated < updates.count, KnativeScalerTests.time(updates[updated]["tMs"]) <= time {
                let update = updates[updated]
                let at = KnativeScalerTests.time(update["tMs"])
                stable.resize(to: .seconds(update["spec"]["stableWindowSeconds"].int ?? 0), at: at)
                panic.resize(to: .seconds(update["panicWindowSeconds"].int ?? 0), at: at)
                updated += 1
            }
        }
    }

    /// Replays the ticks of a recording; `load` tells what the scaler sees at a time, nil where there is no data.
    private static func replay(
        _ item: JSON,
        load: (WallTime, KnativeScaler.Load) throws -> KnativeScaler.Load?
    ) throws -> String? {
        let start = item["start"]
        let failed = start["readyErr"].string.map { !$0.isEmpty } ?? (start["readyErr"].bool ?? false)
        var scaler = KnativeScaler(
            spec(item["spec"]),
            ready: failed ? 0 : start["ready"].int ?? 0,
            now: time(start["tMs"])
        )
        var updates = (item["updates"].array ?? [])[...]
        for (index, entry) in (item["ticks"].array ?? []).enumerated() {
            let tick = entry.array ?? []
            while let update = updates.first, update["beforeTick"].int == index {
                scaler.spec = spec(update["spec"])
                updates.removeFirst()
            }
            let recorded = KnativeScaler.Load(stable: tick[1].double ?? 0, panic: tick[2].double ?? 0)
            let now = time(tick[0])
            let seen = try load(now, recorded)
            let trouble = tick[4].string ?? ""
            if trouble.contains("nodata") || trouble.contains("notcollecting") || trouble.contains("other") { continue }
            if seen != recorded { return "tick \(index) sees \(seen as Any), recorded is \(recorded)" }
            let decision = scaler.decide(recorded, ready: tick[3].int ?? 0, now: now)
            let differs =
                difference("decision \(index)", decision.replicas, tick[5].int ?? -1)
                ?? difference("excess burst \(index)", decision.excessBurstCapacity, tick[6].int ?? -1)
            if let differs { return differs }
        }
        return nil
    }

    private static func spec(_ recorded: JSON) -> DeciderSpec {
        var spec = DeciderSpec()
        spec.metric = DeciderSpec.Metric(rawValue: recorded["scalingMetric"].string ?? "") ?? .concurrency
        spec.targetValue = recorded["targetValue"].double ?? 0
        spec.totalValue = recorded["totalValue"].double ?? 0
        spec.targetBurstCapacity = recorded["targetBurstCapacity"].double ?? 0
        spec.panicThreshold = recorded["panicThreshold"].double ?? 0
        spec.maxScaleUpRate = recorded["maxScaleUpRate"].double ?? 0
        spec.maxScaleDownRate = recorded["maxScaleDownRate"].double ?? 0
        spec.activationScale = recorded["activationScale"].int ?? 0
        spec.initialScale = recorded["initialScale"].int ?? 0
        spec.stableWindow = .seconds(recorded["stableWindowSeconds"].int ?? 0)
        spec.scaleDownDelay = .seconds(recorded["scaleDownDelaySeconds"].int ?? 0)
        spec.isReachable = recorded["reachable"].bool ?? false
        return spec
    }
}
