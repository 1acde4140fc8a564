import Boosters
import Pickle
import Prediction
import Sklearn

/// XGBoost's boosters and estimators inside pickles (1.0 to 3.x). Estimators ask the iterations up to the best one;
/// boosters themselves ask all.
enum XGBoostEstimator {
    /// xgboost.core.Booster
    static func buildBooster(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let booster = try booster(value)
        _ = try builder.method(of: value, having: [.predict])
        var steps = EstimatorSteps(predictor: try booster.model(), method: .predict)
        steps.columnNames = booster.featureNames
        return steps
    }

    /// XGBRegressor, XGBRFRegressor and XGBRanker.
    static func buildRegressor(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps
    {
        let booster = try booster(value.member("_Booster"))
        let scorer = BoosterScorer(booster: try booster.model(question(value, booster)))
        var steps = try builder.regressor(value, scorer, isFlat: scorer.outputs == 1, type: .float32)
        steps.columnNames = booster.featureNames
        return steps
    }

    /// XGBClassifier and XGBRFClassifier.
    static func buildClassifier(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let booster = try booster(value.member("_Booster"))
        var question = try question(value, booster)
        // The class is chosen here, so that probabilities can be answered too.
        let choosesItself = booster.objective == "multi:softmax"
        question.wantsMargins = choosesItself
        let scorer = BoosterScorer(booster: try booster.model(question))
        let labels = try labels(value, scorer.outputs, type: choosesItself ? .int32 : .int64)
        var steps: EstimatorSteps
        if scorer.outputs > 1, labels.count == 2, !choosesItself {
            steps = try severalLabels(value, scorer, builder)
        } else {
            steps = try builder.classifier(
                value,
                scorer,
                labels,
                by: scorer.outputs == 1 ? .above(0.5) : .highest,
                probabilities: choosesItself ? .softmax : scorer.outputs == 1 ? .complement : .identity,
                decision: nil,
                type: .float32
            )
            steps.classes = labels
        }
        steps.columnNames = booster.featureNames
        return steps
    }

    /// Of several outputs each is 1 where its probability is above a half.
    private static func severalLabels(
        _ value: PickleValue,
        _ scorer: BoosterScorer,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let method = try builder.method(of: value, having: [.predict, .probabilities])
        let isPlain = method == .probabilities
        let readout = ScoredModel.Readout.numbers(
            isPlain ? .identity : .indicator(above: 0.5),
            columns: scorer.outputs,
            classes: scorer.outputs,
            type: isPlain ? .float32 : .float64
        )
        return try builder.steps(value, scorer, readout, by: method)
    }
}

// What an estimator keeps.
extension XGBoostEstimator {
    private static func booster(_ value: PickleValue) throws(ModelDefect) -> XGBoostBooster {
        try value.member("handle").reading { bytes throws(ModelDefect) in try XGBoostBooster(bytes) }
    }

    /// How an estimator asks its booster: without a matrix in between, which refuses infinite numbers, where it can.
    private static func question(
        _ value: PickleValue,
        _ booster: XGBoostBooster
    ) throws(ModelDefect) -> XGBoostModel.Question {
        let isLinear = try value.optional("booster")?.isText("gblinear") ?? false
        var question = XGBoostModel.Question()
        question.iterations = isLinear ? nil : booster.bestIterations
        question.parallelTrees = try value.optional("num_parallel_tree")?.integer()
        question.refusesInfinity = isLinear
        if let missing = try value.optional("missing") { question.missing = Float(try missing.number()) }
        return question
    }

    /// The classes: whole numbers from 0, or (before 2.0) those of a label encoder.
    private static func labels(
        _ value: PickleValue,
        _ outputs: Int,
        type: ElementType
    ) throws(ModelDefect) -> Labels {
        if type == .int64, let encoder = try value.optional("_le") { return try encoder.member("classes_").labels() }
        let count = try value.optional("n_classes_")?.integer() ?? max(2, outputs)
        guard count == outputs || count == 2 else {
            throw value.defect("has \(count) classes for \(outputs) outputs")
        }
        return .integers((0..<count).map(Int64.init), type: type)
    }
}
