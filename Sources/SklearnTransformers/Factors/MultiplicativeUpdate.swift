import Glibc
import Prediction

/// The multiplicative update of a row's parts for a beta-divergence, and that divergence.
struct MultiplicativeUpdate: Sendable {
    private let components: Matrix
    /// 2: squares; 1: Kullback and Leibler's divergence; 0: Itakura and Saito's.
    private let beta: Double
    private let sumWeight: Double
    private let squareWeight: Double
    /// Whether parts that are next to nothing become nothing, where beta is below 1.
    private let dropsTiny: Bool
    /// What the factor of an update is raised to, so that the divergence does not grow.
    private let power: Double

    /// What stands for 0 where it is divided by: the precision of single numbers, as scikit-learn has it.
    private static let tiny = Double(Float.ulpOfOne)

    init(_ components: Matrix, beta: Double, sumWeight: Double, squareWeight: Double, dropsTiny: Bool) {
        self.components = components
        self.beta = beta
        self.sumWeight = sumWeight
        self.squareWeight = squareWeight
        self.dropsTiny = dropsTiny
        power = beta < 1 ? 1 / (2 - beta) : beta > 2 ? 1 / (beta - 1) : 1
    }

    /// Numbers of work space.
    var workspace: Int { components.columns + 2 * components.rows }

    /// Updates the parts of one row; `work` holds anything at first.
    func run(_ row: Int, _ values: [Double], _ parts: inout [Double], _ work: inout [Double]) {
        let (width, height) = (components.columns, components.rows)
        let first = row * height
        approximate(parts[first..<first + height], &work)
        for part in 0..<height {
            var (numerator, denominator) = (0.0, 0.0)
            for column in 0..<width {
                let (near, component) = (work[column], components.values[part * width + column])
                numerator += pull(values[row * width + column], near) * component
                denominator += beta == 1 ? component : push(near) * component
            }
            denominator += sumWeight > 0 ? sumWeight : 0
            denominator += squareWeight > 0 ? squareWeight * parts[first + part] : 0
            work[width + part] = numerator / (denominator == 0 ? MultiplicativeUpdate.tiny : denominator)
        }
        for part in 0..<height {
            let factor = work[width + part]
            parts[first + part] *= power == 1 ? factor : pow(factor, power)
            if dropsTiny, beta < 1, parts[first + part] < .ulpOfOne { parts[first + part] = 0 }
        }
    }

    /// What the parts make of the components, in the first places of `work`.
    private func approximate(_ parts: ArraySlice<Double>, _ work: inout [Double]) {
        for column in 0..<components.columns {
            var sum = 0.0
            for (part, weight) in parts.enumerated() {
                sum += weight * components.values[part * components.columns + column]
            }
            work[column] = sum
        }
    }

    private func pull(_ value: Double, _ near: Double) -> Double {
        if beta == 2 { return value }
        let near = beta < 2 ? max(near, MultiplicativeUpdate.tiny) : near
        if beta == 1 { return value / near }
        return beta == 0 ? value / (near * near) : pow(near, beta - 2) * value
    }

    private func push(_ near: Double) -> Double {
        if beta == 2 { return near }
        return pow(beta < 1 ? max(near, MultiplicativeUpdate.tiny) : near, beta - 1)
    }

    /// The root of twice the divergence of all rows from what their parts make of the components.
    func divergence(_ rows: Int, _ values: [Double], _ parts: [Double], _ work: inout [Double]) -> Double {
        let (width, height) = (components.columns, components.rows)
        var sum = 0.0
        for row in 0..<rows {
            approximate(parts[row * height..<(row + 1) * height], &work)
            for column in 0..<width { sum += term(values[row * width + column], work[column]) }
        }
        if beta != 0, beta != 1, beta != 2 { sum /= beta * (beta - 1) }
        return (2 * max(sum, 0)).squareRoot()
    }

    private func term(_ value: Double, _ near: Double) -> Double {
        if beta == 2 { return (value - near) * (value - near) / 2 }
        let isThere = value > MultiplicativeUpdate.tiny
        let bounded = max(near, MultiplicativeUpdate.tiny)
        if beta == 1 { return (isThere ? value * log(value / bounded) - value : 0) + near }
        if beta == 0 { return (isThere ? value / bounded - log(value / bounded) : 0) - 1 }
        let own = isThere ? pow(value, beta) - beta * value * pow(bounded, beta - 1) : 0
        return own + (beta - 1) * pow(near, beta)
    }
}
