import Pickle
import Prediction
import Sklearn

/// scikit-learn's estimators that answer with what the one inside them answers.
enum Delegation {
    /// GridSearchCV and its like: the best estimator, fitted again.
    static func buildSearch(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        try builder.build(value.member("best_estimator_"))
    }

    /// FrozenEstimator.
    static func buildFrozen(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        try builder.build(value.member("estimator"))
    }

    /// RANSACRegressor, and SelfTrainingClassifier, whose estimator had another name before version 1.6.
    static func buildFitted(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        try builder.build(value.member("estimator_", formerly: "base_estimator_"))
    }
}

/// scikit-learn's FixedThresholdClassifier and TunedThresholdClassifierCV: the positive class where its score reaches a
/// threshold.
enum ThresholdClassifier {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let inner = try value.member("estimator_", formerly: "estimator")
        if builder.methods.first != .predict { return try builder.build(inner) }
        var part = try builder.part(inner, asking: methods(value))
        guard let labels = part.classes, labels.count == 2 else { throw inner.defect("has not two classes") }
        let positive = try positiveClass(value, labels)
        if part.method == .probabilities { part.taken = positive..<positive + 1 }
        let isNegated = part.method == .decision && positive == 0
        let bound = try threshold(value, part.method)
        let scorer = FirstScore(columns: 1, isNegated: isNegated)
        let choice: Choice = positive == 1 ? .atLeast(bound) : .below(bound)
        return try builder.classifier(
            value,
            scorer,
            labels,
            by: choice,
            probabilities: nil,
            decision: nil,
            of: PartAnswers([part], columns: value.columnCount())
        )
    }

    private static func methods(_ value: PickleValue) throws(ModelDefect) -> [EstimatorMethod] {
        guard let wanted = try value.optional("response_method") else { return [.probabilities, .decision] }
        if wanted.isText("predict_proba") { return [.probabilities] }
        if wanted.isText("decision_function") { return [.decision] }
        return [.probabilities, .decision]
    }

    private static func threshold(_ value: PickleValue, _ method: EstimatorMethod) throws(ModelDefect) -> Double {
        if let best = try value.optional("best_threshold_") { return try best.number() }
        let fixed = try value.member("threshold")
        return fixed.isText("auto") ? method == .probabilities ? 0.5 : 0 : try fixed.number()
    }

    private static func positiveClass(_ value: PickleValue, _ labels: Labels) throws(ModelDefect) -> Int {
        guard let positive = try value.optional("pos_label") else { return 1 }
        let name: Labels =
            if case .texts = labels { .texts([try positive.text()]) } else { .numbers([try positive.number()]) }
        guard let place = name.places(in: labels)?.first else { throw positive.defect("is none of the classes") }
        return place
    }
}

/// The first number of a row, or its negative.
struct FirstScore: RowScorer {
    let columns: Int
    var isNegated = false
    var outputs: Int { 1 }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        result[0] = isNegated ? -row[0] : row[0]
    }
}
