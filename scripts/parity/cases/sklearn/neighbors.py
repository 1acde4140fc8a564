"""scikit-learn's neighbours, clusters, mixtures, networks and kernel machines."""

from sklearn import cluster, covariance, gaussian_process, kernel_ridge, mixture, neighbors, neural_network, pipeline, semi_supervised
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.gaussian_process import kernels

from case import Case

METRICS = {
    "plain": {},
    "ball": {"algorithm": "ball_tree", "leaf_size": 8},
    "braycurtis": {"metric": "braycurtis"},
    "brute": {"algorithm": "brute"},
    "canberra": {"metric": "canberra"},
    "chebyshev": {"metric": "chebyshev"},
    "correlation": {"metric": "correlation"},
    "cosine": {"metric": "cosine"},
    "distance": {"weights": "distance"},
    "distance-brute": {"weights": "distance", "algorithm": "brute"},
    "hamming": {"metric": "hamming"},
    "leaf": {"algorithm": "kd_tree", "leaf_size": 3},
    "manhattan": {"metric": "manhattan"},
    "manhattan-brute": {"metric": "manhattan", "algorithm": "brute"},
    "p3": {"p": 3, "weights": "distance"},
    "sqeuclidean": {"metric": "sqeuclidean"},
    "one": {"n_neighbors": 1},
    "many": {"n_neighbors": 70},
}


def since(name):
    """Before 1.1 brute force left out any of several points at one distance, and rounded distances of 0 otherwise."""
    return (1, 1) if "brute" in name or name == "many" else (0, 0)


