import Boosters
import Pickle
import Prediction
import Sklearn

/// LightGBM's boosters and estimators inside pickles (3.x and 4.x): the iterations up to the best one answer.
enum LightGBMEstimator {
    /// lightgbm.basic.Booster
    static func buildBooster(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        _ = try builder.method(of: value, having: [.predict])
        let booster = try booster(value)
        let model = try booster.model(iterations: bestIterations(value))
        return EstimatorSteps(predictor: model, method: .predict).framed(booster)
    }

    /// LGBMRegressor and LGBMRanker.
    static func buildRegressor(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps
    {
        let inner = try value.member("_Booster")
        let booster = try booster(inner)
        let scorer = BoosterScorer(booster: try booster.model(iterations: bestIterations(inner)))
        return try builder.regressor(value, scorer, isFlat: scorer.outputs == 1).framed(booster)
    }

    /// LGBMClassifier
    static func buildClassifier(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let inner = try value.member("_Booster")
        let booster = try booster(inner)
        // Since 4.7 there is a decision_function, and another member beside it.
        let hasDecision = try value.optional("_fitted_with_feature_names") != nil
        let methods: [EstimatorMethod] = [.predict, .probabilities] + (hasDecision ? [.decision] : [])
        let isDecision = try builder.method(of: value, having: methods) == .decision
        let scorer = BoosterScorer(
            booster: try booster.model(iterations: bestIterations(inner), wantsMargins: isDecision)
        )
        let labels = try value.member("_le").member("classes_").labels()
        var steps = try builder.classifier(
            value,
            scorer,
            labels,
            by: scorer.outputs == 1 ? .above(0.5) : .highest,
            probabilities: scorer.outputs == 1 ? .complement : .identity,
            decision: hasDecision ? .identity : nil
        )
        steps.classes = labels
        return steps.framed(booster)
    }

    private static func booster(_ value: PickleValue) throws(ModelDefect) -> LightGBMBooster {
        // Before 4.0 the member had no underscore.
        try value.member("_handle", formerly: "handle").reading { bytes throws(ModelDefect) in
            try LightGBMBooster(bytes)
        }
    }

    /// The best iteration; nil where training noted none, and all answer.
    private static func bestIterations(_ booster: PickleValue) throws(ModelDefect) -> Int? {
        guard let best = try booster.optional("best_iteration")?.integer(), best > 0 else { return nil }
        return best
    }
}

extension EstimatorSteps {
    /// The same, whose columns of a data frame the booster chooses.
    fileprivate func framed(_ booster: LightGBMBooster) -> EstimatorSteps {
        var steps = self
        steps.columnNames = booster.featureNames
        steps.frame = booster.featureNames.isEmpty ? nil : booster.frame
        return steps
    }
}
