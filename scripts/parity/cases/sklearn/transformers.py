"""scikit-learn's transformers, each before a linear model that shows what it gives."""

import numpy
from sklearn import decomposition as dc
from sklearn import feature_selection as fs
from sklearn import kernel_approximation as ka
from sklearn import preprocessing as pp
from sklearn.cluster import FeatureAgglomeration, KMeans
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import KNNImputer
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection

from case import Case


def before(transformer, last):
    """A pipeline of a transformer, a scaler and a model."""
    return make_pipeline(transformer, pp.StandardScaler(with_mean=False), last)


CASES = [
    Case(f"transform-{name}-{data}", lambda make=make, last=last: before(make(), last()), data)
    for name, make in {
        "robust": lambda: pp.RobustScaler(quantile_range=(10, 80)),
        "max-abs": lambda: pp.MaxAbsScaler(),
        "normalizer": lambda: pp.Normalizer("l1"),
        "binarizer": lambda: pp.Binarizer(threshold=0.3),
        "power": lambda: pp.PowerTransformer(),
        "quantile": lambda: pp.QuantileTransformer(n_quantiles=30),
        "quantile-normal": lambda: pp.QuantileTransformer(n_quantiles=30, output_distribution="normal"),
        "bins": lambda: pp.KBinsDiscretizer(4),
        "bins-ordinal": lambda: pp.KBinsDiscretizer(4, encode="ordinal", strategy="uniform"),
        "polynomial": lambda: pp.PolynomialFeatures(2, interaction_only=True),
        "function": lambda: pp.FunctionTransformer(numpy.arctan, validate=True),
        "neighbours": lambda: KNNImputer(),
        "pca": lambda: dc.PCA(3, whiten=True),
        "incremental-pca": lambda: dc.IncrementalPCA(3),
        "svd": lambda: dc.TruncatedSVD(3, random_state=0),
        "ica": lambda: dc.FastICA(3, random_state=0),
        "factors": lambda: dc.FactorAnalysis(2),
        "kernel-pca": lambda: dc.KernelPCA(3, kernel="rbf", gamma=0.1),
        "nystroem": lambda: ka.Nystroem(n_components=8, random_state=0),
        "fourier": lambda: ka.RBFSampler(n_components=8, random_state=0),
        "random": lambda: GaussianRandomProjection(3, random_state=0),
        "random-sparse": lambda: SparseRandomProjection(3, random_state=0, density=0.5),
        "k-means": lambda: KMeans(4, n_init=1, random_state=0),
        "agglomeration": lambda: FeatureAgglomeration(2),
    }.items()
    for data, last in {"numbers": LinearRegression, "names": LogisticRegression}.items()
]
CASES += [
    Case(f"select-{name}", lambda make=make: before(make(), LinearRegression()), "numbers")
    for name, make in {
        "best": lambda: fs.SelectKBest(fs.f_regression, k=2),
        "percentile": lambda: fs.SelectPercentile(fs.f_regression, percentile=40),
        "false-positives": lambda: fs.SelectFpr(fs.f_regression),
        "false-discoveries": lambda: fs.SelectFdr(fs.f_regression),
        "variance": lambda: fs.VarianceThreshold(0.9),
        "model": lambda: fs.SelectFromModel(Lasso(0.5)),
        "forest": lambda: fs.SelectFromModel(RandomForestRegressor(5, random_state=0)),
        "elimination": lambda: fs.RFE(LinearRegression(), n_features_to_select=2),
    }.items()
]
CASES += [
    Case("select-eliminator", lambda: fs.RFE(LinearRegression(), n_features_to_select=2), "numbers"),
    Case("factors-positive", lambda: make_pipeline(pp.MinMaxScaler(clip=True), dc.NMF(2, init="nndsvda"), LinearRegression()), "numbers"),
    Case("chi-squared", lambda: make_pipeline(pp.MinMaxScaler(clip=True), ka.AdditiveChi2Sampler(), LinearRegression()), "numbers"),
]
