package import Sklearn

// Estimators in a row and beside each other.
extension EstimatorBuilder {
    /// Pipelines and unions.
    package static let composition: [String: Build] = [
        "sklearn.pipeline.FeatureUnion": FeatureUnion.build,
        "sklearn.pipeline.Pipeline": Pipeline.build,
    ]
}
