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
    private let coefficients: Coefficients
    private let intercepts: [Double]

    /// How the coefficients are kept.
    private enum Coefficients: Sendable {
        case lanes(LaneMatrix)
        /// One row of `columns` numbers for each output, where there are so few outputs for so many columns that lanes
        /// would be mostly zeros.
        case rows([Double])

        private static let lanesFrom = 3
        private static let paddedColumnsMax = 4096

        init(_ matrix: Matrix) {
            let isPadded = matrix.rows < Coefficients.lanesFrom && matrix.columns > Coefficients.paddedColumnsMax
            self = isPadded ? .rows(matrix.values) : .lanes(LaneMatrix(matrix))
        }
    }

    var input: Input { .numbers(columns: columns) }

    /// `coef_` of shape (outputs, columns) or (columns), and `intercept_`.
    init(_ value: PickleValue) throws(ModelDefect) {
        let stored = try value.member("coef_")
        let (shape, numbers): ([Int], [Double])
        if stored.isSparse {
            let matrix = try stored.matrix()
            (shape, numbers) = ([matrix.rows, matrix.columns], matrix.values)
        } else {
            let tensor = try stored.tensor()
            (shape, numbers) = (tensor.shape, tensor.values)
        }
        guard (1...2).contains(shape.count), !numbers.isEmpty else {
            throw value.defect("coef_ is of shape \(shape), expected are rows and columns")
        }
        let outputs = shape.count == 1 ? 1 : shape[0]
        let intercepts = try value.optional("intercept_")?.vector(outputs) ?? [Double](repeating: 0, count: outputs)
        let matrix = Matrix(rows: outputs, columns: shape[shape.count - 1], values: numbers)
        self.init(matrix, intercepts: intercepts, isFlat: shape.count == 1)
    }

    init(_ coefficients: Matrix, intercepts: [Double], isFlat: Bool) {
        columns = coefficients.columns
        outputs = coefficients.rows
        self.isFlat = isFlat
        self.coefficients = Coefficients(coefficients)
        self.intercepts = intercepts
    }

    /// Fills `scores`, row-major. The batch must have `columns` columns.
    func score(_ batch: inout Batch, into scores: inout [Double]) {
        scores.fit(batch.rows * outputs)
        scores.withUnsafeMutableBufferPointer { scores in
            switch (coefficients, batch.content) {
            case (.lanes(let matrix), .sparse):
                for row in 0..<batch.rows {
                    let result = UnsafeMutableBufferPointer(rebasing: scores[row * outputs..<(row + 1) * outputs])
                    matrix.multiply(sparse: batch.sparse.range(row), of: batch.sparse, plus: intercepts, into: result)
                }
            case (.lanes(let matrix), _):
                batch.values.withUnsafeBufferPointer { values in
                    matrix.multiply(values, count: batch.rows, plus: intercepts, into: scores)
                }
            case (.rows(let factors), _):
                for row in 0..<batch.rows {
                    for output in 0..<outputs {
                        let factors = factors.span.extracting(output * columns..<(output + 1) * columns)
                        let sum = batch.content == .sparse ? sparse(batch, row, factors) : dense(batch, row, factors)
                        scores[row * outputs + output] = sum + intercepts[output]
                    }
                }
            }
        }
    }

    private func dense(_ batch: borrowing Batch, _ row: Int, _ factors: Span<Double>) -> Double {
        var sum = 0.0
        for column in 0..<columns { sum += batch.values[row * columns + column] * factors[column] }
        return sum
    }

    private func sparse(_ batch: borrowing Batch, _ row: Int, _ factors: Span<Double>) -> Double {
        var sum = 0.0
        for entry in batch.sparse.range(row) {
            sum += batch.sparse.values[entry] * factors[Int(batch.sparse.columns[entry])]
        }
        return sum
    }
}
