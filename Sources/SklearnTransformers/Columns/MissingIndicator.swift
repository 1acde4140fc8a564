import Pickle
import Prediction
import Sklearn

/// scikit-learn's MissingIndicator: whether numbers are missing.
struct MissingIndicator: Transformer {
    let rules: RowRules
    /// What counts as missing; NaN for what is not there.
    let missing: Double
    /// The columns that are told of.
    let told: [Int]
    /// Whether it is refused that others are missing.
    let refusesOthers: Bool

    var input: Input { rules.input }
    var outputColumns: Int { told.count }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        EstimatorSteps(transformers: [try MissingIndicator(value)])
    }

    init(_ value: PickleValue) throws(ModelDefect) {
        missing = try value.optional("missing_values")?.number() ?? .nan
        rules = try value.rowRules(nan: missing.isNaN)
        let told = try value.member("features_").indices(in: 0..<rules.columns)
        guard !told.isEmpty else { throw value.defect("tells of no columns") }
        self.told = told
        let isPartial = try value.member("features").isText("missing-only")
        let isStrict = try value.member("error_on_new").flag()
        refusesOthers = isPartial && isStrict
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        if refusesOthers { try checkOthers(batch) }
        try batch.mapRows(to: told.count, by: rules.name) { row, next in
            for (place, column) in told.enumerated() { next[place] = isMissing(row[column]) ? 1 : 0 }
        }
    }

    private func isMissing(_ number: Double) -> Bool { missing.isNaN ? number.isNaN : number == missing }

    private func checkOthers(_ batch: borrowing Batch) throws(InputDefect) {
        var others: [Int] = []
        for column in 0..<rules.columns where !told.contains(column) {
            let isNew = (0..<batch.rows).contains { isMissing(batch.values[$0 * rules.columns + column]) }
            if isNew { others.append(column) }
        }
        guard others.isEmpty else {
            throw InputDefect(
                "The features [\(others.map(String.init).joined(separator: " "))] have missing values in transform but have "
                    + "no missing values in fit."
            )
        }
    }
}
