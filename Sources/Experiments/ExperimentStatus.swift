package import Base
package import KServeModel
import KubeModel
import Statistics

/// Writes what is known of an experiment as its status; `roost ab` and `kubectl` read it.
package struct ExperimentStatus: Sendable {
    private var json: JSON
    private var conditions: Conditions
    private let now: WallTime

    /// Digits of a measured number: as many as anybody reads, and equal numbers stay equal.
    private static let digits = 6

    /// Begins with what the object says.
    package init(_ experiment: Experiment, now: WallTime) {
        json = experiment.object.status
        conditions = Conditions(json["conditions"], order: .byType)
        json["observedGeneration"] = .int(Int64(experiment.object.generation))
        self.now = now
    }

    /// The target is not there, or cannot be compared.
    package mutating func refuse(_ fault: TargetFault) {
        json["phase"] = .string(ExperimentState.Phase.waiting.rawValue)
        json["decision"] = .string(fault.description)
        conditions.set("Ready", .false, reason: "TargetNotReady", message: fault.description, now: now)
    }

    /// Tells what was measured, what that says, and what was decided.
    package mutating func tell(
        _ arms: [MeasuredArm],
        _ verdict: Verdict,
        _ decision: Decision,
        baseline: Int,
        by comparison: Comparison
    ) {
        decision.state.write(into: &json)
        json["metric"] = .string(comparison.words)
        json["confidence"] = .double(comparison.confidence)
        json["baseline"] = .string(arms[baseline].arm.name)
        json["arms"] = .array(
            arms.indices.map { place in
                ArmStatus(
                    arms[place],
                    weight: decision.weights?[place] ?? arms[place].arm.weight,
                    probability: verdict.probabilities[place],
                    comparison
                ).json
            }
        )
        json["comparisons"] = .array(
            verdict.advantages.map { advantage in
                var entry: JSON = ["name": .string(arms[advantage.arm].arm.name)]
                entry["advantage"] = ExperimentStatus.number(advantage.difference.estimate)
                entry["lower"] = ExperimentStatus.number(advantage.difference.interval.lower)
                entry["upper"] = ExperimentStatus.number(advantage.difference.interval.upper)
                entry["pValue"] = ExperimentStatus.number(advantage.difference.pValue)
                return entry
            }
        )
        json["best"] =
            verdict.best.map { best in
                [
                    "name": .string(arms[best].arm.name),
                    "probability": .string(Figure.percent(verdict.probabilities[best] ?? 0)),
                ]
            } ?? .null
        json["verdict"] = .string(verdict.sentence)
        json["decision"] = .string(decision.why)
        conditions.set("Ready", .true, now: now)
        let reason = verdict.isDecided ? "OneIsBetter" : "NotSure"
        conditions.set(
            "Decided",
            Conditions.Status(verdict.isDecided),
            reason: reason,
            message: verdict.sentence,
            now: now
        )
    }

    /// The status to store.
    package func finished() -> JSON {
        var status = json
        status["conditions"] = conditions.json
        return status
    }

    /// A number of a status; none where it is not finite.
    static func number(_ value: Double?) -> JSON {
        guard let value, value.isFinite else { return .null }
        return .double(Figure.rounded(value, digits: digits))
    }
}

/// What the status tells of one version.
private struct ArmStatus {
    let json: JSON

    init(_ measured: MeasuredArm, weight: Int, probability: Double?, _ comparison: Comparison) {
        let (arm, tally) = (measured.arm, measured.tally)
        var json: JSON = [
            "name": .string(arm.name), "service": .string(arm.service), "version": .string(arm.version),
            "weight": .int(Int64(weight)), "requests": .int(Int64(tally.errors.trials)),
            "errors": .int(Int64(tally.errors.successes)),
        ]
        json["errorRate"] = ArmStatus.value(.rate(tally.errors), comparison.confidence)
        json["latencyMilliseconds"] = ArmStatus.latency(tally, comparison.confidence)
        if tally.rewards.count > 0 {
            json["reward"] = ArmStatus.value(tally.rewardSample, comparison.confidence)
        }
        let sample = comparison.sample(tally)
        json["metric"] = ArmStatus.value(sample, comparison.confidence)
        json[path: ["metric", "isShare"]] = .bool(comparison.isShare(tally))
        json["probabilityBest"] = ExperimentStatus.number(probability)
        self.json = json
    }

    private static func value(_ sample: Sample, _ confidence: Double) -> JSON {
        let interval = sample.interval(confidence: confidence)
        var json: JSON = ["count": .int(Int64(sample.count))]
        json["value"] = ExperimentStatus.number(sample.estimate)
        json["lower"] = ExperimentStatus.number(interval.lower)
        json["upper"] = ExperimentStatus.number(interval.upper)
        return json
    }

    private static func latency(_ tally: ArmTally, _ confidence: Double) -> JSON {
        guard tally.latencies.count > 0 else { return .null }
        var json: JSON = [:]
        json["mean"] = ExperimentStatus.number(tally.latencies.mean)
        for (name, quantile) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)] {
            let interval = tally.latencySketch.interval(quantile, confidence: confidence)
            var entry: JSON = [:]
            entry["value"] = ExperimentStatus.number(tally.latencySketch.quantile(quantile))
            entry["lower"] = ExperimentStatus.number(interval?.lower)
            entry["upper"] = ExperimentStatus.number(interval?.upper)
            json[name] = entry
        }
        return json
    }
}
