/// scikit-learn's StandardScaler: takes away each column's mean, divides by its scale.
struct StandardScaler: Transformer {
    let outputColumns: Int
    let mean: [Double]?
    let scale: [Double]?

    var input: Input { .numbers(columns: outputColumns) }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let columns = try value.member("n_features_in_").size()
        let mean = try value.member("with_mean").flag() ? value.member("mean_").vector(columns) : nil
        let scale = try value.member("with_std").flag() ? value.member("scale_").vector(columns) : nil
        let scaler = StandardScaler(outputColumns: columns, mean: mean, scale: scale)
        return EstimatorSteps(transformers: [scaler])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try input.check(batch, by: "StandardScaler")
        if batch.content == .sparse { return try transformSparse(&batch) }
        let count = batch.rows * outputColumns
        batch.values.withUnsafeMutableBufferPointer { values in
            if let mean { StandardScaler.apply(mean, to: values, count, -) }
            if let scale { StandardScaler.apply(scale, to: values, count, /) }
        }
    }

    @inline(__always)
    private static func apply(
        _ operands: [Double],
        to values: UnsafeMutableBufferPointer<Double>,
        _ count: Int,
        _ operation: (Double, Double) -> Double
    ) {
        operands.withUnsafeBufferPointer { operands in
            var at = 0
            while at < count {
                for column in operands.indices {
                    values[at + column] = operation(values[at + column], operands[column])
                }
                at += operands.count
            }
        }
    }

    private func transformSparse(_ batch: inout Batch) throws(InputDefect) {
        guard mean == nil else { throw InputDefect("StandardScaler cannot center sparse rows") }
        guard let scale else { return }
        for entry in batch.sparse.values.indices {
            batch.sparse.values[entry] /= scale[Int(batch.sparse.columns[entry])]
        }
    }
}
