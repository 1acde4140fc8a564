import Boosters
import Pickle
import Prediction
import Sklearn

/// CatBoost's estimators inside pickles: the state holds the model as a `.cbm` file, beside the parameters.
enum CatBoostEstimator {
    /// CatBoostClassifier
    static func buildClassifier(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps
    {
        let booster = try booster(value)
        let method = try builder.method(of: value, having: [.predict, .probabilities])
        let model = try booster.model(wantsProbabilities: method == .probabilities)
        var steps = EstimatorSteps(predictor: model, method: method)
        steps.classes = try booster.labels()
        return steps
    }

    /// CatBoostRegressor
    static func buildRegressor(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps
    {
        _ = try builder.method(of: value, having: [.predict])
        return EstimatorSteps(predictor: try booster(value).model(), method: .predict)
    }

    /// CatBoost and CatBoostRanker, which answer with the sums.
    static func buildPlain(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        _ = try builder.method(of: value, having: [.predict])
        return EstimatorSteps(predictor: try booster(value).model(as: .plain), method: .predict)
    }

    private static func booster(_ value: PickleValue) throws(ModelDefect) -> CatBoostBooster {
        guard let model = try value.optional("__model") else { throw value.defect("was never trained") }
        return try model.reading { bytes throws(ModelDefect) in try CatBoostBooster(bytes) }
    }
}
