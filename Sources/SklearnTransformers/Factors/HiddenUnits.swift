import Pickle
import Prediction
import Sklearn

/// scikit-learn's BernoulliRBM: the probabilities that its hidden units are on.
struct HiddenUnits: RowScorer {
    /// units × columns
    private let components: Matrix
    private let intercepts: [Double]

    var columns: Int { components.columns }
    var outputs: Int { components.rows }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let units = try HiddenUnits(value)
        let rules = value.rowRules(columns: units.columns, sparse: true)
        return EstimatorSteps(transformers: [ScoredRows(rules, units)])
    }

    private init(_ value: PickleValue) throws(ModelDefect) {
        components = try value.member("components_").matrix()
        guard components.rows > 0, components.columns > 0 else { throw value.defect("components_ are none") }
        intercepts = try value.member("intercept_hidden_").vector(components.rows)
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for unit in 0..<outputs {
            var sum = intercepts[unit]
            for column in 0..<columns { sum += row[column] * components.values[unit * columns + column] }
            result[unit] = Link.logistic(sum)
        }
    }
}
