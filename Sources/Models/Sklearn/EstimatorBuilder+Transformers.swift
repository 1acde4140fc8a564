// The steps that change rows.
extension EstimatorBuilder {
    /// Estimators that only transform.
    static let transformers: [String: Build] = [
        "sklearn.preprocessing.Binarizer": { value, _ throws(ModelDefect) in try PointwiseFunction.buildBinarizer(value)
        },
        "sklearn.preprocessing.FunctionTransformer": { value, _ throws(ModelDefect) in
            try FunctionTransformer.build(value)
        },
        "sklearn.preprocessing.KBinsDiscretizer": { value, _ throws(ModelDefect) in try KBinsDiscretizer.build(value) },
        "sklearn.preprocessing.MaxAbsScaler": { value, _ throws(ModelDefect) in try ColumnScaler.buildMaxAbs(value) },
        "sklearn.preprocessing.Normalizer": { value, _ throws(ModelDefect) in try Normalizer.build(value) },
        "sklearn.preprocessing.PolynomialFeatures": { value, _ throws(ModelDefect) in
            try PolynomialFeatures.build(value)
        },
        "sklearn.preprocessing.PowerTransformer": { value, _ throws(ModelDefect) in try PowerTransformer.build(value) },
        "sklearn.preprocessing.QuantileTransformer": { value, _ throws(ModelDefect) in
            try QuantileTransformer.build(value)
        },
        "sklearn.preprocessing.RobustScaler": { value, _ throws(ModelDefect) in try ColumnScaler.buildRobust(value) },
        "sklearn.preprocessing.SplineTransformer": { value, _ throws(ModelDefect) in
            try SplineTransformer.build(value)
        },
        "sklearn.preprocessing.StandardScaler": { value, _ throws(ModelDefect) in
            try ColumnScaler.buildStandard(value)
        },
    ]
}