CASES = [
    Case(
        f"neighbors-classifier-{name}-{data}",
        lambda options=options: neighbors.KNeighborsClassifier(**options),
        data,
        since=since(name),
    )
    for name, options in METRICS.items()
    for data in ["names", "grid"]
    # Which of many points at one distance numpy's argpartition leaves out follows no rule.
    if not (name in ("correlation", "cosine") and data == "grid" or name == "sqeuclidean")
]
CASES += [
    Case(
        f"neighbors-regressor-{name}",
        lambda options=options: neighbors.KNeighborsRegressor(**options),
        "numbers",
        since=since(name),
    )
    for name, options in METRICS.items()
]
CASES += [
    Case(
        f"neighbors-points-{metric}-{weights}",
        lambda options={"metric": metric, "weights": weights}: neighbors.KNeighborsClassifier(algorithm="brute", **options),
        "points",
        since=(1, 1),
    )
    for metric in ["euclidean", "manhattan", "chebyshev", "cosine"]
    for weights in ["uniform", "distance"]
]
CASES += [
    Case("neighbors-points-many", lambda: neighbors.KNeighborsClassifier(290, algorithm="brute"), "points", since=(1, 1)),
    Case("neighbors-points-radius", lambda: neighbors.RadiusNeighborsClassifier(1.5, algorithm="brute", outlier_label="odd"), "points"),
    Case("neighbors-points-outliers", lambda: neighbors.LocalOutlierFactor(algorithm="brute", novelty=True), "points", since=(1, 1)),
    Case("neighbors-regressor-2", lambda: neighbors.KNeighborsRegressor(weights="distance"), "two_numbers"),
    Case("neighbors-regressor-whole", lambda: neighbors.KNeighborsRegressor(n_neighbors=3), "grid"),
    Case("neighbors-classifier-2", lambda: neighbors.KNeighborsClassifier(), "two_kinds"),
    Case("neighbors-classifier-2-distance", lambda: neighbors.KNeighborsClassifier(weights="distance"), "two_kinds"),
    Case("neighbors-classifier-wide", lambda: neighbors.KNeighborsClassifier(), "wide"),
    Case("neighbors-classifier-wide-distance", lambda: neighbors.KNeighborsClassifier(weights="distance"), "wide"),
    Case(
        "neighbors-classifier-texts",
        lambda: pipeline.make_pipeline(TfidfVectorizer(), neighbors.KNeighborsClassifier(metric="cosine")),
        "texts",
    ),
    Case("neighbors-radius-classifier", lambda: neighbors.RadiusNeighborsClassifier(2, outlier_label="setosa"), "names"),
    Case("neighbors-radius-frequent", lambda: neighbors.RadiusNeighborsClassifier(1.1, outlier_label="most_frequent"), "grid"),
    Case("neighbors-radius-refuse", lambda: neighbors.RadiusNeighborsClassifier(30, weights="distance"), "names"),
    Case("neighbors-radius-regressor", lambda: neighbors.RadiusNeighborsRegressor(1.5), "numbers"),
    Case("neighbors-radius-regressor-distance", lambda: neighbors.RadiusNeighborsRegressor(2, weights="distance"), "two_numbers"),
    Case("neighbors-outliers", lambda: neighbors.LocalOutlierFactor(novelty=True), "blobs"),
    Case("neighbors-outliers-manhattan", lambda: neighbors.LocalOutlierFactor(7, novelty=True, metric="manhattan"), "blobs"),
    Case("neighbors-envelope", lambda: covariance.EllipticEnvelope(random_state=0), "blobs"),
]
CASES += [
    Case(f"neighbors-centroid-{name}-{data}", make, data)
    for name, make in {
        "plain": lambda: neighbors.NearestCentroid(),
        "manhattan": lambda: neighbors.NearestCentroid(metric="manhattan"),
        "shrunk": lambda: neighbors.NearestCentroid(shrink_threshold=0.2),
        "empirical": lambda: neighbors.NearestCentroid(priors="empirical"),
    }.items()
    for data in ["names", "two", "counts"]
]
CASES += [
    Case(f"clusters-{name}", make, "blobs")
    for name, make in {
        "affinity": lambda: cluster.AffinityPropagation(random_state=0),
        "birch": lambda: cluster.Birch(threshold=0.8),
        "bisecting": lambda: cluster.BisectingKMeans(5, random_state=0),
        "bisecting-greedy": lambda: cluster.BisectingKMeans(4, random_state=0, bisecting_strategy="largest_cluster"),
        "means": lambda: cluster.KMeans(4, n_init=2, random_state=0),
        "mean-shift": lambda: cluster.MeanShift(bandwidth=1.5),
        "mini-batch": lambda: cluster.MiniBatchKMeans(4, n_init=2, random_state=0),
    }.items()
]
CASES += [
    Case(f"mixture-{name}-{kind}", lambda make=make, kind=kind: make(kind), "blobs")
    for kind in ["full", "tied", "diag", "spherical"]
    for name, make in {
        "plain": lambda kind: mixture.GaussianMixture(n_components=3, covariance_type=kind, random_state=0),
        "bayes": lambda kind: mixture.BayesianGaussianMixture(n_components=4, covariance_type=kind, random_state=0),
        "bayes-finite": lambda kind: mixture.BayesianGaussianMixture(
            n_components=4, covariance_type=kind, random_state=0, weight_concentration_prior_type="dirichlet_distribution"
        ),
    }.items()
]
CASES += [Case("mixture-one", lambda: mixture.GaussianMixture(1), "blobs")]
CASES += [
    Case(
        f"network-classifier-{activation}-{data}",
        lambda activation=activation: neural_network.MLPClassifier(
            (8, 5), activation=activation, max_iter=60, random_state=0
        ),
        data,
    )
    for activation in ["relu", "tanh", "logistic", "identity"]
    for data in ["names", "two", "table_of_labels"]
]
CASES += [
    Case(f"network-regressor-{data}", lambda: neural_network.MLPRegressor(hidden_layer_sizes=(6,), max_iter=80, random_state=0), data)
    for data in ["numbers", "two_numbers"]
]
CASES += [
    Case("network-poisson", lambda: neural_network.MLPRegressor(hidden_layer_sizes=(6,), loss="poisson", max_iter=80, random_state=0), "positive")
]
CASES += [
    Case(f"kernel-ridge-{name}", lambda name=name: kernel_ridge.KernelRidge(kernel=name, gamma=0.2), "numbers")
    for name in ["linear", "rbf", "polynomial", "laplacian", "cosine", "sigmoid"]
]
CASES += [
    Case("kernel-ridge-2", lambda: kernel_ridge.KernelRidge(kernel="rbf"), "two_numbers"),
]
CASES += [
    Case(
        f"process-{name}",
        lambda make=make: gaussian_process.GaussianProcessRegressor(make(), alpha=0.1, normalize_y=True, random_state=0),
        data,
        tolerance=1e-8,  # sums of many terms of either sign
    )
    for data, suffix in [("numbers", "")]
    for name, make in {
        "rbf": lambda: kernels.RBF(),
        "rbf-lengths": lambda: kernels.RBF([1.0, 2, 1, 3, 1]) * kernels.ConstantKernel(2),
        "matern-half": lambda: kernels.Matern(nu=0.5),
        "matern": lambda: kernels.Matern(nu=1.5) + kernels.WhiteKernel(),
        "matern-25": lambda: kernels.Matern(nu=2.5) ** 2,
        "matern-inf": lambda: kernels.Matern(nu=float("inf")),
        "product": lambda: kernels.DotProduct() + kernels.RBF(),
        "quadratic": lambda: kernels.RationalQuadratic(),
        "periodic": lambda: kernels.ExpSineSquared(periodicity=3) + kernels.ConstantKernel(),
    }.items()
]
CASES += [Case("process-2", lambda: gaussian_process.GaussianProcessRegressor(alpha=0.1), "two_numbers", tolerance=1e-8)]
CASES += [
    Case(f"process-classifier-{name}-{data}", make, data)
    for name, make in {
        "plain": lambda: gaussian_process.GaussianProcessClassifier(),
        "matern": lambda: gaussian_process.GaussianProcessClassifier(kernels.Matern(nu=1.5), optimizer=None),
        "noise": lambda: gaussian_process.GaussianProcessClassifier(
            2.0 * kernels.RBF(1.5) + kernels.WhiteKernel(0.3) + kernels.DotProduct(), optimizer=None
        ),
        "one-vs-one": lambda: gaussian_process.GaussianProcessClassifier(multi_class="one_vs_one", optimizer=None),
    }.items()
    for data in ["names", "two", "two_names"]
]
CASES += [
    Case(f"semi-{name}", make, "partly_labelled")
    for name, make in {
        "propagation": lambda: semi_supervised.LabelPropagation(gamma=3),
        "propagation-knn": lambda: semi_supervised.LabelPropagation(kernel="knn", n_neighbors=5),
        "spreading": lambda: semi_supervised.LabelSpreading(gamma=3),
        "spreading-knn": lambda: semi_supervised.LabelSpreading(kernel="knn", n_neighbors=5),
    }.items()
]
CASES += [
    Case(f"neighbors-{name}-two_texts", make, "two_texts")
    for name, make in {
        "classifier": lambda: neighbors.KNeighborsClassifier(),
        "classifier-distance": lambda: neighbors.KNeighborsClassifier(weights="distance"),
    }.items()
]
