import Pickle
import Prediction
import Sklearn

/// scikit-learn's SimpleImputer over numbers: what is missing becomes the column's statistic.
struct SimpleImputer: Transformer {
    private let rules: RowRules
    /// What counts as missing; NaN for what is not there.
    private let missing: Double
    /// For each column that is kept, which it is and what fills it.
    private let kept: [(column: Int, statistic: Double)]
    /// Columns that get one more column, which tells where they were missing.
    private let indicated: [Int]

    var input: Input { rules.input }
    var outputColumns: Int { kept.count + indicated.count }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let statistics = try value.member("statistics_").categoryValues()
        let missing = try value.optional("missing_values")?.categoryValue() ?? .missing
        let hasTexts = statistics.contains { if case .text = $0 { true } else { false } }
        guard hasTexts || missing.isText else {
            return EstimatorSteps(transformers: [try SimpleImputer(value, statistics, missing)])
        }
        return EstimatorSteps(transformers: [try CellImputer(value, statistics, missing)])
    }

    private init(
        _ value: PickleValue,
        _ statistics: [PickleValue.CategoryValue],
        _ missing: PickleValue.CategoryValue
    ) throws(ModelDefect) {
        if case .number(let number) = missing { self.missing = number } else { self.missing = .nan }
        let rules = RowRules(
            name: value.className?.name ?? "",
            columns: statistics.count,
            allowsNaN: self.missing.isNaN
        )
        let keepsEmpty = try SimpleImputer.keepsEmpty(value)
        self.rules = rules
        kept = statistics.enumerated().compactMap { column, statistic in
            if case .number(let number) = statistic { return (column, number) }
            return keepsEmpty ? (column, .nan) : nil
        }
        let wantsIndicator = try value.optional("add_indicator")?.flag() == true
        indicated =
            wantsIndicator
            ? try value.member("indicator_").member("features_").indices(in: 0..<statistics.count) : []
    }

    /// Whether a column stays of which nothing was known in training.
    static func keepsEmpty(_ value: PickleValue) throws(ModelDefect) -> Bool {
        if let keeps = try value.optional("keep_empty_features"), try keeps.flag() { return true }
        // A constant is never unknown; the newest versions drop even then, where that is NaN.
        guard try value.optional("keep_empty_features") == nil else { return false }
        return try value.member("strategy").isText("constant")
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        if kept.count == rules.columns, indicated.isEmpty {
            batch.mapEntries { column, number in isMissing(number) ? kept[column].statistic : number }
            return
        }
        try batch.mapRows(to: outputColumns, by: rules.name) { row, next in
            for (place, column) in kept.enumerated() {
                next[place] = isMissing(row[column.column]) ? column.statistic : row[column.column]
            }
            for (place, column) in indicated.enumerated() { next[kept.count + place] = isMissing(row[column]) ? 1 : 0 }
        }
    }

    private func isMissing(_ number: Double) -> Bool { missing.isNaN ? number.isNaN : number == missing }
}

extension PickleValue.CategoryValue {
    fileprivate var isText: Bool { if case .text = self { true } else { false } }
}
