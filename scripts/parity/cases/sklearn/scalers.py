"""scikit-learn's transformers of numbers, number by number or row by row; shown is what they give."""

import numpy
from scipy.sparse import csr_matrix
from sklearn import preprocessing as pp
from sklearn import random_projection, kernel_approximation as ka
from sklearn import feature_selection as fs
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import mutual_info_regression
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.svm import LinearSVC

import data
from shown import shown


def half_normal(rows):
    return rows * 2


def sparse_counts():
    rows, kinds, asked = data.counts()
    return csr_matrix(rows), kinds, asked


def with_constant():
    """A column that never changes, and one of zeros."""
    rows, values, asked = data.numbers()
    for part in (rows, asked):
        part[:, 1], part[:, 3] = 2.5, 0
    return rows, values, asked


def one_column():
    rows, values, asked = data.rising()
    return rows, values, asked


SCALERS = {
    "standard": lambda: pp.StandardScaler(),
    "standard-mean": lambda: pp.StandardScaler(with_std=False),
    "standard-deviation": lambda: pp.StandardScaler(with_mean=False),
    "min-max": lambda: pp.MinMaxScaler((-1, 3)),
    "min-max-clip": lambda: pp.MinMaxScaler(clip=True),
    "max-abs": lambda: pp.MaxAbsScaler(),
    "max-abs-clip": lambda: pp.MaxAbsScaler(clip=True),
    "robust": lambda: pp.RobustScaler(),
    "robust-variance": lambda: pp.RobustScaler(unit_variance=True, with_centering=False),
    "normalizer-l1": lambda: pp.Normalizer("l1"),
    "normalizer-l2": lambda: pp.Normalizer("l2"),
    "normalizer-max": lambda: pp.Normalizer("max"),
    "binarizer": lambda: pp.Binarizer(threshold=0.3),
    "power": lambda: pp.PowerTransformer(),
    "power-plain": lambda: pp.PowerTransformer(standardize=False),
    "quantile": lambda: pp.QuantileTransformer(n_quantiles=30),
    "quantile-many": lambda: pp.QuantileTransformer(n_quantiles=1000),
    "quantile-normal": lambda: pp.QuantileTransformer(n_quantiles=17, output_distribution="normal"),
    "bins": lambda: pp.KBinsDiscretizer(4),
    "bins-dense": lambda: pp.KBinsDiscretizer(3, encode="onehot-dense", strategy="quantile"),
    "bins-k-means": lambda: pp.KBinsDiscretizer(4, encode="ordinal", strategy="kmeans"),
    "bins-uniform": lambda: pp.KBinsDiscretizer(4, encode="ordinal", strategy="uniform"),
    "polynomial": lambda: pp.PolynomialFeatures(3),
    "polynomial-products": lambda: pp.PolynomialFeatures(2, interaction_only=True, include_bias=False),
    "polynomial-degrees": lambda: pp.PolynomialFeatures((2, 3)),
    "splines": lambda: pp.SplineTransformer(),
    "splines-quantile": lambda: pp.SplineTransformer(n_knots=4, degree=2, knots="quantile", include_bias=False),
    **{
        f"splines-{extrapolation}": lambda extrapolation=extrapolation: pp.SplineTransformer(
            n_knots=6, extrapolation=extrapolation
        )
        for extrapolation in "constant linear continue periodic".split()
    },
    "splines-sparse": lambda: pp.SplineTransformer(n_knots=4, sparse_output=True),
    "splines-sparse-linear": lambda: pp.SplineTransformer(n_knots=4, sparse_output=True, extrapolation="linear"),
    "splines-lines": lambda: pp.SplineTransformer(n_knots=3, degree=1, extrapolation="linear"),
    "splines-steps": lambda: pp.SplineTransformer(n_knots=3, degree=0, extrapolation="constant"),
    "splines-high": lambda: pp.SplineTransformer(n_knots=4, degree=5, extrapolation="continue"),
    "random": lambda: random_projection.GaussianRandomProjection(3, random_state=0),
    "random-sparse": lambda: random_projection.SparseRandomProjection(3, random_state=0, density=0.5),
    "random-sparse-dense": lambda: random_projection.SparseRandomProjection(3, random_state=0, dense_output=True),
    "union": lambda: FeatureUnion([("a", pp.StandardScaler()), ("b", pp.MinMaxScaler())]),
    "union-weights": lambda: FeatureUnion(
        [("a", pp.StandardScaler()), ("b", "drop"), ("c", pp.MinMaxScaler())], transformer_weights={"a": 0.5}
    ),
    "union-passthrough": lambda: FeatureUnion([("a", "passthrough"), ("b", pp.Normalizer())]),
    "union-sparse": lambda: FeatureUnion([("a", pp.KBinsDiscretizer(3)), ("b", pp.StandardScaler())]),
    "union-nested": lambda: FeatureUnion(
        [("a", make_pipeline(pp.StandardScaler(), pp.PolynomialFeatures(2))), ("b", fs.SelectKBest(fs.f_regression, k=1))]
    ),
    "centerer": lambda: make_pipeline(pp.PolynomialFeatures(2), pp.KernelCenterer()),
}
CASES = [
    shown(f"scaler-{name}-{kind}", make, load)
    for name, make in SCALERS.items()
    for kind, load in {"numbers": "numbers", "constant": with_constant, "column": one_column, "grid": "grid"}.items()
    if name != "centerer"
    and not (name.startswith(("random", "union-nested")) and kind == "column")
    and not (name == "bins-k-means" and kind == "constant")
]
FUNCTIONS = (
    "abs absolute arccos arcsin arcsinh arctan cbrt ceil cos cosh deg2rad exp exp2 expm1 fabs floor isfinite isnan "
    "log log10 log1p log2 negative positive rad2deg reciprocal rint sign sin sinh sqrt square tan tanh trunc "
    "degrees radians arctanh arccosh nan_to_num around round conjugate"
).split()


