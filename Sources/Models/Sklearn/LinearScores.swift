/// The linear map under every linear model: rows × coefficients + intercepts.
struct LinearScores: Sendable {
    /// Numbers that it takes a row.
    let columns: Int
    /// Numbers that it gives a row.
    let outputs: Int
    /// One row of `columns` numbers for each output.
    private let coefficients: [Double]
    private let intercepts: [Double]

    init(_ value: PickleValue) throws(ModelDefect) {
        let coefficients = try value.member("coef_").tensor()
        guard coefficients.shape.count == 2, coefficients.shape[0] > 0 else {
            throw value.defect("coef_ is of shape \(coefficients.shape), expected are rows and columns")
        }
        outputs = coefficients.shape[0]
        columns = coefficients.shape[1]
        self.coefficients = coefficients.values
        intercepts = try value.member("intercept_").vector(outputs)
    }

    /// Fills `scores`, row-major. The batch must have `columns` columns.
    func score(_ batch: borrowing Batch, into scores: inout [Double]) {
        scores.removeAll(keepingCapacity: true)
        for row in 0..<batch.rows {
            for output in 0..<outputs {
                let sum = batch.content == .sparse ? sparse(batch, row, output) : dense(batch, row, output)
                scores.append(sum + intercepts[output])
            }
        }
    }

    private func dense(_ batch: borrowing Batch, _ row: Int, _ output: Int) -> Double {
        batch.values.withUnsafeBufferPointer { values in
            coefficients.withUnsafeBufferPointer { coefficients in
                var sum = 0.0
                let (first, factor) = (row * columns, output * columns)
                for column in 0..<columns { sum += values[first + column] * coefficients[factor + column] }
                return sum
            }
        }
    }

    private func sparse(_ batch: borrowing Batch, _ row: Int, _ output: Int) -> Double {
        var sum = 0.0
        for entry in batch.sparse.range(row) {
            sum += batch.sparse.values[entry] * coefficients[output * columns + Int(batch.sparse.columns[entry])]
        }
        return sum
    }
}
