package import Pickle
package import Prediction

/// What makes estimators that are served natively otherwise be refused; docs/models.md lists all of it.
package struct RefusedOption: Sendable, Hashable {
    /// The estimators, in scikit-learn's words.
    package let estimators: String
    /// Their option.
    package let option: String
    /// What of it is refused.
    package let refused: String

    private init(_ estimators: String, _ option: String, _ refused: String) {
        self.estimators = estimators
        self.option = option
        self.refused = refused
    }
}

extension RefusedOption {
    package static let covariancePrecision = RefusedOption("EllipticEnvelope", "store_precision", "False")
    package static let dummyOutputs = RefusedOption("DummyClassifier", "", "several outputs")
    package static let dummyStrategy = RefusedOption(
        "DummyClassifier",
        "strategy",
        "stratified, uniform: both draw lots"
    )
    package static let functionArguments = RefusedOption(
        "FunctionTransformer",
        "kw_args",
        "all but the decimals of numpy's round"
    )
    package static let functionOfRows = RefusedOption(
        "FunctionTransformer",
        "func",
        "all but numpy's functions of one number"
    )
    package static let histogramCategories = RefusedOption(
        "HistGradientBoosting…",
        "categorical_features",
        "categories of numbers that are not whole, or too large"
    )
    package static let imputedAtRandom = RefusedOption("IterativeImputer", "sample_posterior", "True")
    package static let imputerMetric = RefusedOption("KNNImputer", "metric", "all but nan_euclidean")
    package static let importances = RefusedOption(
        "RFE, SelectFromModel",
        "importance_getter",
        "functions; attributes that the estimator does not keep"
    )
    package static let importanceNorm = RefusedOption("SelectFromModel", "norm_order", "all but 1, 2 and inf")
    package static let kernelOfProcess = RefusedOption(
        "GaussianProcess…",
        "kernel",
        "CompoundKernel, PairwiseKernel, kernels of one's own; Matern with nu other than 0.5, 1.5, 2.5 and inf"
    )
    package static let kernelOfSupportVectors = RefusedOption(
        "SVC, NuSVC, SVR, NuSVR, OneClassSVM",
        "kernel",
        "precomputed, functions"
    )
    package static let kernelOfRows = RefusedOption(
        "KernelRidge, KernelPCA, Nystroem",
        "kernel",
        "precomputed, functions"
    )
    package static let labelKernel = RefusedOption("LabelPropagation, LabelSpreading", "kernel", "functions")
    package static let embeddingNeighbours = RefusedOption("LocallyLinearEmbedding", "n_neighbors", "large numbers")
    package static let metric = RefusedOption("neighbours of any kind", "metric", "functions, metrics of truth values")
    package static let metricCovariance = RefusedOption(
        "neighbours of any kind",
        "metric_params",
        "mahalanobis without VI"
    )
    package static let mixedAnswers = RefusedOption(
        "MultiOutputClassifier, ClassifierChain, trees, neighbours",
        "",
        "outputs of which some are texts and some are numbers"
    )
    package static let neighbourWeights = RefusedOption("KNeighbors…, RadiusNeighbors…", "weights", "functions")
    package static let pairKernel = RefusedOption("OneVsOneClassifier", "estimator", "with a precomputed kernel")
    package static let pooling = RefusedOption(
        "FeatureAgglomeration",
        "pooling_func",
        "all but numpy's mean, median, max, min and sum"
    )
    package static let radiusOutlier = RefusedOption(
        "RadiusNeighborsClassifier",
        "outlier_label",
        "labels that are none of the classes"
    )
    package static let radiusOutputs = RefusedOption("RadiusNeighborsClassifier", "", "several outputs")
    package static let shuffledFactors = RefusedOption("NMF", "shuffle", "True")
    package static let targetFunction = RefusedOption(
        "TransformedTargetRegressor",
        "inverse_func",
        "all but numpy's functions of one number"
    )
    package static let targetTransformer = RefusedOption(
        "TransformedTargetRegressor",
        "transformer",
        "all but the linear scalers and FunctionTransformer"
    )
    package static let textAccents = RefusedOption("text vectorizers", "strip_accents", "functions")
    package static let textAnalyzer = RefusedOption(
        "text vectorizers",
        "preprocessor, tokenizer, analyzer",
        "functions"
    )
    package static let textIndicator = RefusedOption("SimpleImputer of texts", "add_indicator", "True")
    package static let textPattern = RefusedOption(
        "text vectorizers",
        "token_pattern",
        "named characters (`\\N`), locales, long patterns"
    )
    package static let outliersOfTraining = RefusedOption("LocalOutlierFactor", "novelty", "False")

    /// All there is.
    package static let all: [RefusedOption] = [
        .covariancePrecision, .dummyOutputs, .dummyStrategy, .functionArguments, .functionOfRows, .histogramCategories,
        .imputedAtRandom, .imputerMetric, .importances, .importanceNorm, .kernelOfProcess, .kernelOfSupportVectors,
        .kernelOfRows, .labelKernel, .embeddingNeighbours, .metric, .metricCovariance, .mixedAnswers, .neighbourWeights,
        .pairKernel, .pooling, .radiusOutlier, .radiusOutputs, .shuffledFactors, .targetFunction, .targetTransformer,
        .textAccents, .textAnalyzer, .textIndicator, .textPattern, .outliersOfTraining,
    ]
}

extension PickleValue {
    /// Why an estimator is refused that has such an option.
    ///
    /// - Parameter found: what this value has of it, for messages; where that is not told, what is refused.
    package func refusal(_ option: RefusedOption, _ found: String? = nil) -> ModelDefect {
        let name = option.option.isEmpty ? "" : "\(option.option): "
        return defect(found ?? "\(name)\(option.refused), which is not native for \(option.estimators)")
    }
}
