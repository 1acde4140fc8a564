import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's AdaBoostClassifier and AdaBoostRegressor.
enum AdaBoost {
    static func buildClassifier(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        let isReal = try value.optional("algorithm")?.isText("SAMME.R") ?? false
        let (parts, weights) = try parts(value, builder, asking: isReal ? [.probabilities] : [.predict])
        guard labels.count > 1, let total = weights.total, parts.allSatisfy({ fits($0, labels, isReal) }) else {
            throw value.defect("has estimators of other classes than its own")
        }
        var coded = parts
        for index in coded.indices where !isReal {
            coded[index].codes = coded[index].classes?.places(in: labels)?.map(Double.init) ?? []
        }
        let scores = BoostedScores(
            classes: labels.count,
            weights: weights.values,
            total: total,
            // Before version 1.3 votes counted for a class, and not against the others.
            against: try value.isSavedSince(1, 3) ? -1 / Double(labels.count - 1) : 0,
            isReal: isReal
        )
        let link = Link.scaledSoftmax(factor: labels.count == 2 ? 0.5 : 1 / Double(labels.count - 1))
        let answers = PartAnswers(coded, columns: try value.columnCount())
        return try builder.classifier(value, scores, labels, probabilities: link, decision: .identity, of: answers)
    }

    private static func fits(_ part: Part, _ labels: Labels, _ isReal: Bool) -> Bool {
        isReal ? part.width == labels.count : part.classes?.places(in: labels) != nil
    }

    static func buildRegressor(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let (parts, weights) = try parts(value, builder, asking: [.predict])
        guard parts.allSatisfy({ $0.width == 1 && $0.classes == nil }) else {
            throw value.defect("has estimators that do not answer with a number")
        }
        let answers = PartAnswers(parts, columns: try value.columnCount())
        return try builder.regressor(value, WeightedMedian(weights: weights.values), isFlat: true, of: answers)
    }

    /// Weights of the estimators, and the sum of all that there are.
    private struct Weights {
        let values: [Double]
        let total: Double?
    }

    private static func parts(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        asking methods: [EstimatorMethod]
    ) throws(ModelDefect) -> ([Part], Weights) {
        var parts: [Part] = []
        for estimator in try value.member("estimators_").elements() {
            parts.append(try builder.part(estimator, asking: methods))
        }
        let weights = try value.member("estimator_weights_").tensor().values
        guard !parts.isEmpty, weights.count >= parts.count else {
            throw value.defect("has \(parts.count) estimators and \(weights.count) weights")
        }
        return (parts, Weights(values: Array(weights.prefix(parts.count)), total: weights.reduce(0, +)))
    }
}

/// Scores of boosting by stage-wise additive modelling (Zhu, Zou, Rosset, Hastie 2009).
///
/// Rows are indices of classes (SAMME) or, for each estimator, probabilities of all classes (SAMME.R).
struct BoostedScores: RowScorer {
    let classes: Int
    let weights: [Double]
    let total: Double
    /// What an estimator's weight counts for the classes that it is not for.
    let against: Double
    let isReal: Bool

    var columns: Int { isReal ? weights.count * classes : weights.count }
    /// With two classes the second's score less the first's.
    var outputs: Int { classes == 2 ? 1 : classes }
    var workspace: Int { classes }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for index in 0..<classes { space[index] = 0 }
        for estimator in 0..<weights.count {
            if isReal {
                addLogarithms(of: row, from: estimator * classes, to: &space)
            } else {
                let chosen = Int(row[estimator])
                for index in 0..<classes { space[index] += weights[estimator] * (index == chosen ? 1 : against) }
            }
        }
        for index in 0..<classes { space[index] /= total }
        if classes == 2 {
            result[0] = space[1] - space[0]
        } else {
            for index in 0..<classes { result[index] = space[index] }
        }
    }

    private func addLogarithms(of row: Span<Double>, from start: Int, to sums: inout MutableSpan<Double>) {
        var mean = 0.0
        for index in 0..<classes { mean += log(max(row[start + index], .ulpOfOne)) }
        mean /= Double(classes)
        for index in 0..<classes {
            sums[index] += Double(classes - 1) * (log(max(row[start + index], .ulpOfOne)) - mean)
        }
    }
}

/// The weighted median of a row: the smallest number that, with those below it, has half of the weight.
struct WeightedMedian: RowScorer {
    let weights: [Double]

    var columns: Int { weights.count }
    var outputs: Int { 1 }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        let order = (0..<columns).sorted { row[$0] < row[$1] }
        var total = 0.0
        for index in order { total += weights[index] }
        var sum = 0.0
        result[0] = row[order[0]]
        for index in order {
            sum += weights[index]
            if sum >= 0.5 * total {
                result[0] = row[index]
                return
            }
        }
    }
}
