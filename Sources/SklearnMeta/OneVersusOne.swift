import Pickle
import Prediction
import Sklearn

/// scikit-learn's OneVsOneClassifier: an estimator for each pair of classes.
enum OneVersusOne {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        guard try value.optional("pairwise_indices_") == nil else {
            throw value.refusal(.pairKernel)
        }
        var parts: [Part] = []
        for estimator in try value.member("estimators_").elements() {
            parts.append(try OneVersusRest.part(estimator, builder))
        }
        guard let first = parts.first, parts.count == labels.count * (labels.count - 1) / 2 else {
            throw value.defect("has \(parts.count) estimators for \(labels.count) classes")
        }
        // Before version 1.1 probabilities were compared with 0 too.
        let bound = try value.isSavedSince(1, 1) ? OneVersusRest.threshold(first) : 0
        let votes = PairwiseVotes(classes: labels.count, thresholds: parts.map(OneVersusRest.threshold))
        return try builder.classifier(
            value,
            votes,
            labels,
            by: labels.count == 2 ? .above(bound) : .highest,
            probabilities: nil,
            decision: .identity,
            of: PartAnswers(parts, columns: value.columnCount())
        )
    }
}

/// Votes of pairwise classifiers, and their confidences squeezed into ±1/3 so that they only break ties.
///
/// Rows are scores of the pairs (0, 1), (0, 2) … (1, 2) …, high for the second of a pair.
struct PairwiseVotes: RowScorer {
    let classes: Int
    /// What each score is above where it votes for the second of its pair.
    let thresholds: [Double]

    var columns: Int { thresholds.count }
    /// With two classes only the second's is given.
    var outputs: Int { classes == 2 ? 1 : classes }
    var workspace: Int { classes * 2 }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for index in 0..<classes * 2 { space[index] = 0 }
        var pair = 0
        for first in 0..<classes {
            for second in first + 1..<max(classes, first + 1) {
                space[classes + first] -= row[pair]
                space[classes + second] += row[pair]
                space[row[pair] > thresholds[pair] ? second : first] += 1
                pair += 1
            }
        }
        for output in 0..<outputs {
            let index = classes == 2 ? 1 : output
            let confidence = space[classes + index]
            result[output] = space[index] + confidence / (3 * (abs(confidence) + 1))
        }
    }
}

/// scikit-learn's OutputCodeClassifier: the class whose code is nearest to the estimators' scores.
enum OutputCode {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        var parts: [Part] = []
        for estimator in try value.member("estimators_").elements() {
            parts.append(try OneVersusRest.part(estimator, builder))
        }
        let codes = try value.member("code_book_").matrix(rows: labels.count, columns: parts.count)
        return try builder.classifier(
            value,
            SquaredDistances(codes),
            labels,
            by: .lowest,
            probabilities: nil,
            decision: nil,
            of: PartAnswers(parts, columns: value.columnCount())
        )
    }
}
