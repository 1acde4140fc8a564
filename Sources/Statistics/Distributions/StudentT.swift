import Glibc

/// Student's distribution, moved and stretched: what is believed of a mean whose variance is estimated too.
package struct StudentT: Distribution {
    package let degrees: Double
    package let center: Double
    package let spread: Double
    package let support = -Double.infinity...Double.infinity

    package init(degrees: Double, center: Double = 0, spread: Double = 1) {
        self.degrees = degrees
        self.center = center
        self.spread = spread
    }

    package func density(_ x: Double) -> Double {
        let t = (x - center) / spread
        let scale = 0.5 * log(degrees) + IncompleteBeta.logBeta(0.5, degrees / 2)
        return exp(-(degrees + 1) / 2 * log1p(t * t / degrees) - scale) / spread
    }

    package func cumulative(_ x: Double) -> Double { upper((center - x) / spread) }

    package func survival(_ x: Double) -> Double { upper((x - center) / spread) }

    package func quantile(_ p: Double) -> Double {
        guard p > 0 else { return -.infinity }
        guard p < 1 else { return .infinity }
        if p == 0.5 { return center }
        let tail = min(p, 1 - p)
        var bound = 1.0
        while upper(bound) > tail, bound < 1e300 { bound *= 2 }
        let t = Bisection.root(in: 0, bound) { tail - upper($0) }
        return p < 0.5 ? center - spread * t : center + spread * t
    }

    package func draw(using chance: inout some RandomNumberGenerator) -> Double {
        let normal = Normal().draw(using: &chance)
        let squares = 2 * GammaDraw(shape: degrees / 2).draw(using: &chance)
        return center + spread * normal / (squares / degrees).squareRoot()
    }

    /// The chance of more than `t` (DLMF 8.17, Abramowitz and Stegun 26.7.1).
    private func upper(_ t: Double) -> Double {
        let tail = IncompleteBeta.lower(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
        return t < 0 ? 1 - tail : tail
    }
}
