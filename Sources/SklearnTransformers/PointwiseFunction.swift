import Glibc
package import Pickle
package import Prediction
package import Sklearn

/// A function of each number alone: scikit-learn's Binarizer, and FunctionTransformer over numpy's functions.
struct PointwiseFunction: Transformer {
    let rules: RowRules
    let function: @Sendable (Double) -> Double

    var input: Input { rules.input }
    var outputColumns: Int { rules.columns }

    static func buildBinarizer(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let threshold = try value.member("threshold").number()
        // Zeros that sparse rows leave out must stay zeros.
        let rules = try value.rowRules(sparse: threshold >= 0)
        return EstimatorSteps(transformers: [PointwiseFunction(rules: rules) { $0 > threshold ? 1 : 0 }])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        batch.mapEntries { function($1) }
    }
}

/// scikit-learn's FunctionTransformer: nothing, or one of numpy's functions of one number.
package enum FunctionTransformer {
    package static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        guard let named = try value.optional("func"), try !named.isCheck() else { return EstimatorSteps() }
        guard let (module, name) = named.globalName, module == "numpy" || module.hasPrefix("numpy.") else {
            throw named.refusal(.functionOfRows, "is \(named.kind), which is no function of numpy that is native")
        }
        let function = try function(name, named, value.optional("kw_args"))
        let validates = try value.member("validate").flag()
        // Zeros that sparse rows leave out must stay zeros.
        // Before version 1.1 it kept no number of columns where it did not validate.
        let columns = try value.optional("n_features_in_")?.size() ?? builder.columns
        guard let columns else {
            throw value.defect("does not say how many columns it takes, nor does what is around it")
        }
        var rules = value.rowRules(columns: columns, sparse: function(0) == 0, nan: !validates)
        rules.allowsInfinity = !validates
        return EstimatorSteps(transformers: [PointwiseFunction(rules: rules, function: function)])
    }

    private static func function(
        _ name: String,
        _ named: PickleValue,
        _ arguments: PickleValue?
    ) throws(ModelDefect) -> @Sendable (Double) -> Double {
        let isRounding = ["around", "round", "round_"].contains(name)
        if let arguments, try !arguments.pairs().isEmpty {
            guard isRounding, try arguments.pairs().count == 1, let decimals = try arguments.optional("decimals") else {
                throw arguments.refusal(.functionArguments, "numpy's \(name) with these arguments is not native")
            }
            let places = try decimals.integer()
            guard (-decimalsMax...decimalsMax).contains(places) else { throw decimals.defect("is \(places)") }
            return rounding(to: places)
        }
        if isRounding { return rounding(to: 0) }
        guard let function = functions[name] else {
            throw named.refusal(.functionOfRows, "numpy's \(name) is not native")
        }
        return function
    }

    /// Rounds as numpy does: to the even one of two that are equally near, after a product that may be inexact.
    private static func rounding(to decimals: Int) -> @Sendable (Double) -> Double {
        let factor = pow(10, Double(abs(decimals)))
        if decimals < 0 { return { ($0 / factor).rounded(.toNearestOrEven) * factor } }
        return { ($0 * factor).rounded(.toNearestOrEven) / factor }
    }

    /// Numbers have no more decimals, before the point or behind it.
    private static let decimalsMax = 308
    private static let largest = Double.greatestFiniteMagnitude

    /// numpy's functions of one number, by its names.
    package static let functions: [String: @Sendable (Double) -> Double] = [
        "absolute": { abs($0) }, "fabs": { abs($0) }, "negative": { -$0 }, "positive": { $0 },
        "square": { $0 * $0 }, "reciprocal": { 1 / $0 }, "sign": { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 },
        "sqrt": { $0.squareRoot() }, "cbrt": { cbrt($0) },
        "exp": { exp($0) }, "exp2": { exp2($0) }, "expm1": { expm1($0) },
        "log": { log($0) }, "log2": { log2($0) }, "log10": { log10($0) }, "log1p": { log1p($0) },
        "sin": { sin($0) }, "cos": { cos($0) }, "tan": { tan($0) },
        "arcsin": { asin($0) }, "arccos": { acos($0) }, "arctan": { atan($0) },
        "sinh": { sinh($0) }, "cosh": { cosh($0) }, "tanh": { tanh($0) },
        "arcsinh": { asinh($0) }, "arccosh": { acosh($0) }, "arctanh": { atanh($0) },
        "floor": { $0.rounded(.down) }, "ceil": { $0.rounded(.up) }, "trunc": { $0.rounded(.towardZero) },
        "isfinite": { $0.isFinite ? 1 : 0 }, "isnan": { $0.isNaN ? 1 : 0 }, "isinf": { $0.isInfinite ? 1 : 0 },
        "conjugate": { $0 }, "nan_to_num": { $0.isNaN ? 0 : min(largest, max(-largest, $0)) },
        "rint": { $0.rounded(.toNearestOrEven) },
        "deg2rad": { $0 * (.pi / 180) }, "radians": { $0 * (.pi / 180) },
        "rad2deg": { $0 * (180 / .pi) }, "degrees": { $0 * (180 / .pi) },
    ]
}

extension PickleValue {
    /// Whether this is scikit-learn's own check of an array, which HistGradientBoosting makes of columns that are numbers: it
    /// leaves them as they are.
    fileprivate func isCheck() throws(ModelDefect) -> Bool {
        guard let (module, name) = className, module == "functools", name == "partial" else { return false }
        guard let (home, function) = try constructorArguments().first?.globalName else { return false }
        return home == "sklearn.utils.validation" && function == "check_array"
    }
}
