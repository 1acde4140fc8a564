import Pickle
import Prediction
import Sklearn

/// The linear map under every linear model: rows × coefficients + intercepts.
struct LinearScores: Scorer {
    /// Numbers that it takes a row.
    let columns: Int
    /// Numbers that it gives a row.
    let outputs: Int
    /// Whether the coefficients were those of a single output, without an axis for outputs.
    let isFlat: Bool
    /// One row of `columns` numbers for each output.
    private let coefficients: [Double]
    private let intercepts: [Double]

    var input: Input { .numbers(columns: columns) }

    /// `coef_` of shape (outputs, columns) or (columns), and `intercept_`.
    init(_ value: PickleValue) throws(ModelDefect) {
        let coefficients = try value.member("coef_")
        let shape: [Int]
        if coefficients.isSparse {
            let matrix = try coefficients.matrix()
            (shape, self.coefficients) = ([matrix.rows, matrix.columns], matrix.values)
        } else {
            let tensor = try coefficients.tensor()
            (shape, self.coefficients) = (tensor.shape, tensor.values)
        }
        guard (1...2).contains(shape.count), !self.coefficients.isEmpty else {
            throw value.defect("coef_ is of shape \(shape), expected are rows and columns")
        }
        isFlat = shape.count == 1
        outputs = isFlat ? 1 : shape[0]
        columns = shape[shape.count - 1]
        intercepts = try value.optional("intercept_")?.vector(outputs) ?? [Double](repeating: 0, count: outputs)
    }

    init(_ coefficients: Matrix, intercepts: [Double], isFlat: Bool) {
        columns = coefficients.columns
        outputs = coefficients.rows
        self.isFlat = isFlat
        self.coefficients = coefficients.values
        self.intercepts = intercepts
    }

    /// Fills `scores`, row-major. The batch must have `columns` columns.
    func score(_ batch: inout Batch, into scores: inout [Double]) {
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
