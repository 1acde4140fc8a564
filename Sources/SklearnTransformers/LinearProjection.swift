import Pickle
import Prediction
import Sklearn

/// Rows times a matrix: what scikit-learn's PCA, SVD, ICA, factor analysis, discriminant analysis, partial least squares
/// and random projections come to.
struct LinearProjection: Transformer {
    let rules: RowRules
    /// One row of as many numbers as there are columns for each number that comes out.
    let matrix: Matrix
    /// What is taken away from each column before.
    var centre: [Double]?
    /// What is taken away from each number that comes out.
    var offset: [Double]?
    /// What each number that comes out is divided by.
    var divisor: [Double]?
    /// Whether sparse rows stay sparse.
    var keepsSparse = false

    var input: Input { rules.input }
    var outputColumns: Int { matrix.rows }

    init(_ value: PickleValue, _ matrix: Matrix, sparse: Bool = false) throws(ModelDefect) {
        guard matrix.rows > 0, matrix.columns > 0 else { throw value.defect("projects to or from no columns") }
        rules = value.rowRules(columns: matrix.columns, sparse: sparse)
        self.matrix = matrix
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        if batch.content == .sparse { return try transformSparse(&batch) }
        if let centre { batch.mapEntries { $1 - centre[$0] } }
        try batch.mapRows(to: matrix.rows, by: rules.name) { row, projected in
            matrix.multiply(row, into: projected)
            finish(projected)
        }
    }

    private func transformSparse(_ batch: inout Batch) throws(InputDefect) {
        try Batch.checkSize(batch.rows, matrix.rows, by: rules.name)
        batch.values.removeAll(keepingCapacity: true)
        batch.values.append(contentsOf: repeatElement(0, count: batch.rows * matrix.rows))
        for row in 0..<batch.rows {
            let start = row * matrix.rows
            for output in 0..<matrix.rows {
                var sum = 0.0
                for entry in batch.sparse.range(row) {
                    sum +=
                        batch.sparse.values[entry]
                        * matrix.values[output * matrix.columns + Int(batch.sparse.columns[entry])]
                }
                batch.values[start + output] = sum
            }
            batch.values.withUnsafeMutableBufferPointer { values in
                finish(UnsafeMutableBufferPointer(rebasing: values[start..<start + matrix.rows]))
            }
        }
        batch.content = .numbers
        batch.columns = matrix.rows
        if keepsSparse { batch.makeSparse() }
    }

    private func finish(_ projected: UnsafeMutableBufferPointer<Double>) {
        if let offset { for index in projected.indices { projected[index] -= offset[index] } }
        if let divisor { for index in projected.indices { projected[index] /= divisor[index] } }
    }
}
