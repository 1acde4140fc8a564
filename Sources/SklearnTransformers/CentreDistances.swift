import Pickle
import Prediction
import Sklearn

/// How far a row is from each centre: scikit-learn's k-means family and Birch, where they are a step before others.
struct CentreDistances: Transformer {
    let rules: RowRules
    let centres: Matrix

    var input: Input { rules.input }
    var outputColumns: Int { centres.rows }

    /// `attribute` is what the estimator calls its centres.
    static func build(_ value: PickleValue, _ attribute: String) throws(ModelDefect) -> EstimatorSteps {
        let centres = try value.member(attribute).matrix()
        guard centres.rows > 0, centres.columns > 0 else { throw value.defect("\(attribute) are none") }
        let rules = value.rowRules(columns: centres.columns, sparse: true)
        return EstimatorSteps(transformers: [CentreDistances(rules: rules, centres: centres)])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        try batch.makeDense(by: rules.name)
        try batch.mapRows(to: centres.rows, by: rules.name) { row, distances in
            centres.values.withUnsafeBufferPointer { values in
                for centre in 0..<centres.rows {
                    var sum = 0.0
                    for column in row.indices {
                        let difference = row[column] - values[centre * centres.columns + column]
                        sum += difference * difference
                    }
                    distances[centre] = sum.squareRoot()
                }
            }
        }
    }
}
