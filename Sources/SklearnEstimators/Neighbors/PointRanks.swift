import Prediction

/// The ranks of the distances between rows and all points, worked out together: by products as scikit-learn does it, so
/// that what is nearly 0 is so by the same rounding, or number by number.
struct PointRanks: Sendable {
    private enum Form: Sendable {
        /// |x|² − 2 x · y + |y|², not below 0
        case squared
        /// 1 − x · y / |x||y|
        case cosine
        case measured(LaneMatrix.Measure)
    }

    private let lanes: LaneMatrix
    private let form: Form
    /// |y|² of each point, or |y| for the cosine; empty where not needed.
    private let lengths: [Double]

    /// Ranks that `compare` gives for a row: those of all points, then what fills eight up.
    var paddedCount: Int { lanes.paddedOutputs }

    /// Nil where the metric has no such form.
    init?(_ points: Matrix, _ metric: Metric) {
        switch metric {
        case .minkowski(p: 2, weights: nil), .squaredEuclidean: form = .squared
        case .minkowski(p: 1, weights: nil): form = .measured(.absolute)
        case .chebyshev: form = .measured(.largest)
        case .cosine: form = .cosine
        default: return nil
        }
        lanes = LaneMatrix(points)
        let squares = (0..<points.rows).map { row in points.values[points.range(row)].reduce(0) { $0 + $1 * $1 } }
        switch form {
        case .squared: lengths = squares
        case .cosine: lengths = squares.map { $0.squareRoot() }
        case .measured: lengths = []
        }
    }

    /// Works out the ranks of all points for each of some rows, `paddedCount` numbers a row.
    func compare(_ rows: UnsafeBufferPointer<Double>, count: Int, into ranks: UnsafeMutableBufferPointer<Double>) {
        if case .measured(let measure) = form { return lanes.measure(measure, rows, count: count, into: ranks) }
        lanes.multiply(rows, count: count, stride: paddedCount, into: ranks)
        for row in 0..<count {
            var square = 0.0
            for index in row * lanes.inner..<(row + 1) * lanes.inner { square += rows[index] * rows[index] }
            finish(UnsafeMutableBufferPointer(rebasing: ranks[row * paddedCount..<(row + 1) * paddedCount]), square)
        }
    }

    /// From the products of a row with all points, and its own square, to ranks.
    private func finish(_ ranks: UnsafeMutableBufferPointer<Double>, _ square: Double) {
        lengths.withUnsafeBufferPointer { lengths in
            if case .squared = form {
                for point in lengths.indices { ranks[point] = max(0, square - 2 * ranks[point] + lengths[point]) }
                return
            }
            let length = square.squareRoot()
            for point in lengths.indices {
                let both = length * lengths[point]
                ranks[point] = both > 0 ? min(2, max(0, 1 - ranks[point] / both)) : 1
            }
        }
    }
}
