import Pickle
import Prediction
package import Sklearn

extension EstimatorBuilder {
    /// Boosters and the estimators of their libraries.
    package static let boosters: [String: Build] = [
        "catboost.core.CatBoost": CatBoostEstimator.buildPlain,
        "catboost.core.CatBoostClassifier": CatBoostEstimator.buildClassifier,
        "catboost.core.CatBoostRanker": CatBoostEstimator.buildPlain,
        "catboost.core.CatBoostRegressor": CatBoostEstimator.buildRegressor,
        "lightgbm.basic.Booster": LightGBMEstimator.buildBooster,
        "lightgbm.sklearn.LGBMClassifier": LightGBMEstimator.buildClassifier,
        "lightgbm.sklearn.LGBMRanker": LightGBMEstimator.buildRegressor,
        "lightgbm.sklearn.LGBMRegressor": LightGBMEstimator.buildRegressor,
        "xgboost.core.Booster": XGBoostEstimator.buildBooster,
        "xgboost.sklearn.XGBClassifier": XGBoostEstimator.buildClassifier,
        "xgboost.sklearn.XGBRFClassifier": XGBoostEstimator.buildClassifier,
        "xgboost.sklearn.XGBRFRegressor": XGBoostEstimator.buildRegressor,
        "xgboost.sklearn.XGBRanker": XGBoostEstimator.buildRegressor,
        "xgboost.sklearn.XGBRegressor": XGBoostEstimator.buildRegressor,
    ]
}

extension PickleValue {
    /// What is read of the content of this value, whose defects are told as this value's.
    func reading<Value>(
        _ read: ([UInt8]) throws(ModelDefect) -> Value
    ) throws(ModelDefect) -> Value {
        let content = try content()
        do throws(ModelDefect) {
            return try read(content)
        } catch {
            throw defect("holds a booster: \(error)")
        }
    }
}
