import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's LinearDiscriminantAnalysis and QuadraticDiscriminantAnalysis.
enum Discriminant {
    static func buildLinear(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        return try builder.classifier(
            value,
            LinearScores(value),
            labels,
            probabilities: labels.count == 2 ? .logistic : .softmax,
            decision: .identity
        )
    }

    static func buildQuadratic(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        return try builder.classifier(
            value,
            QuadraticScores(value, classes: labels.count),
            labels,
            probabilities: .softmax,
            decision: labels.count == 2 ? .difference : .identity
        )
    }
}

/// Scores of quadratic discriminant analysis (Hastie, Tibshirani, Friedman, section 4.3).
///
/// score = −½ (|(x − mean) × R × S^−½|² + Σ log S) + log prior, with rotations R and scalings S of each class.
struct QuadraticScores: RowScorer {
    private struct Shape: Sendable {
        /// From a centred row to its place along the axes: rotations by scalings^−½.
        let axes: LaneMatrix
        let mean: [Double]
        let constant: Double
    }

    let columns: Int
    private let shapes: [Shape]

    var outputs: Int { shapes.count }
    /// The centred row, then its place along the axes.
    let workspace: Int

    init(_ value: PickleValue, classes: Int) throws(ModelDefect) {
        let means = try value.member("means_").matrix(rows: classes)
        let priors = try value.member("priors_").vector(classes)
        let rotations = try value.member("rotations_").elements()
        let scalings = try value.member("scalings_").elements()
        guard rotations.count == classes, scalings.count == classes else {
            throw value.defect("has \(rotations.count) rotations and \(scalings.count) scalings for \(classes) classes")
        }
        var shapes: [Shape] = []
        for index in 0..<classes {
            let scaling = try scalings[index].tensor().values
            let rotation = try rotations[index].matrix(rows: means.columns, columns: scaling.count)
            let axes = rotation.values.indices.map { rotation.values[$0] * pow(scaling[$0 % scaling.count], -0.5) }
            shapes.append(
                Shape(
                    axes: LaneMatrix(Matrix(rows: rotation.rows, columns: rotation.columns, values: axes).transposed()),
                    mean: Array(means.values[means.range(index)]),
                    constant: log(priors[index]) - 0.5 * scaling.reduce(0) { $0 + log($1) }
                )
            )
        }
        self.shapes = shapes
        columns = means.columns
        workspace = means.columns + shapes.reduce(0) { max($0, $1.axes.outputs) }
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        space.withUnsafeMutableBufferPointer { space in
            let centred = UnsafeMutableBufferPointer(rebasing: space[..<columns])
            let places = UnsafeMutableBufferPointer(rebasing: space[columns...])
            for (output, shape) in shapes.enumerated() {
                for column in 0..<columns { centred[column] = row[column] - shape.mean[column] }
                shape.axes.multiply(UnsafeBufferPointer(centred), count: 1, into: places)
                var distance = 0.0
                for axis in 0..<shape.axes.outputs { distance += places[axis] * places[axis] }
                result[output] = -0.5 * distance + shape.constant
            }
        }
    }
}
