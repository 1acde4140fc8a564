import Pickle
import Prediction
import Sklearn

/// scikit-learn's OneVsRestClassifier: an estimator for each class, or for each column of a table of labels.
enum OneVersusRest {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let binarizer = try value.member("label_binarizer_")
        let kind = try binarizer.member("y_type_").text()
        let labels = try binarizer.member("classes_").labels()
        let estimators = try value.member("estimators_").elements()
        let method = builder.methods.first ?? .predict
        var parts: [Part] = []
        for estimator in estimators { parts.append(try part(estimator, builder, for: method)) }
        guard let first = parts.first else { throw value.defect("has no estimators") }
        let answers = PartAnswers(parts, columns: try value.columnCount())
        let scores = RowCopy(columns: parts.count)
        if kind.hasPrefix("multilabel") {
            let link: Link = method == .predict ? .indicator(above: threshold(first)) : .identity
            return try builder.table(value, scores, link, by: method, of: answers)
        }
        return try builder.classifier(
            value,
            scores,
            labels,
            by: parts.count == 1 ? .above(threshold(first)) : .highest,
            probabilities: parts.count == 1 ? .complement : .share(orEven: false),
            decision: .identity,
            of: answers
        )
    }

    /// A part that answers with one number: its score, or the probability of the second of its classes.
    static func part(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        for method: EstimatorMethod = .predict
    ) throws(ModelDefect) -> Part {
        let methods: [EstimatorMethod] =
            switch method {
            case .predict: [.decision, .probabilities, .predict]
            case .probabilities: [.probabilities]
            case .decision: [.decision]
            case .transform: []
            }
        var part = try builder.part(value, asking: methods)
        if part.method == .probabilities, part.width == 2 { part.taken = 1..<2 }
        guard part.taken.count == 1, part.method != .predict || part.classes == nil else {
            throw value.defect("does not tell one class from another by a number")
        }
        return part
    }

    /// What a score of the second class is above.
    static func threshold(_ part: Part) -> Double { part.method == .decision ? 0 : 0.5 }
}

/// A row as it is.
struct RowCopy: RowScorer {
    let columns: Int
    var outputs: Int { columns }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for column in 0..<columns { result[column] = row[column] }
    }
}
