/// What was measured of one arm for one metric: a rate, or numbers with a mean.
package enum Sample: Equatable, Sendable {
    case rate(Rate)
    case mean(Moments)

    /// How many requests it is made of.
    package var count: Int {
        switch self {
        case .rate(let rate): rate.trials
        case .mean(let moments): moments.count
        }
    }

    /// The rate or mean; nil where nothing was measured.
    package var estimate: Double? {
        switch self {
        case .rate(let rate): rate.estimate
        case .mean(let moments): moments.count == 0 ? nil : moments.mean
        }
    }

    /// The interval that holds however often it is looked at; everything while too little was measured.
    package func interval(confidence: Double) -> Interval {
        switch self {
        case .rate(let rate): RateEvidence(rate).interval(confidence: confidence)
        case .mean(let moments): MeanEvidence(moments)?.interval(confidence: confidence) ?? .everything
        }
    }

    /// What is believed of the value; nil while nothing can be.
    package var posterior: (any Distribution)? {
        switch self {
        case .rate(let rate): rate.posterior
        case .mean(let moments): moments.posterior
        }
    }

    /// The same with less being more: failures for successes, numbers with their sign turned.
    package var mirrored: Sample {
        switch self {
        case .rate(let rate): .rate(Rate(rate.failures, of: rate.trials))
        case .mean(let moments):
            .mean(Moments(count: moments.count, mean: -moments.mean, variance: moments.variance ?? 0))
        }
    }

    /// `self - other`, valid while peeking; nil while too little was measured, or where the two are not of one sort.
    package func difference(from other: Sample, confidence: Double) -> AnytimeDifference? {
        switch (self, other) {
        case (.rate(let first), .rate(let second)):
            first.trials == 0 || second.trials == 0
                ? nil : AnytimeDifference(first, second, confidence: confidence)
        case (.mean(let first), .mean(let second)): AnytimeDifference(first, second, confidence: confidence)
        default: nil
        }
    }
}
