/// Finds places of functions whose shape is known.
enum Bisection {
    /// Halvings until an interval of doubles has no inside; roots down to 1e-60 keep their relative accuracy.
    private static let stepsMax = 200
    /// What the golden section leaves of an interval.
    private static let golden = (5.0.squareRoot() - 1) / 2

    /// The place in `low...high` where `rising` turns from negative to positive; an end where it does not turn.
    static func root(in low: Double, _ high: Double, within grain: Double = 0, of rising: (Double) -> Double) -> Double
    {
        var (low, high) = (low, high)
        for _ in 0..<stepsMax {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high || high - low <= max(grain, 1e-16 * abs(middle)) { break }
            if rising(middle) < 0 { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }

    /// The least value of a function that falls, then rises, in `low...high` (Kiefer 1953).
    static func least(in low: Double, _ high: Double, within grain: Double, of value: (Double) -> Double) -> Double {
        var (low, high) = (low, high)
        var (left, right) = (high - golden * (high - low), low + golden * (high - low))
        var (atLeft, atRight) = (value(left), value(right))
        while high - low > grain {
            if atLeft < atRight {
                (high, right, atRight) = (right, left, atLeft)
                left = high - golden * (high - low)
                atLeft = value(left)
            } else {
                (low, left, atLeft) = (left, right, atRight)
                right = low + golden * (high - low)
                atRight = value(right)
            }
        }
        return min(atLeft, atRight)
    }
}
