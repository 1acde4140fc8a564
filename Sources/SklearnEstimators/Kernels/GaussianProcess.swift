import Pickle
import Prediction
import Sklearn

/// The mean of scikit-learn's GaussianProcessRegressor.
struct GaussianProcess: RowScorer {
    private let points: ProcessPoints
    /// From likenesses to all points to the outputs.
    private let weights: LaneMatrix
    private let mean: [Double]
    private let scale: [Double]

    let columns: Int
    var outputs: Int { weights.outputs }
    var workspace: Int { points.paddedCount }
    /// The points' likenesses.
    var prepared: Range<Int>? { 0..<points.paddedCount }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let weights = try value.member("alpha_").tensor()
        return try builder.regressor(value, GaussianProcess(value, weights), isFlat: weights.shape.count == 1)
    }

    private init(_ value: PickleValue, _ stored: Tensor) throws(ModelDefect) {
        let points = try value.member("X_train_").matrix()
        let outputs = stored.shape.count == 2 ? stored.shape[1] : 1
        guard stored.values.count == points.rows * outputs, outputs > 0, points.rows > 0 else {
            throw value.defect("alpha_ is of shape \(stored.shape) for \(points.rows) rows")
        }
        columns = points.columns
        weights = LaneMatrix(Matrix(rows: points.rows, columns: outputs, values: stored.values).transposed())
        self.points = try ProcessPoints(ProcessKernel(value.member("kernel_"), columns: points.columns), points)
        mean = try GaussianProcess.each(value.member("_y_train_mean"), outputs)
        scale = try GaussianProcess.each(value.member("_y_train_std"), outputs)
    }

    /// A number for each output; old versions keep a single one for all where answers were not normalised.
    private static func each(_ value: PickleValue, _ outputs: Int) throws(ModelDefect) -> [Double] {
        let numbers = try value.tensor().values
        return try numbers.count == 1 ? [Double](repeating: numbers[0], count: outputs) : value.vector(outputs)
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
        for output in 0..<outputs { result[output] = result[output] * scale[output] + mean[output] }
    }
}
