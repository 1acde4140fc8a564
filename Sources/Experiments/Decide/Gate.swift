import KServeModel
import Statistics

/// What a gate says of a candidate.
enum GateResult: Equatable {
    case passes
    /// It does not hold, but that is not certain yet.
    case waits(String)
    /// It surely does not hold.
    case fails(String)
}

/// One gate with what it looks at.
struct Gate {
    let settings: ProgressiveSettings.Gate
    let confidence: Double

    /// What the counts so far say. A failure is told with the confidence asked for, however often one looks.
    func result(candidate: ArmTally, baseline: ArmTally) -> GateResult {
        switch settings.metric {
        case .errorRate:
            guard let most = settings.max else { break }
            return rate(candidate.errors, most: most, "error rate", candidate.errors.estimate.map { $0 <= most })
        case .latency:
            guard let most = settings.maxMilliseconds else { break }
            let sketch = candidate.latencySketch
            let slow = Rate(sketch.count(above: most), of: sketch.count)
            let quantile = "\(Figure.text(settings.quantile * 100)) % quantile of latency above \(Figure.text(most)) ms"
            return rate(slow, most: 1 - settings.quantile, "share of requests slower than allowed, \(quantile),")
        case .reward:
            guard let least = settings.min else { break }
            return reward(candidate.rewardSample, least: least)
        }
        return relative(candidate, baseline)
    }

    private func rate(_ rate: Rate, most: Double, _ what: String, _ holds: Bool? = nil) -> GateResult {
        guard let estimate = rate.estimate, estimate > most else { return .passes }
        let text = "\(what) \(Figure.percent(estimate)) is above \(Figure.percent(most))"
        return RateEvidence(rate).interval(confidence: confidence).lower > most ? .fails(text) : .waits(text)
    }

    private func reward(_ sample: Sample, least: Double) -> GateResult {
        guard let estimate = sample.estimate else { return .waits("no rewards yet") }
        guard estimate < least else { return .passes }
        let text = "reward \(Figure.text(estimate)) is below \(Figure.text(least))"
        return sample.interval(confidence: confidence).upper < least ? .fails(text) : .waits(text)
    }

    private func relative(_ candidate: ArmTally, _ baseline: ArmTally) -> GateResult {
        let comparison = Comparison(settings.metric, confidence: confidence)
        guard let advantage = comparison.advantage(of: candidate, over: baseline) else {
            return comparison.sample(candidate).count == 0 ? .waits("no \(comparison.words) yet") : .passes
        }
        guard advantage.interval.upper < 0 else { return .passes }
        return .fails("\(comparison.words) is worse than the baseline's")
    }
}
