import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's PowerTransformer: a power of each column that makes it look normal.
struct PowerTransformer: Transformer {
    /// Which family of powers.
    enum Method: Sendable { case boxCox, yeoJohnson }

    let rules: RowRules
    let method: Method
    /// The power of each column.
    let lambdas: [Double]

    var input: Input { rules.input }
    var outputColumns: Int { rules.columns }

    static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let choice = try value.member("method")
        guard choice.isText("box-cox") || choice.isText("yeo-johnson") else {
            throw choice.defect("is neither box-cox nor yeo-johnson")
        }
        let rules = try value.rowRules(nan: true)
        let transformer = PowerTransformer(
            rules: rules,
            method: choice.isText("box-cox") ? .boxCox : .yeoJohnson,
            lambdas: try value.member("lambdas_").vector(rules.columns)
        )
        var steps = EstimatorSteps(transformers: [transformer])
        if try value.member("standardize").flag() {
            let scaler = try value.member("_scaler")
            steps.transformers += try ColumnScaler.buildStandard(scaler).transformers
            guard steps.transformers.last?.outputColumns == rules.columns else {
                throw scaler.defect("is for another number of columns than \(rules.columns)")
            }
        }
        return steps
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        switch method {
        case .yeoJohnson: batch.mapEntries { PowerTransformer.yeoJohnson($1, lambdas[$0]) }
        case .boxCox:
            guard !batch.values.contains(where: { $0 <= 0 }) else {
                throw InputDefect("The Box-Cox transformation can only be applied to strictly positive data")
            }
            batch.mapEntries { PowerTransformer.boxCox($1, lambdas[$0]) }
        }
    }

    /// Yeo and Johnson (2000), "A new family of power transformations".
    static func yeoJohnson(_ x: Double, _ lambda: Double) -> Double {
        if x >= 0 { return abs(lambda) < .ulpOfOne ? log1p(x) : expm1(lambda * log1p(x)) / lambda }
        let mirrored = 2 - lambda
        return abs(mirrored) > .ulpOfOne ? -expm1(mirrored * log1p(-x)) / mirrored : -log1p(-x)
    }

    /// Box and Cox (1964), "An analysis of transformations".
    static func boxCox(_ x: Double, _ lambda: Double) -> Double {
        let exponent = lambda * log(x)
        if abs(lambda) < 1e-19 { return log(x) }
        // Beyond this exp is infinite, though the quotient may not be.
        if exponent < 709.78 { return expm1(exponent) / lambda }
        return copysign(exp(exponent - log(abs(lambda))), lambda) - 1 / lambda
    }
}
