import Glibc

/// The beta distribution: what is believed of a rate.
package struct Beta: Distribution {
    package let alpha: Double
    package let beta: Double
    package let support = 0.0...1.0

    package init(_ alpha: Double, _ beta: Double) {
        self.alpha = alpha
        self.beta = beta
    }

    package var center: Double { alpha / (alpha + beta) }

    package var spread: Double { (center * (1 - center) / (alpha + beta + 1)).squareRoot() }

    package func density(_ x: Double) -> Double {
        guard x > 0, x < 1 else { return 0 }
        return exp((alpha - 1) * log(x) + (beta - 1) * log1p(-x) - IncompleteBeta.logBeta(alpha, beta))
    }

    package func cumulative(_ x: Double) -> Double { IncompleteBeta.lower(x, alpha, beta) }

    package func survival(_ x: Double) -> Double { IncompleteBeta.upper(x, alpha, beta) }

    package func quantile(_ p: Double) -> Double {
        guard p > 0 else { return 0 }
        guard p < 1 else { return 1 }
        return Bisection.root(in: 0, 1) { x in
            p < 0.5 ? cumulative(x) - p : (1 - p) - survival(x)
        }
    }

    package func draw(using chance: inout some RandomNumberGenerator) -> Double {
        let first = GammaDraw(shape: alpha).draw(using: &chance)
        let second = GammaDraw(shape: beta).draw(using: &chance)
        return first / (first + second)
    }
}

/// Gamma variables of scale 1 (Marsaglia and Tsang, A simple method for generating gamma variables, 2000).
struct GammaDraw {
    let shape: Double

    func draw(using chance: inout some RandomNumberGenerator) -> Double {
        if shape < 1 {
            let boost = pow(chance.positiveUnit(), 1 / shape)
            return GammaDraw(shape: shape + 1).draw(using: &chance) * boost
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = Normal().draw(using: &chance)
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if log(chance.positiveUnit()) < x * x / 2 + d - d * v + d * log(v) { return d * v }
        }
    }
}
