import Glibc

/// The difference of two arms, `first - second`, that may be looked at after every request: the interval holds at all
/// looks together with the confidence that was asked for.
///
/// The evidences of the arms are multiplied: a martingale of the pair, so the pairs of values that it does not speak
/// against are a confidence region at every time, whatever chose the arm of each request (a bandit too). The interval is
/// that region's shadow, the p-value the least evidence against equal values (an always-valid p-value, Johari, Pekelis,
/// Walsh: Always valid inference, 2015).
package struct AnytimeDifference: Equatable, Sendable {
    package let estimate: Double
    package let interval: Interval
    package let pValue: Double

    /// Two rates.
    package init(_ first: Rate, _ second: Rate, confidence: Double) {
        let pair = RatePair(first: RateEvidence(first), second: RateEvidence(second))
        let bound = -log(1 - confidence)
        let estimate = pair.first.estimate - pair.second.estimate
        self.estimate = estimate
        interval = Interval(
            Bisection.root(in: -1, estimate, within: RatePair.grain) { bound - pair.against($0) },
            Bisection.root(in: estimate, 1, within: RatePair.grain) { pair.against($0) - bound }
        )
        pValue = AnytimeDifference.pValue(first, second)
    }

    /// The p-value of two rates alone.
    package static func pValue(_ first: Rate, _ second: Rate) -> Double {
        min(1, exp(-RatePair(first: RateEvidence(first), second: RateEvidence(second)).against(0)))
    }

    /// Two means; nil while one of them is not known well enough.
    package init?(_ first: Moments, _ second: Moments, confidence: Double) {
        guard let first = MeanEvidence(first), let second = MeanEvidence(second) else { return nil }
        // The least of two parabolas' sum with the distance of their arguments given.
        let curvature = first.curvature * second.curvature / (first.curvature + second.curvature)
        let offset = first.offset + second.offset
        estimate = first.estimate - second.estimate
        let half = ((-log(1 - confidence) - offset) / curvature).squareRoot()
        interval = Interval(estimate - half, estimate + half)
        pValue = min(1, exp(-(offset + curvature * estimate * estimate)))
    }
}

/// Two rates' evidences together.
private struct RatePair {
    let first: RateEvidence
    let second: RateEvidence

    /// What a difference of rates is told to.
    static let grain = 1e-7

    /// The least evidence against any two rates that differ by `difference`: it is convex in the second rate.
    func against(_ difference: Double) -> Double {
        let low = max(0, -difference)
        let high = max(low, min(1, 1 - difference))
        return Bisection.least(in: low, high, within: RatePair.grain) { rate in
            first.against(rate + difference) + second.against(rate)
        }
    }
}
