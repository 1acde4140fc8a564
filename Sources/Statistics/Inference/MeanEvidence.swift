import Glibc

/// The evidence of numbers against a value of their mean, valid at every moment at once when many have come.
///
/// The normal mixture with the estimated variance: an asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha,
/// Kennedy, Ramdas: Time-uniform central limit theory and asymptotic confidence sequences, 2021, theorem 2.2), the
/// same mixture that always-valid p-values are made of (Johari, Koomen, Pekelis, Walsh 2017).
package struct MeanEvidence: Sendable {
    /// The mean of what came.
    package let estimate: Double
    /// Evidence is `offset + curvature · (mean - value)²`.
    let offset: Double
    let curvature: Double

    /// Values before which no normal limit can be spoken of.
    package static let countMin = 30
    /// The number of values for which the interval is narrowest.
    private static let tunedFor = 1000.0

    /// Nil while the numbers are too few or all the same.
    package init?(_ moments: Moments) {
        guard moments.count >= MeanEvidence.countMin, let variance = moments.variance, variance > 0 else { return nil }
        // Variance of the mean, and of the mixture.
        let v = variance / Double(moments.count)
        let w = variance / MeanEvidence.tunedFor * MeanEvidence.spreadFactor
        estimate = moments.mean
        offset = 0.5 * log(v / (v + w))
        curvature = w / (2 * v * (v + w))
    }

    /// Waudby-Smith et al., equation 24, for alpha = 0.05.
    private static let spreadFactor = -2 * log(0.05) + log(-2 * log(0.05)) + 1

    /// The logarithm of the evidence against `mean`.
    package func against(_ mean: Double) -> Double {
        offset + curvature * (estimate - mean) * (estimate - mean)
    }

    /// All means that the evidence does not speak against.
    package func interval(confidence: Double) -> Interval {
        let half = ((-log(1 - confidence) - offset) / curvature).squareRoot()
        return Interval(estimate - half, estimate + half)
    }
}
