import Pickle
import Prediction
import Sklearn

/// scikit-learn's regressors that are linear maps once they are fitted.
enum LinearRegressor {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let scores = try LinearScores(value)
        return try builder.regressor(value, scores, isFlat: scores.isFlat)
    }

    /// PoissonRegressor and GammaRegressor: the logarithm of the answer is linear.
    static func buildLogarithmic(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        try builder.regressor(value, LinearScores(value), isFlat: true, link: .exponential)
    }

    /// TweedieRegressor: `link` says which, or the distribution's power where it is "auto".
    static func buildTweedie(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let link = try value.member("link")
        let isAutomatic = link.isText("auto")
        guard isAutomatic || link.isText("identity") || link.isText("log") else {
            throw link.defect("is none of auto, identity and log")
        }
        let isIdentity = isAutomatic ? try value.member("power").number() <= 0 : link.isText("identity")
        return try builder.regressor(
            value,
            LinearScores(value),
            isFlat: true,
            link: isIdentity ? .identity : .exponential
        )
    }

    /// The partial least squares family: columns are centred, before version 1.5 also scaled, then mapped.
    static func buildPartialLeastSquares(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let scores = try PartialLeastSquares(value)
        return try builder.regressor(value, scores, isFlat: scores.isFlat)
    }
}
