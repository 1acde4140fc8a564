import Base
import Foundation
import KubeModel
import Scaling
import Testing

/// What holds of every decision of a HorizontalPodAutoscaler, on metrics made by chance; a failure's argument is its seed.
@Suite struct HorizontalPropertyTests {
    /// A target whose pods are ready a few looks after they were asked for, under several metrics at once.
    private struct World {
        let scaler: HorizontalScaler
        let bounds: ClosedRange<Int>
        private let targets: (pods: Int64, total: Int64, share: Int64)
        private let lag: Int
        private var history = ScaleHistory()
        private var now = WallTime(seconds: 1_800_000_000)
        private(set) var replicas: Int
        /// Replicas of the last looks; the oldest are those that are ready.
        private var before: [Int]

        init(_ chance: inout SeededGenerator, behavior: JSON) {
            let least = Int.random(in: 1...4, using: &chance)
            let most = least + Int.random(in: 0...40, using: &chance)
            targets = (
                Int64.random(in: 1...5000, using: &chance), Int64.random(in: 1...50_000, using: &chance),
                Int64.random(in: 1...5000, using: &chance)
            )
            bounds = least...most
            replicas = Int.random(in: bounds, using: &chance)
            lag = Int.random(in: 0...3, using: &chance)
            before = Array(repeating: replicas, count: lag + 1)
            func metric(_ type: String, _ member: String, _ target: JSON) -> JSON {
                ["type": .string(type), member: ["metric": ["name": "m"], "target": target]]
            }
            func amount(_ milli: Int64) -> JSON { .string("\(milli)m") }
            var spec: JSON = [
                "scaleTargetRef": ["kind": "Deployment", "name": "web"], "minReplicas": JSON(least),
                "maxReplicas": JSON(most),
                "metrics": [
                    metric("Pods", "pods", ["type": "AverageValue", "averageValue": amount(targets.pods)]),
                    metric("External", "external", ["type": "Value", "value": amount(targets.total)]),
                    metric("External", "external", ["type": "AverageValue", "averageValue": amount(targets.share)]),
                ],
            ]
            spec["behavior"] = behavior
            scaler = HorizontalScaler(AutoscalerSpec(spec, namespace: "default"))
        }

        /// Lets 15 s pass under a load that the pods share; a nil metric cannot be asked.
        mutating func pass(pods load: Double?, total: Double?) -> ScaleDecision {
            now = now + .seconds(15)
            let ready = max(1, min(replicas, before.removeFirst()))
            let pods = (0..<ready).map { index in
                var pod = MeasuredPod(name: "web-\(index)")
                pod.readiness = .init(isReady: true, since: now + .seconds(-3600))
                pod.startedAt = now + .seconds(-3600)
                return pod
            }
            let own = load.map { load in
                let each = Int64(min(load * 1000 / Double(ready), 0x1p60))
                let measured = Measurement(milli: each, takenAt: now, window: .seconds(30))
                return MetricReading.pods(Dictionary(uniqueKeysWithValues: pods.map { ($0.name, measured) }))
            }
            let outside = total.map { MetricReading.amount(Int64(min($0 * 1000, 0x1p60))) }
            let seen = HorizontalScaler.Observation(
                specReplicas: replicas,
                statusReplicas: replicas,
                selector: "app=web",
                pods: pods,
                readings: [own, outside, outside].map { $0.map { .success($0) } ?? .failure(ScalingFault("away")) }
            )
            var decision = scaler.decide(seen, &history, now: now)
            decision = scaler.conclude(decision, fault: nil, &history, now: now)
            replicas = decision.rescale ?? replicas
            before.append(replicas)
            return decision
        }
    }

    private static let behaviors: [JSON] = [
        .null, ["scaleDown": ["stabilizationWindowSeconds": 0]],
        [
            "scaleUp": ["policies": [["type": "Pods", "value": 2, "periodSeconds": 60]]],
            "scaleDown": ["policies": [["type": "Percent", "value": 30, "periodSeconds": 60]], "selectPolicy": "Min"],
        ],
    ]

    private static func load(_ chance: inout SeededGenerator) -> Double? {
        Int.random(in: 0...7, using: &chance) == 0 ? nil : pow(10, Double.random(in: -3...7, using: &chance))
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func replicasStayWithinTheirBounds(_ seed: UInt64) {
        var chance = SeededGenerator(seed: seed)
        var world = World(&chance, behavior: Self.behaviors[Int(seed % 3)])
        for _ in 0..<200 {
            let before = world.replicas
            let (own, total) = (Self.load(&chance), Self.load(&chance))
            _ = world.pass(pods: own, total: total)
            #expect(world.bounds.contains(world.replicas))
            // What cannot be seen takes nothing away.
            if own == nil || total == nil { #expect(world.replicas >= before) }
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func constantLoadHasConstantReplicas(_ seed: UInt64) {
        var chance = SeededGenerator(seed: seed)
        var world = World(&chance, behavior: Self.behaviors[Int(seed % 3)])
        let (load, total) = (
            Double.random(in: 0.01...500, using: &chance), Double.random(in: 0.01...50, using: &chance)
        )
        for _ in 0..<200 { _ = world.pass(pods: load, total: total) }
        let settled = world.replicas
        for _ in 0..<100 {
            _ = world.pass(pods: load, total: total)
            #expect(world.replicas == settled)
        }
    }
}
