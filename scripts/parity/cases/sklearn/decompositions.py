"""scikit-learn's decompositions, and what else turns rows into other rows; shown is what they give."""

import numpy
from sklearn import cluster, cross_decomposition, decomposition as dc, manifold, neighbors, neural_network
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

import data
from shown import shown


def parts(seed=0, rank=4):
    return numpy.random.RandomState(seed).normal(size=(rank, 5))


CASES = [
    shown(f"parts-{name}", make, kind, **options)
    for name, kind, make, options in [
        ("pca", "numbers", lambda: dc.PCA(3), {}),
        ("pca-whiten", "numbers", lambda: dc.PCA(3, whiten=True), {}),
        ("pca-share", "numbers", lambda: dc.PCA(0.7), {}),
        ("pca-mle", "numbers", lambda: dc.PCA("mle"), {}),
        ("pca-random", "numbers", lambda: dc.PCA(2, svd_solver="randomized", random_state=0), {}),
        ("pca-arpack", "numbers", lambda: dc.PCA(2, svd_solver="arpack", random_state=0), {}),
        ("pca-incremental", "numbers", lambda: dc.IncrementalPCA(3, whiten=True), {}),
        ("svd", "numbers", lambda: dc.TruncatedSVD(3, random_state=0), {}),
        ("svd-arpack", "numbers", lambda: dc.TruncatedSVD(3, algorithm="arpack", random_state=0), {}),
        ("ica", "numbers", lambda: dc.FastICA(3, random_state=0), {}),
        ("ica-plain", "numbers", lambda: dc.FastICA(whiten=False, random_state=0, max_iter=50), {}),
        ("factors", "numbers", lambda: dc.FactorAnalysis(2), {}),
        ("factors-rotated", "numbers", lambda: dc.FactorAnalysis(2, rotation="varimax"), {}),
        *(
            (
                f"kernel-pca-{kernel}",
                "counts",
                lambda kernel=kernel: dc.KernelPCA(3, kernel=kernel, gamma=0.05, eigen_solver="dense"),
                {"tolerance": 1e-8},
            )
            for kernel in "linear poly rbf sigmoid cosine".split()
        ),
        *(
            (f"nmf-{name}", "counts", lambda options=options: dc.NMF(2, random_state=0, max_iter=400, **options), {})
            for name, options in {
                "plain": {"init": "nndsvda"},
                "random": {"init": "random"},
                "mu": {"init": "nndsvda", "solver": "mu"},
                "mu-kullback": {"init": "nndsvda", "solver": "mu", "beta_loss": "kullback-leibler"},
                "mu-itakura": {"init": "random", "solver": "mu", "beta_loss": "itakura-saito"},
                "mu-half": {"init": "nndsvda", "solver": "mu", "beta_loss": 0.5},
                "mu-penalty": {"init": "nndsvda", "solver": "mu", "alpha_W": 0.01, "l1_ratio": 0.4},
                "penalty": {"init": "nndsvda", "alpha_W": 0.01, "alpha_H": 0.02, "l1_ratio": 0.4},
                "alpha": {"init": "nndsvda", "alpha": 0.1, "l1_ratio": 0.4},
            }.items()
        ),
        ("nmf-batches", "counts", lambda: dc.MiniBatchNMF(2, random_state=0), {}),
        ("nmf-batches-beta", "counts", lambda: dc.MiniBatchNMF(2, beta_loss="kullback-leibler", random_state=0), {}),
        ("topics", "counts", lambda: dc.LatentDirichletAllocation(3, random_state=0, max_iter=5), {}),
        (
            "topics-online",
            "counts",
            lambda: dc.LatentDirichletAllocation(2, learning_method="online", random_state=0, max_iter=3),
            {},
        ),
        *(
            (
                f"dictionary-{name}",
                "numbers",
                lambda options=options: dc.DictionaryLearning(4, random_state=0, max_iter=20, **options),
                {},
            )
            for name, options in {
                "omp": {},
                "omp-alpha": {"transform_alpha": 0.5},
                "omp-count": {"transform_n_nonzero_coefs": 2},
                "threshold": {"transform_algorithm": "threshold", "transform_alpha": 0.2},
                "threshold-split": {"transform_algorithm": "threshold", "split_sign": True},
                "threshold-positive": {
                    "transform_algorithm": "threshold",
                    "positive_code": True,
                    "fit_algorithm": "cd",
                },
                "lars": {"transform_algorithm": "lars", "transform_n_nonzero_coefs": 3},
                "lasso-lars": {"transform_algorithm": "lasso_lars", "transform_alpha": 0.3},
                "lasso-cd": {"transform_algorithm": "lasso_cd", "transform_alpha": 0.3},
                "lasso-cd-positive": {
                    "transform_algorithm": "lasso_cd",
                    "transform_alpha": 0.2,
                    "positive_code": True,
                    "fit_algorithm": "cd",
                },
            }.items()
        ),
        ("dictionary-batches", "numbers", lambda: dc.MiniBatchDictionaryLearning(4, random_state=0), {}),
        *(
            (f"coder-{algorithm}", "numbers", lambda algorithm=algorithm: coder(algorithm), {})
            for algorithm in "omp threshold lars lasso_lars lasso_cd".split()
        ),
        ("sparse-pca", "numbers", lambda: dc.SparsePCA(2, random_state=0), {}),
        ("sparse-pca-ridge", "numbers", lambda: dc.SparsePCA(3, ridge_alpha=0.5, alpha=0.4, random_state=0), {}),
        ("sparse-pca-batches", "numbers", lambda: dc.MiniBatchSparsePCA(2, random_state=0), {}),
        ("discriminants", "names", lambda: LinearDiscriminantAnalysis(), {}),
        ("discriminants-eigen", "names", lambda: LinearDiscriminantAnalysis(solver="eigen", n_components=1), {}),
        ("components", "names", lambda: neighbors.NeighborhoodComponentsAnalysis(2, random_state=0, max_iter=20), {}),
        ("squares", "two_numbers", lambda: cross_decomposition.PLSRegression(2), {}),
        ("squares-canonical", "two_numbers", lambda: cross_decomposition.PLSCanonical(2), {}),
        ("squares-svd", "two_numbers", lambda: cross_decomposition.PLSSVD(2), {}),
        ("correlations", "two_numbers", lambda: cross_decomposition.CCA(1), {}),
        ("k-means", "blobs", lambda: cluster.KMeans(4, n_init=1, random_state=0), {}),
        ("k-means-batches", "blobs", lambda: cluster.MiniBatchKMeans(4, n_init=1, random_state=0), {}),
        ("k-means-bisecting", "blobs", lambda: cluster.BisectingKMeans(4, random_state=0), {}),
        ("birch", "blobs", lambda: cluster.Birch(threshold=1.0), {"tolerance": 1e-7}),
        ("agglomeration", "numbers", lambda: cluster.FeatureAgglomeration(2), {}),
        ("agglomeration-max", "numbers", lambda: cluster.FeatureAgglomeration(3, pooling_func=numpy.max), {}),
        ("agglomeration-median", "numbers", lambda: cluster.FeatureAgglomeration(2, pooling_func=numpy.median), {}),
        ("machine", "binary", lambda: neural_network.BernoulliRBM(3, random_state=0, n_iter=4), {}),
        ("neighbours", "numbers", lambda: neighbors.KNeighborsTransformer(n_neighbors=4), {}),
        ("neighbours-connected", "numbers", lambda: neighbors.KNeighborsTransformer(mode="connectivity"), {}),
        ("neighbours-radius", "numbers", lambda: neighbors.RadiusNeighborsTransformer(radius=1.5), {}),
        ("isomap", "blobs", lambda: manifold.Isomap(n_neighbors=12), {"tolerance": 1e-6}),
        ("embedding", "blobs", lambda: manifold.LocallyLinearEmbedding(n_neighbors=12, eigen_solver="dense"), {"tolerance": 1e-6}),
    ]
]


def coder(algorithm):
    """SparseCoder learns nothing: its dictionary is an option."""
    dictionary = parts()
    dictionary /= numpy.linalg.norm(dictionary, axis=1)[:, None]
    return dc.SparseCoder(dictionary, transform_algorithm=algorithm, transform_alpha=None if algorithm in ("omp", "lars") else 0.2)
