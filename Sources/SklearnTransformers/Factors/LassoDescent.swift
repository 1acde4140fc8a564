import Prediction

/// Least squares with a weight of the weights' sum, by coordinate descent over how alike atoms are to each other and to a row
/// (Friedman, Hastie and Tibshirani 2010, Regularization paths for generalized linear models via coordinate descent).
struct LassoDescent {
    /// When the descent ends.
    enum Precision: Sendable {
        /// When nothing changes any more.
        case exact
        /// As scikit-learn ends it: when the duality gap is small in relation to the row, or after so many rounds.
        case until(tolerance: Double, rounds: Int)
    }

    let gram: Matrix
    let weight: Double
    let isPositive: Bool
    let precision: Precision

    /// Rounds of an exact descent, which ends long before where atoms are not nearly the same.
    private static let roundsMax = 100_000

    /// - Parameters:
    ///   - likeness: how alike the row is to each atom.
    ///   - square: the sum of the row's squares.
    func weights(_ likeness: [Double], square: Double) -> [Double] {
        let (tolerance, rounds): (Double, Int)
        switch precision {
        case .exact: (tolerance, rounds) = (0, LassoDescent.roundsMax)
        case .until(let bound, let count): (tolerance, rounds) = (bound, min(count, LassoDescent.roundsMax))
        }
        var weights = [Double](repeating: 0, count: gram.rows)
        var fitted = weights
        for round in 0..<rounds {
            let (change, largest) = descend(likeness, &weights, &fitted)
            if tolerance == 0 {
                if change <= .ulpOfOne * largest { break }
                continue
            }
            guard largest == 0 || change / largest <= tolerance || round == rounds - 1 else { continue }
            if gap(likeness, square, weights, fitted) <= tolerance * square { break }
        }
        return weights
    }

    /// One round over all atoms; the largest change and the largest weight.
    private func descend(
        _ likeness: [Double],
        _ weights: inout [Double],
        _ fitted: inout [Double]
    ) -> (change: Double, largest: Double) {
        var (change, largest) = (0.0, 0.0)
        for atom in 0..<gram.rows where gram[atom, atom] != 0 {
            let before = weights[atom]
            let left = likeness[atom] - fitted[atom] + before * gram[atom, atom]
            let size = max(abs(left) - weight, 0) / gram[atom, atom]
            weights[atom] = left < 0 ? (isPositive ? 0 : -size) : size
            let difference = weights[atom] - before
            if difference != 0 {
                for other in 0..<gram.rows { fitted[other] += difference * gram[atom, other] }
            }
            change = max(change, abs(difference))
            largest = max(largest, abs(weights[atom]))
        }
        return (change, largest)
    }

    /// How far the weights are from the best ones, at most.
    private func gap(_ likeness: [Double], _ square: Double, _ weights: [Double], _ fitted: [Double]) -> Double {
        var (dual, product, own, sum) = (0.0, 0.0, 0.0, 0.0)
        for atom in 0..<gram.rows {
            let left = likeness[atom] - fitted[atom]
            dual = max(dual, isPositive ? left : abs(left))
            product += weights[atom] * likeness[atom]
            own += weights[atom] * fitted[atom]
            sum += abs(weights[atom])
        }
        let rest = square + own - 2 * product
        let scale = dual > weight ? weight / dual : 1
        let base = dual > weight ? 0.5 * rest * (1 + scale * scale) : rest
        return base + weight * sum - scale * square + scale * product
    }
}
