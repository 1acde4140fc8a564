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
    /// Numbers of work space for each row that `findNearest` wants.
    var blockSize: Int { min(paddedCount, PointRanks.blockPointsMax) }

    /// Points, whole eights, that rows are compared with before the next ones are: they and the ranks stay near.
    private static let blockPointsMax = 256

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
        compare(rows, count, 0..<lanes.outputs, into: ranks, stride: paddedCount)
    }

    /// Finds the points nearest to each of some rows: a heap for each, `heap.size` numbers; `space` has room for
    /// `blockSize` numbers for each.
    func findNearest(
        _ rows: UnsafeBufferPointer<Double>,
        count: Int,
        _ heap: NearestHeap,
        into heaps: UnsafeMutableBufferPointer<Double>,
        _ space: UnsafeMutableBufferPointer<Double>
    ) {
        for row in 0..<count {
            let place = row * heap.size..<(row + 1) * heap.size
            var own = UnsafeMutableBufferPointer(rebasing: heaps[place]).mutableSpan
            heap.clear(&own)
        }
        for first in stride(from: 0, to: lanes.outputs, by: blockSize) {
            let points = first..<min(lanes.outputs, first + blockSize)
            compare(rows, count, points, into: space, stride: blockSize)
            for row in 0..<count {
                let ranks = space[row * blockSize..<row * blockSize + points.count]
                let place = row * heap.size..<(row + 1) * heap.size
                var own = UnsafeMutableBufferPointer(rebasing: heaps[place]).mutableSpan
                heap.push(UnsafeBufferPointer(rebasing: ranks), from: first, &own)
            }
        }
    }

    private func compare(
        _ rows: UnsafeBufferPointer<Double>,
        _ count: Int,
        _ points: Range<Int>,
        into ranks: UnsafeMutableBufferPointer<Double>,
        stride: Int
    ) {
        if case .measured(let measure) = form {
            return lanes.measure(measure, rows, count: count, points: points, stride: stride, into: ranks)
        }
        lanes.multiply(rows, count: count, columns: points, stride: stride, into: ranks)
        for row in 0..<count {
            var square = 0.0
            for index in row * lanes.inner..<(row + 1) * lanes.inner { square += rows[index] * rows[index] }
            let products = ranks[row * stride..<row * stride + points.count]
            finish(UnsafeMutableBufferPointer(rebasing: products), points, square)
        }
    }

    /// From the products of a row with points, and its own square, to ranks.
    private func finish(_ ranks: UnsafeMutableBufferPointer<Double>, _ points: Range<Int>, _ square: Double) {
        lengths.withUnsafeBufferPointer { all in
            let lengths = UnsafeBufferPointer(rebasing: all[points])
            if case .squared = form {
                for point in lengths.indices {
                    let rank = square - 2 * ranks[point] + lengths[point]
                    ranks[point] = rank > 0 ? rank : 0
                }
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
