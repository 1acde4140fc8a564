import Pickle
import Prediction
import Sklearn

/// Rows times a matrix: what scikit-learn's PCA, SVD, ICA, factor analysis, discriminant analysis, partial least squares
/// and random projections come to.
struct LinearProjection: Transformer {
    let rules: RowRules
    /// From a row's numbers to those that come out.
    let matrix: LaneMatrix
    /// What is taken away from each column before.
    var centre: [Double]?
    /// What is taken away from each number that comes out.
    var offset: [Double]?
    /// What each number that comes out is divided by.
    var divisor: [Double]?
    /// Whether sparse rows stay sparse.
    var keepsSparse = false

    var input: Input { rules.input }
    var outputColumns: Int { matrix.outputs }

    init(_ value: PickleValue, _ matrix: Matrix, sparse: Bool = false) throws(ModelDefect) {
        guard matrix.rows > 0, matrix.columns > 0 else { throw value.defect("projects to or from no columns") }
        rules = value.rowRules(columns: matrix.columns, sparse: sparse)
        self.matrix = LaneMatrix(matrix)
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        let wasSparse = batch.content == .sparse
        if let centre, !wasSparse { batch.mapEntries { $1 - centre[$0] } }
        try batch.multiply(with: matrix, by: rules.name)
        if let offset { batch.mapEntries { $1 - offset[$0] } }
        if let divisor { batch.mapEntries { $1 / divisor[$0] } }
        if wasSparse, keepsSparse { batch.makeSparse() }
    }
}
