import Glibc

/// The regularized incomplete beta function, by its continued fraction (DLMF 8.17.22; Lentz's way to sum it).
enum IncompleteBeta {
    /// Steps of the fraction; it needs about the root of the larger parameter.
    private static let stepsMax = 100_000
    private static let tiny = 1e-300

    /// I_x(a, b): the chance that a beta variable is at most `x`.
    static func lower(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // The fraction converges fast below the mean; above it the other tail is taken.
        guard x < (a + 1) / (a + b + 2) else { return 1 - tail(1 - x, b, a, complement: x) }
        return tail(x, a, b, complement: 1 - x)
    }

    /// 1 - I_x(a, b), exact where it is small.
    static func upper(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 1 }
        guard x < 1 else { return 0 }
        guard x >= (a + 1) / (a + b + 2) else { return 1 - tail(x, a, b, complement: 1 - x) }
        return tail(1 - x, b, a, complement: x)
    }

    /// ln B(a, b).
    static func logBeta(_ a: Double, _ b: Double) -> Double { lgamma(a) + lgamma(b) - lgamma(a + b) }

    private static func tail(_ x: Double, _ a: Double, _ b: Double, complement: Double) -> Double {
        let front = exp(a * log(x) + b * log(complement) - logBeta(a, b)) / a
        return front * fraction(x, a, b)
    }

    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        var numerator = 1.0
        var denominator = 1 / guarded(1 - (a + b) * x / (a + 1))
        var value = denominator
        for step in 1...stepsMax {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            denominator = 1 / guarded(1 + even * denominator)
            numerator = guarded(1 + even / numerator)
            value *= denominator * numerator
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            denominator = 1 / guarded(1 + odd * denominator)
            numerator = guarded(1 + odd / numerator)
            let change = denominator * numerator
            value *= change
            if abs(change - 1) < 1e-15 { break }
        }
        return value
    }

    private static func guarded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
}
