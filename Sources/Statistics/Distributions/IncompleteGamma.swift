import Glibc

/// The regularized incomplete gamma functions: by series (DLMF 8.7.1) below, by continued fraction (DLMF 8.9.2) above.
enum IncompleteGamma {
    private static let stepsMax = 100_000
    private static let tiny = 1e-300

    /// Q(a, x): the chance that a gamma variable of shape `a` exceeds `x`.
    static func upper(_ a: Double, _ x: Double) -> Double {
        guard x > 0 else { return 1 }
        return x < a + 1 ? 1 - series(a, x) : fraction(a, x)
    }

    /// P(a, x) = 1 - Q(a, x).
    static func lower(_ a: Double, _ x: Double) -> Double {
        guard x > 0 else { return 0 }
        return x < a + 1 ? series(a, x) : 1 - fraction(a, x)
    }

    private static func front(_ a: Double, _ x: Double) -> Double { exp(a * log(x) - x - lgamma(a)) }

    private static func series(_ a: Double, _ x: Double) -> Double {
        var term = 1 / a
        var sum = term
        for step in 1...stepsMax {
            term *= x / (a + Double(step))
            sum += term
            if term < sum * 1e-16 { break }
        }
        return sum * front(a, x)
    }

    private static func fraction(_ a: Double, _ x: Double) -> Double {
        var b = x + 1 - a
        var numerator = 1 / tiny
        var denominator = 1 / b
        var value = denominator
        for step in 1...stepsMax {
            let m = Double(step)
            let factor = -m * (m - a)
            b += 2
            denominator = 1 / guarded(factor * denominator + b)
            numerator = guarded(b + factor / numerator)
            let change = denominator * numerator
            value *= change
            if abs(change - 1) < 1e-15 { break }
        }
        return value * front(a, x)
    }

    private static func guarded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
}
