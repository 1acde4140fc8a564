/// Intervals of a difference for one look at sizes that were set before. Whoever looks again and again takes
/// `AnytimeDifference`.
package enum FixedDifference {
    /// `first - second`, from the two score intervals (Newcombe 1998, method 10).
    package static func interval(_ first: Rate, _ second: Rate, confidence: Double) -> Interval {
        guard let p = first.estimate, let q = second.estimate else { return Interval(-1, 1) }
        let (a, b) = (first.wilson(confidence: confidence), second.wilson(confidence: confidence))
        func distance(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
        return Interval(
            p - q - distance(p - a.lower, b.upper - q),
            p - q + distance(a.upper - p, q - b.lower)
        )
    }

    /// `first - second` of two means whose variances differ (Welch 1947).
    package static func interval(_ first: Moments, _ second: Moments, confidence: Double) -> Interval {
        guard let welch = Welch(first, second) else { return .everything }
        let half = StudentT(degrees: welch.degrees).quantile((1 + confidence) / 2) * welch.error
        return Interval(welch.difference - half, welch.difference + half)
    }

    /// The chance of means as far apart as these, or farther, where there is no difference; nil while nothing is
    /// known of the spread.
    package static func pValue(_ first: Moments, _ second: Moments) -> Double? {
        guard let welch = Welch(first, second), welch.error > 0 else { return nil }
        return 2 * StudentT(degrees: welch.degrees).survival(abs(welch.difference) / welch.error)
    }

    /// Welch's difference, its standard error, and Satterthwaite's degrees of freedom.
    private struct Welch {
        let difference: Double
        let error: Double
        let degrees: Double

        init?(_ first: Moments, _ second: Moments) {
            guard let v = first.variance, let w = second.variance, v + w > 0 else { return nil }
            let (n, m) = (Double(first.count), Double(second.count))
            let (a, b) = (v / n, w / m)
            difference = first.mean - second.mean
            error = (a + b).squareRoot()
            degrees = (a + b) * (a + b) / (a * a / (n - 1) + b * b / (m - 1))
        }
    }
}
