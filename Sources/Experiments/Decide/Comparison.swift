import Base
package import KServeModel
package import Statistics

/// How versions are compared: the metric, and what is better.
package struct Comparison: Equatable, Sendable {
    package let metric: Experiment.Metric
    /// For latency: a request is bad that takes longer; nil compares the means.
    package let slowerThanMilliseconds: Double?
    /// How sure a statement has to be.
    package let confidence: Double

    package init(_ metric: Experiment.Metric, slowerThanMilliseconds: Double? = nil, confidence: Double) {
        self.metric = metric
        self.slowerThanMilliseconds = slowerThanMilliseconds
        self.confidence = confidence
    }

    init(_ experiment: Experiment) {
        self.init(
            experiment.metric,
            slowerThanMilliseconds: experiment.slowerThan?.milliseconds,
            confidence: experiment.confidence
        )
    }

    /// What was measured, as it is told to people.
    package func sample(_ tally: ArmTally) -> Sample {
        switch metric {
        case .errorRate: return .rate(tally.errors)
        case .reward: return tally.rewardSample
        case .latency:
            guard let bound = slowerThanMilliseconds else { return .mean(tally.latencies) }
            return .rate(Rate(tally.latencySketch.count(above: bound), of: tally.latencySketch.count))
        }
    }

    /// The same with more being better.
    package func merit(_ tally: ArmTally) -> Sample {
        metric == .reward ? sample(tally) : sample(tally).mirrored
    }

    /// By how much the first is better, valid while peeking; nil while too little was measured.
    ///
    /// Rewards of one arm that are all 0 or 1 are compared as numbers where another arm's are not.
    func advantage(of first: ArmTally, over second: ArmTally, confidence: Double? = nil) -> AnytimeDifference? {
        let confidence = confidence ?? self.confidence
        let (a, b) = (merit(first), merit(second))
        if let difference = a.difference(from: b, confidence: confidence) { return difference }
        guard metric == .reward else { return nil }
        return AnytimeDifference(first.rewards, second.rewards, confidence: confidence)
    }

    /// The metric's name in a sentence.
    var words: String {
        switch metric {
        case .errorRate: "error rate"
        case .reward: "reward"
        case .latency:
            slowerThanMilliseconds.map { "share of requests slower than \(Figure.text($0)) ms" } ?? "latency"
        }
    }

    /// Whether values are shares, told in percent.
    func isShare(_ tally: ArmTally) -> Bool {
        if case .rate = sample(tally) { return true }
        return false
    }

    /// A value with its unit.
    func text(_ value: Double, isShare: Bool) -> String {
        if isShare { return "\(Figure.text(value * 100)) %" }
        return metric == .latency ? "\(Figure.text(value)) ms" : Figure.text(value)
    }
}
