import Prediction
package import Sklearn

// The steps that change rows.
extension EstimatorBuilder {
    /// Estimators that only transform.
    package static let transformers: [String: Build] = [
        "sklearn.cluster.FeatureAgglomeration": { value, _ throws(ModelDefect) in
            try ColumnPooling.build(value)
        },
        "sklearn.cross_decomposition.PLSSVD": { value, _ throws(ModelDefect) in
            try LinearProjection.buildLeastSquares(value)
        },
        "sklearn.decomposition.DictionaryLearning": { value, _ throws(ModelDefect) in try SparseCoding.build(value) },
        "sklearn.decomposition.FactorAnalysis": { value, _ throws(ModelDefect) in
            try LinearProjection.buildFactorAnalysis(value)
        },
        "sklearn.decomposition.FastICA": { value, _ throws(ModelDefect) in try LinearProjection.buildFastICA(value) },
        "sklearn.decomposition.IncrementalPCA": { value, _ throws(ModelDefect) in try LinearProjection.buildPCA(value)
        },
        "sklearn.decomposition.KernelPCA": { value, _ throws(ModelDefect) in try KernelProjection.buildKernelPCA(value)
        },
        "sklearn.decomposition.LatentDirichletAllocation": { value, _ throws(ModelDefect) in
            try TopicShares.build(value)
        },
        "sklearn.decomposition.MiniBatchDictionaryLearning": { value, _ throws(ModelDefect) in
            try SparseCoding.build(value)
        },
        "sklearn.decomposition.MiniBatchNMF": { value, _ throws(ModelDefect) in try MultiplicativeFactors.build(value)
        },
        "sklearn.decomposition.MiniBatchSparsePCA": { value, _ throws(ModelDefect) in
            try LinearProjection.buildSparsePCA(value)
        },
        "sklearn.decomposition.NMF": { value, _ throws(ModelDefect) in try NonNegativeFactors.build(value) },
        "sklearn.decomposition.PCA": { value, _ throws(ModelDefect) in try LinearProjection.buildPCA(value) },
        "sklearn.decomposition.SparseCoder": { value, _ throws(ModelDefect) in try SparseCoding.build(value) },
        "sklearn.decomposition.SparsePCA": { value, _ throws(ModelDefect) in try LinearProjection.buildSparsePCA(value)
        },
        "sklearn.decomposition.TruncatedSVD": { value, _ throws(ModelDefect) in try LinearProjection.buildPlain(value)
        },
        "sklearn.kernel_approximation.AdditiveChi2Sampler": { value, _ throws(ModelDefect) in
            try AdditiveChiSquaredSampler.build(value)
        },
        "sklearn.kernel_approximation.Nystroem": { value, _ throws(ModelDefect) in
            try KernelProjection.buildNystroem(value)
        },
        "sklearn.kernel_approximation.PolynomialCountSketch": { value, _ throws(ModelDefect) in
            try CountSketch.build(value)
        },
        "sklearn.kernel_approximation.RBFSampler": { value, _ throws(ModelDefect) in try FourierSampler.build(value) },
        "sklearn.kernel_approximation.SkewedChi2Sampler": { value, _ throws(ModelDefect) in
            try FourierSampler.build(value)
        },
        "sklearn.neighbors.NeighborhoodComponentsAnalysis": { value, _ throws(ModelDefect) in
            try LinearProjection.buildPlain(value)
        },
        "sklearn.neural_network.BernoulliRBM": { value, _ throws(ModelDefect) in try HiddenUnits.build(value) },
        "sklearn.preprocessing.Binarizer": { value, _ throws(ModelDefect) in try PointwiseFunction.buildBinarizer(value)
        },
        "sklearn.preprocessing.FunctionTransformer": FunctionTransformer.build,
        "sklearn.preprocessing.KBinsDiscretizer": { value, _ throws(ModelDefect) in try KBinsDiscretizer.build(value) },
        "sklearn.preprocessing.KernelCenterer": { value, _ throws(ModelDefect) in try KernelCentring.build(value) },
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
        "sklearn.preprocessing.SplineTransformer": { value, _ throws(ModelDefect) in try SplineTransformer.build(value)
        },
        "sklearn.preprocessing.StandardScaler": { value, _ throws(ModelDefect) in try ColumnScaler.buildStandard(value)
        },
        "sklearn.random_projection.GaussianRandomProjection": { value, _ throws(ModelDefect) in
            try LinearProjection.buildRandom(value)
        },
        "sklearn.random_projection.SparseRandomProjection": { value, _ throws(ModelDefect) in
            try LinearProjection.buildRandom(value)
        },
    ]

    /// What estimators that predict do where they are a step before others.
    package static let transformingPredictors: [String: Build] = [
        "sklearn.cluster.Birch": { value, _ throws(ModelDefect) in
            try CentreDistances.build(value, "subcluster_centers_")
        },
        "sklearn.cluster.BisectingKMeans": { value, _ throws(ModelDefect) in
            try CentreDistances.build(value, "cluster_centers_")
        },
        "sklearn.cluster.KMeans": { value, _ throws(ModelDefect) in try CentreDistances.build(value, "cluster_centers_")
        },
        "sklearn.cluster.MiniBatchKMeans": { value, _ throws(ModelDefect) in
            try CentreDistances.build(value, "cluster_centers_")
        },
        "sklearn.cross_decomposition.CCA": { value, _ throws(ModelDefect) in
            try LinearProjection.buildLeastSquares(value)
        },
        "sklearn.cross_decomposition.PLSCanonical": { value, _ throws(ModelDefect) in
            try LinearProjection.buildLeastSquares(value)
        },
        "sklearn.cross_decomposition.PLSRegression": { value, _ throws(ModelDefect) in
            try LinearProjection.buildLeastSquares(value)
        },
        "sklearn.discriminant_analysis.LinearDiscriminantAnalysis": { value, _ throws(ModelDefect) in
            try LinearProjection.buildDiscriminant(value)
        },
    ]
}
