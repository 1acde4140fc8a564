import Glibc

/// The normal distribution.
package struct Normal: Distribution {
    package let center: Double
    package let spread: Double
    package let support = -Double.infinity...Double.infinity

    package init(mean: Double = 0, deviation: Double = 1) {
        center = mean
        spread = deviation
    }

    package func density(_ x: Double) -> Double {
        let z = (x - center) / spread
        return exp(-z * z / 2) / (spread * (2 * Double.pi).squareRoot())
    }

    package func cumulative(_ x: Double) -> Double { erfc((center - x) / spread / 2.0.squareRoot()) / 2 }

    package func survival(_ x: Double) -> Double { erfc((x - center) / spread / 2.0.squareRoot()) / 2 }

    package func quantile(_ p: Double) -> Double { center + spread * Normal.standardQuantile(p) }

    package func draw(using chance: inout some RandomNumberGenerator) -> Double { quantile(chance.positiveUnit()) }

    /// A rough start, then steps of Halley's, each of which triples the digits.
    private static func standardQuantile(_ p: Double) -> Double {
        guard p > 0 else { return -.infinity }
        guard p < 1 else { return .infinity }
        // The upper half mirrors the lower one, where the tail is exact.
        if p > 0.5 { return -standardQuantile(1 - p) }
        let standard = Normal()
        var x = start(p)
        for _ in 0..<3 {
            let step = (standard.cumulative(x) - p) / standard.density(x)
            x -= step / (1 + x * step / 2)
        }
        return x
    }

    /// Abramowitz and Stegun 26.2.23: within 4.5e-4, for p up to one half.
    private static func start(_ p: Double) -> Double {
        let t = (-2 * log(p)).squareRoot()
        let above = 2.515517 + t * (0.802853 + t * 0.010328)
        let below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
        return above / below - t
    }
}
