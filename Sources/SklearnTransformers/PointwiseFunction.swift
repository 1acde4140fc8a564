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
    package static func build(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        guard let named = try value.optional("func") else { return EstimatorSteps() }
        if let arguments = try value.optional("kw_args"), try !arguments.pairs().isEmpty {
            throw arguments.defect("a FunctionTransformer with arguments is not native")
        }
        guard let (module, name) = named.globalName, module == "numpy" || module.hasPrefix("numpy."),
            let function = functions[name]
        else { throw named.defect("is \(named.kind), which is no function of numpy that is native") }
        let validates = try value.member("validate").flag()
        // Zeros that sparse rows leave out must stay zeros.
        var rules = try value.rowRules(sparse: function(0) == 0, nan: !validates)
        rules.allowsInfinity = !validates
        return EstimatorSteps(transformers: [PointwiseFunction(rules: rules, function: function)])
    }

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
        "rint": { $0.rounded(.toNearestOrEven) },
        "deg2rad": { $0 * (.pi / 180) }, "radians": { $0 * (.pi / 180) },
        "rad2deg": { $0 * (180 / .pi) }, "degrees": { $0 * (180 / .pi) },
    ]
}
