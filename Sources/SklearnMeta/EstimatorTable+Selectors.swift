import Prediction
package import Sklearn

// Estimators that keep some of the columns.
extension EstimatorBuilder {
    /// What keeps some of the columns.
    package static let selectors: [String: Build] = [
        "sklearn.feature_selection.GenericUnivariateSelect": { value, _ throws(ModelDefect) in
            try FeatureSelector.buildGeneric(value)
        },
        "sklearn.feature_selection.RFE": FeatureSelector.buildElimination,
        "sklearn.feature_selection.RFECV": FeatureSelector.buildElimination,
        "sklearn.feature_selection.SelectFdr": { value, _ throws(ModelDefect) in
            try FeatureSelector.buildUnivariate(value)
        },
        "sklearn.feature_selection.SelectFpr": { value, _ throws(ModelDefect) in
            try FeatureSelector.buildUnivariate(value)
        },
        "sklearn.feature_selection.SelectFromModel": { value, _ throws(ModelDefect) in
            try FeatureSelector.buildFromModel(value)
        },
        "sklearn.feature_selection.SelectFwe": { value, _ throws(ModelDefect) in
            try FeatureSelector.buildUnivariate(value)
        },
        "sklearn.feature_selection.SelectKBest": { value, _ throws(ModelDefect) in
            try FeatureSelector.buildUnivariate(value)
        },
        "sklearn.feature_selection.SelectPercentile": { value, _ throws(ModelDefect) in
            try FeatureSelector.buildUnivariate(value)
        },
        "sklearn.feature_selection.SequentialFeatureSelector": { value, _ throws(ModelDefect) in
            try FeatureSelector.buildSupport(value)
        },
        "sklearn.feature_selection.VarianceThreshold": { value, _ throws(ModelDefect) in
            try FeatureSelector.buildVariance(value)
        },
    ]
}
