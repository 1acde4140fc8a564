/// How far rows lie from the middle of a reference, measured along its own spread.
package struct Mahalanobis: Equatable, Sendable {
    private let means: [Double]
    /// The lower triangle of the covariance's Cholesky factor, row by row.
    private let factor: [[Double]]

    /// Added to the diagonal, as a share of the mean variance: columns may depend on one another.
    private static let ridge = 1e-9

    /// Nil where there are not more rows than columns, or rows that are not finite.
    package init?(_ rows: [[Double]]) {
        guard let width = rows.first?.count, width > 0, rows.count > width,
            rows.allSatisfy({ $0.count == width && $0.allSatisfy(\.isFinite) })
        else { return nil }
        let count = Double(rows.count)
        let means = (0..<width).map { column in rows.reduce(0) { $0 + $1[column] } / count }
        self.means = means
        var covariance = Array(repeating: Array(repeating: 0.0, count: width), count: width)
        for row in rows {
            for i in 0..<width {
                for j in 0...i { covariance[i][j] += (row[i] - means[i]) * (row[j] - means[j]) / (count - 1) }
            }
        }
        let trace = (0..<width).reduce(0) { $0 + covariance[$1][$1] }
        for i in 0..<width { covariance[i][i] += Mahalanobis.ridge * trace / Double(width) }
        guard let factor = Mahalanobis.cholesky(covariance) else { return nil }
        self.factor = factor
    }

    /// The squared distance of a row; infinite where a cell is not finite.
    package func squaredDistance(_ row: [Double]) -> Double {
        guard row.count == means.count, row.allSatisfy(\.isFinite) else { return .infinity }
        var solved: [Double] = []
        for i in means.indices {
            let known = solved.indices.reduce(0) { $0 + factor[i][$1] * solved[$1] }
            solved.append((row[i] - means[i] - known) / factor[i][i])
        }
        return solved.reduce(0) { $0 + $1 * $1 }
    }

    private static func cholesky(_ matrix: [[Double]]) -> [[Double]]? {
        var factor = matrix
        for i in matrix.indices {
            for j in 0...i {
                let known = (0..<j).reduce(0) { $0 + factor[i][$1] * factor[j][$1] }
                if i == j {
                    guard matrix[i][i] - known > 0 else { return nil }
                    factor[i][i] = (matrix[i][i] - known).squareRoot()
                } else {
                    factor[i][j] = (matrix[i][j] - known) / factor[j][j]
                }
            }
        }
        return factor
    }
}