def positive_rows():
    """Between 0 and 1, where all functions are defined."""
    rows, values, asked = data.numbers()
    rows, asked = 1 / (1 + numpy.exp(-rows)), 1 / (1 + numpy.exp(-asked))
    return rows, values, asked


CASES += [
    shown(f"function-{name}", lambda name=name: pp.FunctionTransformer(getattr(numpy, name), validate=True), positive_rows)
    for name in FUNCTIONS
    if name != "arccosh"
]
CASES += [
    shown("function-around-numbers", lambda: pp.FunctionTransformer(numpy.around, validate=True), "numbers"),
    shown("function-none", lambda: pp.FunctionTransformer(validate=True), positive_rows),
    shown("function-inverse", lambda: pp.FunctionTransformer(numpy.log1p, numpy.expm1, validate=True), positive_rows),
    shown("function-unchecked", lambda: make_pipeline(pp.StandardScaler(), pp.FunctionTransformer(numpy.sin)), "numbers"),
    shown(
        "function-arguments",
        lambda: pp.FunctionTransformer(numpy.around, kw_args={"decimals": 1}, validate=True),
        positive_rows,
    ),
    shown(
        "function-own",
        lambda: pp.FunctionTransformer(half_normal, validate=True),
        positive_rows,
        foreign="the function is the user's own",
    ),
    shown("scaler-power-box-cox", lambda: pp.PowerTransformer("box-cox"), positive_rows),
    shown("scaler-standard-sparse", lambda: pp.StandardScaler(with_mean=False), sparse_counts),
    shown("scaler-max-abs-sparse", lambda: pp.MaxAbsScaler(), sparse_counts),
    shown("scaler-robust-sparse", lambda: pp.RobustScaler(with_centering=False), sparse_counts),
    shown("scaler-normalizer-sparse", lambda: pp.Normalizer(), sparse_counts),
    shown("scaler-polynomial-sparse", lambda: pp.PolynomialFeatures(2), sparse_counts),
    shown("scaler-quantile-zeros", lambda: pp.QuantileTransformer(n_quantiles=9, ignore_implicit_zeros=True), sparse_counts),
]
CASES += [
    shown(f"select-{name}-{kind}", lambda make=make, score=score: make(score), kind)
    for kind, score in {"numbers": fs.f_regression, "names": fs.f_classif, "counts": fs.chi2}.items()
    for name, make in {
        "best": lambda score: fs.SelectKBest(score, k=2),
        "all": lambda score: fs.SelectKBest(score, k="all"),
        "percentile": lambda score: fs.SelectPercentile(score, percentile=40),
        "false-positives": lambda score: fs.SelectFpr(score),
        "false-discoveries": lambda score: fs.SelectFdr(score, alpha=0.2),
        "family": lambda score: fs.SelectFwe(score, alpha=0.3),
        "generic": lambda score: fs.GenericUnivariateSelect(score, mode="k_best", param=3),
        "generic-percentile": lambda score: fs.GenericUnivariateSelect(score, mode="percentile", param=50),
    }.items()
]
CASES += [
    shown(f"select-{name}", make, kind)
    for name, kind, make in [
        ("information", "numbers", lambda: fs.SelectKBest(mutual_info_regression, k=2)),
        ("correlations", "numbers", lambda: fs.SelectKBest(fs.r_regression, k=2)),
        ("variance", "numbers", lambda: fs.VarianceThreshold(0.9)),
        ("variance-zero", with_constant, lambda: fs.VarianceThreshold()),
        ("model-lasso", "numbers", lambda: fs.SelectFromModel(Lasso(0.5))),
        ("model-median", "numbers", lambda: fs.SelectFromModel(Ridge(), threshold="median")),
        ("model-mean", "numbers", lambda: fs.SelectFromModel(Ridge(), threshold="1.25*mean")),
        ("model-number", "numbers", lambda: fs.SelectFromModel(Ridge(), threshold=20.0)),
        ("model-most", "numbers", lambda: fs.SelectFromModel(Ridge(), threshold=-numpy.inf, max_features=2)),
        ("model-norm", "names", lambda: fs.SelectFromModel(LogisticRegression(max_iter=500), norm_order=2)),
        ("model-l1", "names", lambda: fs.SelectFromModel(LinearSVC(penalty="l1", dual=False, C=0.1, random_state=0))),
        ("model-forest", "four", lambda: fs.SelectFromModel(RandomForestClassifier(9, random_state=0))),
        ("elimination", "numbers", lambda: fs.RFE(LinearRegression(), n_features_to_select=2)),
        ("elimination-steps", "four", lambda: fs.RFE(RandomForestClassifier(5, random_state=0), step=2)),
        ("elimination-searched", "numbers", lambda: fs.RFECV(Ridge(), cv=3)),
        ("sequential", "numbers", lambda: fs.SequentialFeatureSelector(Ridge(), n_features_to_select=2, cv=3)),
        (
            "sequential-backward",
            "names",
            lambda: fs.SequentialFeatureSelector(
                LogisticRegression(max_iter=300), n_features_to_select=2, direction="backward", cv=3
            ),
        ),
    ]
]
CASES += [
    shown(f"kernel-{name}", make, kind)
    for name, kind, make in [
        ("nystroem", "numbers", lambda: ka.Nystroem(n_components=8, random_state=0)),
        *(
            (f"nystroem-{kernel}", "counts", lambda kernel=kernel: ka.Nystroem(kernel, n_components=4, random_state=0))
            for kernel in "linear poly polynomial sigmoid cosine laplacian chi2 additive_chi2 rbf".split()
        ),
        ("fourier", "numbers", lambda: ka.RBFSampler(n_components=8, random_state=0, gamma=0.3)),
        ("fourier-scale", "numbers", lambda: ka.RBFSampler(n_components=8, random_state=0, gamma="scale")),
        ("chi-squared", "counts", lambda: ka.AdditiveChi2Sampler(sample_steps=3)),
        ("chi-squared-default", "counts", lambda: ka.AdditiveChi2Sampler()),
        ("chi-squared-interval", "counts", lambda: ka.AdditiveChi2Sampler(sample_steps=2, sample_interval=0.4)),
        ("skewed", "counts", lambda: ka.SkewedChi2Sampler(n_components=6, random_state=0)),
        ("count-sketch", "numbers", lambda: ka.PolynomialCountSketch(n_components=16, random_state=0)),
        ("count-sketch-3", "numbers", lambda: ka.PolynomialCountSketch(degree=3, n_components=10, coef0=1.5, random_state=0)),
        ("count-sketch-gamma", "counts", lambda: ka.PolynomialCountSketch(gamma=0.4, n_components=9, random_state=0)),
    ]
]
