import Pickle
import Prediction
import Sklearn

/// How far a row is from each centre: scikit-learn's k-means family and Birch, where they are a step before others.
struct CentreDistances: Transformer {
    let rules: RowRules
    let centres: LaneMatrix

    var input: Input { rules.input }
    var outputColumns: Int { centres.outputs }

    /// `attribute` is what the estimator calls its centres.
    static func build(_ value: PickleValue, _ attribute: String) throws(ModelDefect) -> EstimatorSteps {
        let centres = try value.member(attribute).matrix()
        guard centres.rows > 0, centres.columns > 0 else { throw value.defect("\(attribute) are none") }
        let rules = value.rowRules(columns: centres.columns, sparse: true)
        return EstimatorSteps(transformers: [CentreDistances(rules: rules, centres: LaneMatrix(centres))])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        try batch.makeDense(by: rules.name)
        let padded = centres.paddedOutputs
        try batch.mapTiles(to: centres.outputs, work: padded, by: rules.name) { rows, count, distances, squares in
            let squares = UnsafeMutableBufferPointer(rebasing: squares[..<(count * padded)])
            centres.measure(.squared, rows, count: count, into: squares)
            for row in 0..<count {
                for centre in 0..<centres.outputs {
                    distances[row * centres.outputs + centre] = squares[row * padded + centre].squareRoot()
                }
            }
        }
    }
}
