import Pickle
import Prediction
import Sklearn

/// scikit-learn's KernelRidge: sums of kernels of the row and the rows of the fit.
struct KernelRidge: RowScorer {
    private let points: KernelPoints
    /// From likenesses to all points to the answers.
    private let weights: LaneMatrix

    let columns: Int
    var outputs: Int { weights.outputs }
    var workspace: Int { points.paddedCount }
    /// The points' likenesses.
    var prepared: Range<Int>? { 0..<points.paddedCount }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let stored = try value.member("dual_coef_").tensor()
        return try builder.regressor(value, KernelRidge(value, stored), isFlat: stored.shape.count == 1)
    }

    private init(_ value: PickleValue, _ weights: Tensor) throws(ModelDefect) {
        let points = try value.member("X_fit_").matrix()
        let outputs = weights.shape.count == 2 ? weights.shape[1] : 1
        guard weights.shape.first == points.rows, weights.values.count == points.rows * outputs, outputs > 0 else {
            throw value.defect("dual_coef_ is of shape \(weights.shape) for \(points.rows) rows")
        }
        let kernel = try PairwiseKernel(
            value.member("kernel"),
            columns: points.columns,
            gamma: value.optional("gamma")?.number(),
            offset: value.optional("coef0")?.number(),
            degree: value.optional("degree")?.number()
        )
        columns = points.columns
        self.points = KernelPoints(kernel, points)
        self.weights = LaneMatrix(Matrix(rows: points.rows, columns: outputs, values: weights.values).transposed())
    }

    func prepare(
        _ rows: UnsafeBufferPointer<Double>,
        count: Int,
        into likeness: UnsafeMutableBufferPointer<Double>,
        _ space: UnsafeMutableBufferPointer<Double>
    ) {
        points.compare(rows, count: count, into: likeness)
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        space.withUnsafeBufferPointer { likeness in
            result.withUnsafeMutableBufferPointer { weights.multiply(likeness, count: 1, into: $0) }
        }
    }
}
