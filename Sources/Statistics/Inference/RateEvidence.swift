import Glibc

/// The evidence of trials against a value of their rate, valid at every moment at once: a nonnegative martingale under
/// that value, which by Ville's inequality exceeds 1/alpha at any time with a chance of at most alpha.
///
/// It is Robbins' mixture of likelihood ratios with beta distributions (Howard, Ramdas, McAuliffe, Sekhon: Time-uniform,
/// nonparametric, nonasymptotic confidence sequences, 2021, section 3): one with Jeffreys' weights for plain cases, and some
/// around the value itself that find small differences in many trials; the mean of martingales is one. Exact for any number
/// of trials, and however the choice of who gets the next trial depends on the past.
package struct RateEvidence: Sendable {
    private let successes: Double
    private let failures: Double
    private let plainMixture: Double
    /// The share of successes; one half without trials.
    package let estimate: Double

    private static let jeffreys = 0.5
    /// How many trials the mixtures around the value weigh as much as.
    private static let weights = [100.0, 1000, 10_000]
    /// Nearer to 0 and 1 values are taken as this.
    private static let edge = 1e-12

    package init(_ rate: Rate) {
        (successes, failures) = (Double(rate.successes), Double(rate.failures))
        estimate = rate.estimate ?? 0.5
        let jeffreys = RateEvidence.jeffreys
        plainMixture =
            IncompleteBeta.logBeta(successes + jeffreys, failures + jeffreys)
            - IncompleteBeta.logBeta(jeffreys, jeffreys)
    }

    /// The logarithm of the evidence against `rate`; convex in it.
    package func against(_ rate: Double) -> Double {
        if rate <= 0, successes > 0 { return .infinity }
        if rate >= 1, failures > 0 { return .infinity }
        let rate = min(max(rate, RateEvidence.edge), 1 - RateEvidence.edge)
        let mixtures = RateEvidence.weights.map { weight in
            IncompleteBeta.logBeta(weight * rate + successes, weight * (1 - rate) + failures)
                - IncompleteBeta.logBeta(weight * rate, weight * (1 - rate))
        }
        let likelihood = successes * log(rate) + failures * log1p(-rate)
        let greatest = mixtures.reduce(plainMixture, max)
        let sum = mixtures.reduce(exp(plainMixture - greatest)) { $0 + exp($1 - greatest) }
        return greatest + log(sum / Double(mixtures.count + 1)) - likelihood
    }

    /// All rates that the evidence does not speak against: a confidence sequence. Without trials, all.
    package func interval(confidence: Double) -> Interval {
        let bound = -log(1 - confidence)
        let lower = successes == 0 ? 0 : Bisection.root(in: 0, estimate) { bound - against($0) }
        let upper = failures == 0 ? 1 : Bisection.root(in: estimate, 1) { against($0) - bound }
        return Interval(lower, upper)
    }
}
