import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's TfidfTransformer: weighs counts by how rare their terms are, then makes rows of length one.
struct TfidfTransformer: Transformer {
    /// How long a row is.
    enum Norm: Sendable { case none, sum, euclidean }

    let outputColumns: Int
    /// Weight of each column.
    let weights: [Double]?
    /// Whether counts grow only by their logarithm.
    let isSublinear: Bool
    let norm: Norm

    var input: Input { .numbers(columns: outputColumns) }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        if let columns = try value.optional("n_features_in_") { return try build(value, columns: columns.size()) }
        return try build(value, columns: storedWeights(value).tensor().values.count)
    }

    static func build(_ value: PickleValue, columns: Int) throws(ModelDefect) -> EstimatorSteps {
        let usesWeights = try value.member("use_idf").flag()
        let transformer = TfidfTransformer(
            outputColumns: columns,
            weights: usesWeights ? try storedWeights(value).vector(columns) : nil,
            isSublinear: try value.member("sublinear_tf").flag(),
            norm: try norm(value.optional("norm"))
        )
        return EstimatorSteps(transformers: [transformer])
    }

    private static func norm(_ value: PickleValue?) throws(ModelDefect) -> Norm {
        guard let value else { return .none }
        if value.isText("l2") { return .euclidean }
        if value.isText("l1") { return .sum }
        throw value.defect("norm is neither l1, l2 nor None")
    }

    /// `idf_`; before version 1.5 the diagonal of a sparse matrix.
    private static func storedWeights(_ value: PickleValue) throws(ModelDefect) -> PickleValue {
        if let weights = try value.optional("idf_") { return weights }
        return try value.member("_idf_diag").member("data")
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try input.check(batch, by: "TfidfTransformer")
        batch.makeSparse()
        for entry in batch.sparse.values.indices {
            if isSublinear { batch.sparse.values[entry] = log(batch.sparse.values[entry]) + 1 }
            if let weights { batch.sparse.values[entry] *= weights[Int(batch.sparse.columns[entry])] }
        }
        for row in 0..<batch.rows { normalise(batch.sparse.range(row), &batch.sparse.values) }
    }

    private func normalise(_ range: Range<Int>, _ values: inout [Double]) {
        var length = 0.0
        switch norm {
        case .none: return
        case .sum: for entry in range { length += abs(values[entry]) }
        case .euclidean:
            for entry in range { length += values[entry] * values[entry] }
            length = length.squareRoot()
        }
        guard length > 0 else { return }
        for entry in range { values[entry] /= length }
    }
}
