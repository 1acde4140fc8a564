import Glibc

/// Probabilities of the classes from the decisions between their pairs, as libsvm works them out: each decision through a
/// logistic curve (Platt), then those of all pairs coupled (Wu, Lin, Weng 2004, second method).
struct PairCoupling: Sendable {
    let classes: Int
    /// Slope of each pair's curve.
    let slopes: [Double]
    /// Offset of each pair's curve.
    let offsets: [Double]

    /// Nearest to 0 and 1 that the probability of a pair may come.
    private static let probabilityMin = 1e-7
    private static let toleranceOfAll = 0.005
    private static let roundsMin = 100

    /// Adds a row's probabilities to `answer`, from its decisions in the order (0, 1), (0, 2) … (1, 2) …
    func couple(_ decisions: UnsafeBufferPointer<Double>, work: inout [Double], into answer: inout [Double]) {
        let first = answer.count
        answer.append(contentsOf: repeatElement(1 / Double(classes), count: classes))
        let needed = classes * (classes + 1)
        if work.count < needed { work = [Double](repeating: 0, count: needed) }
        answer.withUnsafeMutableBufferPointer { answer in
            work.withUnsafeMutableBufferPointer { work in
                let matrix = UnsafeMutableBufferPointer(rebasing: work[..<(classes * classes)])
                let products = UnsafeMutableBufferPointer(rebasing: work[(classes * classes)..<needed])
                fill(matrix, decisions)
                solve(matrix, products, UnsafeMutableBufferPointer(rebasing: answer[first...]))
            }
        }
    }

    /// The pairs' probabilities r as the matrix Q of the problem min pᵀQp: Qₜₜ = Σ rⱼₜ², Qₜⱼ = −rⱼₜ rₜⱼ.
    private func fill(_ matrix: UnsafeMutableBufferPointer<Double>, _ decisions: UnsafeBufferPointer<Double>) {
        for diagonal in 0..<classes { matrix[diagonal * classes + diagonal] = 0 }
        var pair = 0
        for first in 0..<classes {
            for second in first + 1..<classes {
                let raw = PairCoupling.logistic(decisions[pair] * slopes[pair] + offsets[pair])
                let chance = min(max(raw, PairCoupling.probabilityMin), 1 - PairCoupling.probabilityMin)
                let counter = 1 - chance
                matrix[first * classes + first] += counter * counter
                matrix[second * classes + second] += chance * chance
                matrix[first * classes + second] = -counter * chance
                matrix[second * classes + first] = -counter * chance
                pair += 1
            }
        }
    }

    /// 1 / (1 + exp(x)), without loss where that is near 0.
    private static func logistic(_ x: Double) -> Double {
        if x < 0 { return 1 / (1 + exp(x)) }
        let power = exp(-x)
        return power / (1 + power)
    }

    /// Improves the probabilities one by one until no class is off by more than the tolerance.
    private func solve(
        _ matrix: UnsafeMutableBufferPointer<Double>,
        _ products: UnsafeMutableBufferPointer<Double>,
        _ chances: UnsafeMutableBufferPointer<Double>
    ) {
        let tolerance = PairCoupling.toleranceOfAll / Double(classes)
        for _ in 0..<max(PairCoupling.roundsMin, classes) {
            var total = multiply(matrix, chances, into: products)
            guard products.contains(where: { abs($0 - total) >= tolerance }) else { return }
            for class_ in 0..<classes {
                let row = class_ * classes
                let diagonal = matrix[row + class_]
                let step = (total - products[class_]) / diagonal
                chances[class_] += step
                total = (total + step * (step * diagonal + 2 * products[class_])) / (1 + step) / (1 + step)
                for other in 0..<classes {
                    products[other] = (products[other] + step * matrix[row + other]) / (1 + step)
                    chances[other] /= 1 + step
                }
            }
        }
    }

    /// Qp into `products`; the answer is pᵀQp.
    private func multiply(
        _ matrix: UnsafeMutableBufferPointer<Double>,
        _ chances: UnsafeMutableBufferPointer<Double>,
        into products: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        var total = 0.0
        for row in 0..<classes {
            var sum = 0.0
            for column in 0..<classes { sum += matrix[row * classes + column] * chances[column] }
            products[row] = sum
            total += chances[row] * sum
        }
        return total
    }
}
