import Pickle
import Prediction
import Sklearn

/// scikit-learn's KernelRidge: sums of kernels of the row and the rows of the fit.
struct KernelRidge: RowScorer {
    private let kernel: PairwiseKernel
    private let points: Matrix
    /// points × outputs
    private let weights: Matrix

    var columns: Int { points.columns }
    var outputs: Int { weights.columns }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let stored = try value.member("dual_coef_").tensor()
        return try builder.regressor(value, KernelRidge(value, stored), isFlat: stored.shape.count == 1)
    }

    private init(_ value: PickleValue, _ weights: Tensor) throws(ModelDefect) {
        points = try value.member("X_fit_").matrix()
        let columns = weights.shape.count == 2 ? weights.shape[1] : 1
        guard weights.shape.first == points.rows, weights.values.count == points.rows * columns, columns > 0 else {
            throw value.defect("dual_coef_ is of shape \(weights.shape) for \(points.rows) rows")
        }
        self.weights = Matrix(rows: points.rows, columns: columns, values: weights.values)
        kernel = try PairwiseKernel(
            value.member("kernel"),
            columns: points.columns,
            gamma: value.optional("gamma")?.number(),
            offset: value.optional("coef0")?.number(),
            degree: value.optional("degree")?.number()
        )
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for output in 0..<outputs { result[output] = 0 }
        row.withUnsafeBufferPointer { row in
            points.values.withUnsafeBufferPointer { points in
                for point in 0..<weights.rows {
                    let other = UnsafeBufferPointer(rebasing: points[self.points.range(point)])
                    let likeness = kernel.value(row, other)
                    for output in 0..<outputs { result[output] += likeness * weights.values[point * outputs + output] }
                }
            }
        }
    }
}
