import Pickle
import Prediction
import Sklearn

/// scikit-learn's OrdinalEncoder: each category's number instead of it.
struct OrdinalEncoder: CategoryEncoder {
    let rows: CategoryRows
    /// For each column the number of each category.
    private let codes: [[Double]]
    /// What stands for a category that is not known; nil where that is refused.
    private let unknown: Double?

    var input: Input { rows.input }
    var outputColumns: Int { codes.count }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        EstimatorSteps(transformers: [try OrdinalEncoder(value)])
    }

    private init(_ value: PickleValue) throws(ModelDefect) {
        rows = try CategoryRows(value)
        let isLenient = try value.member("handle_unknown").isText("use_encoded_value")
        unknown = isLenient ? try value.member("unknown_value").number() : nil
        let missing = try value.optional("encoded_missing_value")?.number() ?? .nan
        var codes: [[Double]] = []
        for (table, group) in zip(rows.tables, try CategoryGroups.all(value, rows.tables)) {
            var numbers = group.places.map { Double($0) }
            // None is a category like others, NaN is what is missing.
            if let place = table.missing, !table.hasNone { numbers[place] = missing }
            codes.append(numbers)
        }
        self.codes = codes
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rows.check(batch)
        batch.nextValues.removeAll(keepingCapacity: true)
        for row in 0..<batch.rows {
            for (column, numbers) in codes.enumerated() {
                if let place = rows.place(batch, row, column) {
                    batch.nextValues.append(numbers[place])
                } else if let unknown {
                    batch.nextValues.append(unknown)
                } else {
                    throw rows.unknown(batch, column)
                }
            }
        }
        swap(&batch.values, &batch.nextValues)
        batch.content = .numbers
        batch.columns = codes.count
    }
}
