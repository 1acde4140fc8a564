package import Sklearn

extension EstimatorBuilder {
    /// scikit-learn's estimators that compare a row with points, centres or rows of the fit.
    package static let neighbors: [String: Build] = [
        "sklearn.cluster.AffinityPropagation": Clusters.buildCentres,
        "sklearn.cluster.Birch": Clusters.buildBirch,
        "sklearn.cluster.BisectingKMeans": Clusters.buildBisecting,
        "sklearn.cluster.KMeans": Clusters.buildMeans,
        "sklearn.cluster.MeanShift": Clusters.buildCentres,
        "sklearn.cluster.MiniBatchKMeans": Clusters.buildMeans,
        "sklearn.covariance.EllipticEnvelope": EllipticEnvelope.build,
        "sklearn.gaussian_process.GaussianProcessClassifier": ProcessClassifier.build,
        "sklearn.gaussian_process.GaussianProcessRegressor": GaussianProcess.build,
        "sklearn.gaussian_process._BinaryGaussianProcessClassifierLaplace": ProcessClassifier.buildBinary,
        "sklearn.impute.KNNImputer": NeighborImputer.build,
        "sklearn.kernel_ridge.KernelRidge": KernelRidge.build,
        "sklearn.manifold.Isomap": Isomap.build,
        "sklearn.manifold.LocallyLinearEmbedding": LocallyLinearEmbedding.build,
        "sklearn.mixture.BayesianGaussianMixture": GaussianMixture.buildBayesian,
        "sklearn.mixture.GaussianMixture": GaussianMixture.build,
        "sklearn.neighbors.KNeighborsClassifier": Neighbors.buildNearestClassifier,
        "sklearn.neighbors.KNeighborsRegressor": Neighbors.buildNearestRegressor,
        "sklearn.neighbors.KNeighborsTransformer": NeighborGraph.build,
        "sklearn.neighbors.LocalOutlierFactor": LocalOutlierFactor.build,
        "sklearn.neighbors.NearestCentroid": NearestCentroid.build,
        "sklearn.neighbors.RadiusNeighborsClassifier": Neighbors.buildRadiusClassifier,
        "sklearn.neighbors.RadiusNeighborsRegressor": Neighbors.buildRadiusRegressor,
        "sklearn.neighbors.RadiusNeighborsTransformer": NeighborGraph.build,
        "sklearn.neural_network.MLPClassifier": NeuralNetwork.buildClassifier,
        "sklearn.neural_network.MLPRegressor": NeuralNetwork.buildRegressor,
        "sklearn.semi_supervised.LabelPropagation": LabelSpreading.build,
        "sklearn.semi_supervised.LabelSpreading": LabelSpreading.build,
    ]
}
