import Pickle
import Prediction
import Sklearn

/// scikit-learn's TargetEncoder: the mean target of each category instead of it, one for each class where there are more
/// than two.
struct TargetEncoder: CategoryEncoder {
    let rows: CategoryRows
    /// What each category becomes: for each column, and in it for each class.
    private let encodings: [[Double]]
    /// What a category that is not known becomes, for each class.
    private let means: [Double]

    var input: Input { rows.input }
    var outputColumns: Int { encodings.count }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        EstimatorSteps(transformers: [try TargetEncoder(value)])
    }

    private init(_ value: PickleValue) throws(ModelDefect) {
        rows = try CategoryRows(value)
        means = try value.member("target_mean_").tensor().values
        let listed = try value.member("encodings_")
        var encodings: [[Double]] = []
        for encoding in try listed.elements() { encodings.append(try encoding.tensor().values) }
        guard !means.isEmpty, encodings.count == rows.tables.count * means.count else {
            throw listed.defect("holds \(encodings.count) for \(rows.tables.count) columns and \(means.count) means")
        }
        for (index, encoding) in encodings.enumerated() {
            guard encoding.count == rows.tables[index / means.count].count else {
                throw listed.defect("holds \(encoding.count) numbers for other categories")
            }
        }
        self.encodings = encodings
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rows.check(batch)
        try Batch.checkSize(batch.rows, encodings.count, by: rows.name)
        batch.nextValues.removeAll(keepingCapacity: true)
        for row in 0..<batch.rows {
            for column in rows.tables.indices {
                let place = rows.place(batch, row, column)
                for (index, mean) in means.enumerated() {
                    batch.nextValues.append(place.map { encodings[column * means.count + index][$0] } ?? mean)
                }
            }
        }
        swap(&batch.values, &batch.nextValues)
        batch.content = .numbers
        batch.columns = encodings.count
    }
}
