import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's NearestCentroid.
enum NearestCentroid {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        let centroids = try value.member("centroids_").matrix(rows: labels.count)
        let metric = try Metric(value.member("metric"), nil, columns: centroids.columns)
        // Since 1.6 classes have priors, and scores where the metric is Euclidean.
        let priors = try value.optional("class_prior_")?.vector(labels.count)
        let even = 1 / Double(labels.count)
        let isEven = priors?.allSatisfy { abs($0 - even) <= 1e-8 + 1e-5 * even } ?? true
        let isEuclidean = try value.member("metric").isText("euclidean")
        let has: [EstimatorMethod] = isEuclidean && priors != nil ? [.predict, .probabilities, .decision] : [.predict]
        guard let priors, try builder.method(of: value, having: has) != .predict || !isEven else {
            let distances = CentroidDistances(centroids: centroids, metric: metric)
            return try builder.classifier(value, distances, labels, by: .lowest, probabilities: nil, decision: nil)
        }
        return try builder.classifier(
            value,
            CentroidScores(value, centroids, metric, priors),
            labels,
            probabilities: isEuclidean ? .softmax : nil,
            decision: isEuclidean ? (labels.count == 2 ? .difference : .identity) : nil
        )
    }
}

/// Ranks of the distances to centroids.
struct CentroidDistances: RowScorer {
    let centroids: Matrix
    let metric: Metric

    var columns: Int { centroids.columns }
    var outputs: Int { centroids.rows }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for output in 0..<outputs {
            result[output] = metric.rank(row, centroids.values.span, at: output * columns)
        }
    }
}

/// Discriminant scores of centroids (Hastie, Tibshirani, Friedman, equation 18.2): 2 log prior − distance², columns
/// divided by their deviation within the classes.
struct CentroidScores: RowScorer {
    /// outputs × columns, divided already
    private let centroids: [Double]
    private let deviations: [Double]
    private let metric: Metric
    private let constants: [Double]

    var columns: Int { deviations.count }
    var outputs: Int { constants.count }
    var workspace: Int { columns }

    init(_ value: PickleValue, _ centroids: Matrix, _ metric: Metric, _ priors: [Double]) throws(ModelDefect) {
        let deviations = try value.member("within_class_std_dev_").vector(centroids.columns).map { $0 == 0 ? 1 : $0 }
        self.centroids = centroids.values.indices.map { centroids.values[$0] / deviations[$0 % centroids.columns] }
        self.deviations = deviations
        self.metric = metric
        constants = priors.map { 2 * log($0) }
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for column in 0..<columns { space[column] = row[column] / deviations[column] }
        for output in 0..<outputs {
            let distance = metric.distance(metric.rank(space.span, centroids.span, at: output * columns))
            result[output] = constants[output] - distance * distance
        }
    }
}
