import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's GaussianProcessClassifier of two classes, by Laplace's approximation (Rasmussen and Williams, algorithm 3.2).
struct ProcessClassifier: RowScorer {
    private let kernel: ProcessKernel
    private let points: Matrix
    /// What the latent function's mean is made of: the gradient of the likelihood at each point.
    private let weights: [Double]
    /// How to work out the latent function's variance; nil where only its mean is wanted.
    private let variance: Variance?

    /// The Cholesky factor of B (points × points), and the root of W of each point.
    private struct Variance: Sendable {
        let factor: Matrix
        let roots: [Double]
    }

    var columns: Int { points.columns }
    var outputs: Int { 1 }
    var workspace: Int { variance == nil ? 0 : points.rows }

    /// The classifier of two classes or several, which is one inside it.
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        try builder.build(value.member("base_estimator_"))
    }

    static func buildBinary(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        let method = try builder.method(of: value, having: [.predict, .probabilities])
        let scorer = try ProcessClassifier(value, wantsProbability: method == .probabilities)
        return try builder.classifier(value, scorer, labels, probabilities: .complement, decision: nil)
    }

    private init(_ value: PickleValue, wantsProbability: Bool) throws(ModelDefect) {
        points = try value.member("X_train_").matrix()
        guard points.rows > 0, points.columns > 0 else { throw value.defect("knows no points") }
        kernel = try ProcessKernel(value.member("kernel_"), columns: points.columns)
        let answers = try value.member("y_train_").vector(points.rows)
        let means = try value.member("pi_").vector(points.rows)
        weights = zip(answers, means).map { $0 - $1 }
        variance =
            try wantsProbability
            ? Variance(
                factor: value.member("L_").matrix(rows: points.rows, columns: points.rows),
                roots: value.member("W_sr_").vector(points.rows)
            ) : nil
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        var mean = 0.0
        for point in 0..<points.rows {
            let likeness = kernel.value(row, points.values[points.range(point)])
            mean += likeness * weights[point]
            if let variance { space[point] = variance.roots[point] * likeness }
        }
        guard let variance else {
            result[0] = mean
            return
        }
        let left = kernel.variance(row) - ProcessClassifier.explained(variance.factor, &space)
        result[0] = ProcessClassifier.probability(mean: mean, variance: left)
    }

    /// |v|² of the v with factor · v = `space`, the factor being lower triangular; `space` becomes v.
    private static func explained(_ factor: Matrix, _ space: inout MutableSpan<Double>) -> Double {
        let values = factor.values.span
        var square = 0.0
        for row in 0..<factor.rows {
            var sum = space[row]
            for column in 0..<row { sum -= values[row * factor.columns + column] * space[column] }
            space[row] = sum / values[row * factor.columns + row]
            square += space[row] * space[row]
        }
        return square
    }

    /// Slopes and weights of the error functions that together stand for the logistic one (Williams and Barber 1998, appendix
    /// A).
    private static let waves = [
        (0.41, -1854.8214151), (0.4, 3516.89893646), (0.37, 221.29346712), (0.44, 128.12323805), (0.39, -2010.49422654),
    ]

    /// The logistic function, averaged over a normal distribution.
    private static func probability(mean: Double, variance: Double) -> Double {
        let precision = 1 / (2 * variance)
        var (sum, weights) = (0.0, 0.0)
        for (slope, weight) in waves {
            let wave = erf(slope * mean * (precision / (precision + slope * slope)).squareRoot())
            let integral = (.pi / precision).squareRoot() * wave / (2 * (variance * 2 * .pi).squareRoot())
            sum += weight * integral
            weights += weight
        }
        return sum + 0.5 * weights
    }
}
