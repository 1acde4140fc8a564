import Base
import KubeModel
import Scaling
import TestKit
import Testing

/// Knative's ConfigMap and annotations, number for number and word for word.
@Suite struct AutoscalerConfigTests {
    @Test func aConfigMapBecomesTheSameNumbersOrTheSameFault() throws {
        try Golden("kpa", "config").replay { item in
            do throws(AutoscalerConfig.Fault) {
                let config = try AutoscalerConfig(Self.texts(item["configMap"]))
                if let error = item["out"]["error"].string { return "no fault, recorded is \(error)" }
                return Self.difference(config, item["out"]["config"])
            } catch {
                return TestKit.difference("fault", error.description, item["out"]["error"].string ?? "none")
            }
        }
    }

    @Test func annotationsBecomeTheSameSettingsAndFaults() throws {
        try Golden("kpa", "annotations").replay { item in
            let config = try AutoscalerConfig(Self.texts(item["configMap"]))
            let annotations = Self.texts(item["annotations"])
            let scaling = RevisionScaling(
                annotations: annotations,
                containerConcurrency: item["containerConcurrency"].int ?? 0,
                reachability: RevisionScaling.Reachability(rawValue: item["reachability"].string ?? "") ?? .unknown,
                config: config
            )
            let out = item["out"]
            let faults = RevisionScaling.faults(in: annotations, config).map(\.description).joined(separator: "\n")
            return TestKit.difference("faults", faults, out["validation"].string ?? "")
                ?? TestKit.difference("class", scaling.autoscalerClass, out["class"].string ?? "")
                ?? TestKit.difference("minScale", scaling.minScale, out["minScale"].int ?? -1)
                ?? TestKit.difference("maxScale", scaling.maxScale, out["maxScale"].int ?? -1)
                ?? Self.difference(scaling, out["decider"], out["metric"])
        }
    }

    private static func texts(_ object: JSON) -> [String: String] {
        Dictionary(uniqueKeysWithValues: (object.object ?? [:]).map { ($0.key, $0.value.string ?? "") })
    }

    private static func difference(_ scaling: RevisionScaling, _ decider: JSON, _ metric: JSON) -> String? {
        let spec = scaling.decider
        let weighted = metric["algorithm"].string?.hasPrefix("weighted") ?? false
        return differences([
            ("targetValue", spec.targetValue, decider["targetValue"]),
            ("totalValue", spec.totalValue, decider["totalValue"]),
            ("targetBurstCapacity", spec.targetBurstCapacity, decider["targetBurstCapacity"]),
            ("activatorCapacity", spec.activatorCapacity, decider["activatorCapacity"]),
            ("panicThreshold", spec.panicThreshold, decider["panicThreshold"]),
            ("maxScaleUpRate", spec.maxScaleUpRate, decider["maxScaleUpRate"]),
            ("maxScaleDownRate", spec.maxScaleDownRate, decider["maxScaleDownRate"]),
            ("activationScale", Double(spec.activationScale), decider["activationScale"]),
            ("initialScale", Double(spec.initialScale), decider["initialScale"]),
            ("stableWindow", spec.stableWindow.seconds, decider["stableWindowSeconds"]),
            ("scaleDownDelay", spec.scaleDownDelay.seconds, decider["scaleDownDelaySeconds"]),
            ("window", scaling.stableWindow.seconds, metric["stableWindowSeconds"]),
            ("panicWindow", scaling.panicWindow.seconds, metric["panicWindowSeconds"]),
        ])
            ?? TestKit.difference("reachable", spec.isReachable, decider["reachable"].bool ?? false)
            ?? TestKit.difference("metric", scaling.metricName, decider["scalingMetric"].string ?? "")
            ?? TestKit.difference("averaging", scaling.averaging, weighted ? .weightedExponential : .linear)
    }

    private static func difference(_ config: AutoscalerConfig, _ recorded: JSON) -> String? {
        differences([
            ("activatorCapacity", config.activatorCapacity, recorded["activatorCapacity"]),
            (
                "containerConcurrencyTargetDefault", config.containerConcurrencyTargetDefault,
                recorded["containerConcurrencyTargetDefault"]
            ),
            (
                "containerConcurrencyTargetFraction", config.containerConcurrencyTargetFraction,
                recorded["containerConcurrencyTargetFraction"]
            ),
            ("initialScale", Double(config.initialScale), recorded["initialScale"]),
            ("maxScale", Double(config.maxScale), recorded["maxScale"]),
            ("maxScaleDownRate", config.maxScaleDownRate, recorded["maxScaleDownRate"]),
            ("maxScaleLimit", Double(config.maxScaleLimit), recorded["maxScaleLimit"]),
            ("maxScaleUpRate", config.maxScaleUpRate, recorded["maxScaleUpRate"]),
            ("minScale", Double(config.minScale), recorded["minScale"]),
            ("panicThresholdPercentage", config.panicThresholdPercentage, recorded["panicThresholdPercentage"]),
            ("panicWindowPercentage", config.panicWindowPercentage, recorded["panicWindowPercentage"]),
            ("rpsTargetDefault", config.rpsTargetDefault, recorded["rpsTargetDefault"]),
            ("scaleDownDelay", config.scaleDownDelay.seconds, recorded["scaleDownDelaySeconds"]),
            ("grace", config.scaleToZeroGracePeriod.seconds, recorded["scaleToZeroGracePeriodSeconds"]),
            (
                "retention", config.scaleToZeroPodRetentionPeriod.seconds,
                recorded["scaleToZeroPodRetentionPeriodSeconds"]
            ),
            ("stableWindow", config.stableWindow.seconds, recorded["stableWindowSeconds"]),
            ("targetBurstCapacity", config.targetBurstCapacity, recorded["targetBurstCapacity"]),
            ("targetUtilization", config.targetUtilization, recorded["targetUtilization"]),
        ])
            ?? TestKit.difference("class", config.podAutoscalerClass, recorded["podAutoscalerClass"].string ?? "")
            ?? TestKit.difference("toZero", config.enableScaleToZero, recorded["enableScaleToZero"].bool ?? false)
            ?? TestKit.difference(
                "fromZero",
                config.allowZeroInitialScale,
                recorded["allowZeroInitialScale"].bool ?? false
            )
    }

    private static func differences(_ numbers: [(String, Double, JSON)]) -> String? {
        numbers.lazy.compactMap { TestKit.difference($0.0, $0.1, $0.2.double ?? .nan) }.first
    }
}
