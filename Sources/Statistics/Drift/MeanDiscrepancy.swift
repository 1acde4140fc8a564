import Glibc

/// Gretton's two-sample test with a Gaussian kernel (A kernel two-sample test, 2012): whether rows of several numbers are
/// of one distribution, whatever differs.
package struct MeanDiscrepancy: Equatable, Sendable {
    /// The unbiased estimate of the squared discrepancy; it may be below zero.
    package let statistic: Double
    /// The share of permutations with as great a one, by chance with a seed.
    package let pValue: Double

    /// Rows of both samples together; the kernel of each pair is kept.
    package static let rowsMax = 2000

    /// Nil where a sample has fewer than two rows, the rows differ in length, or there are too many.
    ///
    /// - Parameter width: of the kernel; nil takes the median distance of the rows.
    package init?(
        _ first: [[Double]],
        _ second: [[Double]],
        width: Double? = nil,
        permutations: Int = 200,
        using chance: inout some RandomNumberGenerator
    ) {
        let rows = first + second
        guard first.count > 1, second.count > 1, rows.count <= MeanDiscrepancy.rowsMax,
            rows.allSatisfy({ $0.count == rows[0].count && $0.allSatisfy(\.isFinite) })
        else { return nil }
        let kernel = Kernel(rows, width: width)
        var order = Array(rows.indices)
        let statistic = kernel.discrepancy(order, first.count)
        var greater = 0
        for _ in 0..<max(0, permutations) {
            order.shuffle(using: &chance)
            if kernel.discrepancy(order, first.count) >= statistic { greater += 1 }
        }
        self.statistic = statistic
        pValue = Double(greater + 1) / Double(max(0, permutations) + 1)
    }

    /// How alike each two rows are.
    private struct Kernel {
        private let values: [Double]
        private let count: Int

        init(_ rows: [[Double]], width: Double?) {
            count = rows.count
            var squares = [Double](repeating: 0, count: rows.count * rows.count)
            var distances: [Double] = []
            for (i, row) in rows.enumerated() {
                for j in 0..<i {
                    let square = zip(row, rows[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                    squares[i * rows.count + j] = square
                    squares[j * rows.count + i] = square
                    distances.append(square)
                }
            }
            distances.sort()
            let median = (distances[(distances.count - 1) / 2] + distances[distances.count / 2]) / 2
            let square = width.map { $0 * $0 } ?? median
            values = squares.map { square > 0 ? exp(-$0 / (2 * square)) : $0 == 0 ? 1 : 0 }
        }

        /// Of the first rows in this order against the others.
        func discrepancy(_ order: [Int], _ split: Int) -> Double {
            var (within, between, beyond) = (0.0, 0.0, 0.0)
            for (i, row) in order.enumerated() {
                let start = row * count
                for j in 0..<i {
                    let value = values[start + order[j]]
                    if i < split { within += value } else if j < split { between += value } else { beyond += value }
                }
            }
            let (n, m) = (Double(split), Double(count - split))
            return 2 * within / (n * (n - 1)) + 2 * beyond / (m * (m - 1)) - 2 * between / (n * m)
        }
    }
}
