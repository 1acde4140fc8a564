import Pickle
import Prediction
import Sklearn

/// scikit-learn's LabelPropagation and LabelSpreading: a row's classes are those of the points of the fit, each by how alike
/// it is to the row.
struct LabelSpreading: RowScorer {
    /// How much a point counts.
    private enum Likeness: Sendable {
        case radial(PairwiseKernel)
        /// The nearest points count alike, all others nothing.
        case nearest(Neighborhood, count: Int)
    }

    private let likeness: Likeness
    private let points: Matrix
    /// points × classes
    private let shares: Matrix

    var columns: Int { points.columns }
    var outputs: Int { shares.columns }
    var workspace: Int {
        if case .nearest(let hood, let count) = likeness { return hood.workspace(.nearest(count)) }
        return 0
    }

    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        let scorer = try LabelSpreading(value, classes: labels.count)
        return try builder.classifier(value, scorer, labels, probabilities: .identity, decision: nil)
    }

    private init(_ value: PickleValue, classes: Int) throws(ModelDefect) {
        points = try value.member("X_").matrix()
        shares = try value.member("label_distributions_").matrix(rows: points.rows, columns: classes)
        guard points.rows > 0, points.columns > 0 else { throw value.defect("knows no points") }
        let kernel = try value.member("kernel")
        if kernel.isText("knn") {
            let hood = try Neighborhood(value.member("nn_fit"))
            guard hood.points.rows == points.rows, hood.columns == points.columns else {
                throw value.defect("nn_fit knows other points")
            }
            likeness = .nearest(hood, count: try Neighbors.count(value.member("n_neighbors"), hood))
        } else {
            guard kernel.isText("rbf") else {
                throw kernel.refusal(.labelKernel, "is neither rbf nor knn, nothing else is native")
            }
            likeness = .radial(.radial(gamma: try value.member("gamma").number()))
        }
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for output in 0..<outputs { result[output] = 0 }
        switch likeness {
        case .nearest(let hood, let count):
            let (found, stride) = hood.neighbors(row, .nearest(count), nil, &space)
            for index in 0..<found { add(1, Int(space[stride + index]), to: &result) }
        case .radial(let kernel):
            for point in 0..<points.rows { add(likeness(row, point, kernel), point, to: &result) }
        }
        var sum = 0.0
        for output in 0..<outputs { sum += result[output] }
        // Where no point is alike this is no number, as scikit-learn has it.
        for output in 0..<outputs { result[output] /= sum }
    }

    private func likeness(_ row: Span<Double>, _ point: Int, _ kernel: PairwiseKernel) -> Double {
        row.withUnsafeBufferPointer { row in
            points.values.withUnsafeBufferPointer { values in
                kernel.value(row, UnsafeBufferPointer(rebasing: values[points.range(point)]))
            }
        }
    }

    private func add(_ weight: Double, _ point: Int, to result: inout MutableSpan<Double>) {
        for output in 0..<outputs { result[output] += weight * shares.values[point * outputs + output] }
    }
}
