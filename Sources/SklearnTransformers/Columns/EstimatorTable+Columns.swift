package import Sklearn

extension EstimatorBuilder {
    /// What makes numbers of a data frame's columns.
    package static let columnSteps: [String: Build] = [
        "sklearn.compose.ColumnTransformer": ColumnTransformer.build,
        "sklearn.impute.IterativeImputer": IterativeImputer.build,
        "sklearn.impute.MissingIndicator": MissingIndicator.build,
        "sklearn.impute.SimpleImputer": SimpleImputer.build,
        "sklearn.preprocessing.MinMaxScaler": MinMaxScaler.build,
        "sklearn.preprocessing.OneHotEncoder": OneHotEncoder.build,
        "sklearn.preprocessing.OrdinalEncoder": OrdinalEncoder.build,
        "sklearn.preprocessing.TargetEncoder": TargetEncoder.build,
    ]
}
