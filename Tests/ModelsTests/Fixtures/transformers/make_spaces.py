"""Projections, kernels, distances and selections: python3 make_spaces.py (scikit-learn 1.9.1)."""
import numpy as np
from sklearn.cluster import Birch, BisectingKMeans, FeatureAgglomeration, KMeans, MiniBatchKMeans
from sklearn.cross_decomposition import CCA, PLSSVD, PLSCanonical, PLSRegression
from sklearn.decomposition import NMF, PCA, FactorAnalysis, FastICA, IncrementalPCA, KernelPCA, TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import ExtraTreesClassifier, GradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_selection import (
    RFE, RFECV, GenericUnivariateSelect, SelectFdr, SelectFpr, SelectFromModel, SelectFwe, SelectKBest,
    SelectPercentile, SequentialFeatureSelector, VarianceThreshold,
)
from sklearn.kernel_approximation import AdditiveChi2Sampler, Nystroem, RBFSampler, SkewedChi2Sampler
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression
from sklearn.neighbors import NeighborhoodComponentsAnalysis
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection

from cases import Family

random = np.random.RandomState(11)
classes = np.arange(45) % 3
train = np.round(random.randn(45, 5) * [1, 3, 0.5, 1, 2] + classes[:, None] * [1, 0, 0.5, -1, 0] + 3, 3)
rows = np.round(random.randn(6, 5) * 2 + 3, 3)
target = train[:, 0] * 2 - train[:, 3] + random.randn(45)
positive, positive_rows = np.abs(train), np.abs(rows)
family = Family("spaces")
add = family.add


def bins(step):
    """The step behind one that gives sparse rows."""
    return make_pipeline(KBinsDiscretizer(3, encode="onehot"), step)


for whiten in (True, False):
    add(f"PCA {whiten}", PCA(3, whiten=whiten), train, rows)
    add(f"incremental PCA {whiten}", IncrementalPCA(3, whiten=whiten), train, rows)
add("PCA of all", PCA(), train, rows)
add("PCA, sparse", bins(PCA(2, svd_solver="arpack", random_state=0)), train, rows)
add("PCA, NaN", PCA(2), train, np.full((1, 5), np.nan), error=True)
add("SVD", TruncatedSVD(3, random_state=0), train, rows)
add("SVD, sparse", bins(TruncatedSVD(3, random_state=0)), train, rows)
for whiten in ("unit-variance", "arbitrary-variance"):
    add(f"ICA {whiten}", FastICA(3, whiten=whiten, random_state=0), train, rows)
add("ICA without whitening", FastICA(whiten=False, random_state=0, max_iter=500), train - train.mean(axis=0), rows)
add("factors", FactorAnalysis(2), train, rows)
for solver in ("svd", "eigen"):
    add(f"discriminant {solver}", LinearDiscriminantAnalysis(solver=solver), train, rows, classes)
add("discriminant, one component", make_pipeline(LinearDiscriminantAnalysis(n_components=1), StandardScaler()), train, rows, classes)
add("neighbourhood components", NeighborhoodComponentsAnalysis(2, random_state=0), train, rows, classes)
both = np.column_stack([target, train[:, 1] - train[:, 2] + random.randn(45)])
for model in (PLSRegression(2), PLSCanonical(2), CCA(2), PLSSVD(2)):
    add(type(model).__name__, model, train, rows, both)
add("agglomeration", FeatureAgglomeration(2), train, rows)
add("random, Gauss", GaussianRandomProjection(3, random_state=0), train, rows)
add("random, sparse", SparseRandomProjection(3, random_state=0, density=0.5), train, rows)
add("random, sparse of sparse", bins(SparseRandomProjection(3, random_state=0, density=0.5)), train, rows)

for kernel in ("linear", "poly", "rbf", "sigmoid", "cosine"):
    add(f"kernel PCA {kernel}", KernelPCA(2, kernel=kernel, gamma=0.05), train, rows)
    add(f"Nystroem {kernel}", Nystroem(kernel, n_components=4, random_state=0), train / 3, rows / 3)
add("kernel PCA without gamma", KernelPCA(2, kernel="rbf"), train, rows)
for kernel in ("laplacian", "chi2", "additive_chi2"):
    add(f"Nystroem {kernel}", Nystroem(kernel, n_components=4, random_state=0), positive, positive_rows)
add("Nystroem with parameters", Nystroem("polynomial", gamma=0.2, coef0=2, degree=2, n_components=3, random_state=0), train, rows)
add("Nystroem, sparse", bins(Nystroem(n_components=4, random_state=0)), train, rows)
add("Fourier", RBFSampler(n_components=5, random_state=0), train, rows)
add("Fourier, sparse", bins(RBFSampler(gamma="scale", n_components=5, random_state=0)), train, rows)
add("Fourier, skewed", SkewedChi2Sampler(skewedness=0.1, n_components=4, random_state=0), positive, positive_rows)
add("Fourier, skewed, too small", SkewedChi2Sampler(n_components=4, random_state=0), positive, rows * 0 - 2, error=True)
for steps in (1, 2, 3):
    add(f"additive {steps}", AdditiveChi2Sampler(sample_steps=steps), positive, positive_rows * [0, 1, 1, 1, 1])
add("additive, negative", AdditiveChi2Sampler(), positive, -positive_rows, error=True)

add("k-means", KMeans(4, n_init=1, random_state=0), train, rows)
add("k-means before others", make_pipeline(MiniBatchKMeans(3, n_init=1, random_state=0), StandardScaler()), train, rows)
add("bisecting k-means", BisectingKMeans(3, random_state=0), train, rows)
add("birch", Birch(n_clusters=2, threshold=2), train, rows)

for arguments in ({}, {"alpha_W": 0.01, "l1_ratio": 0.3}, {"tol": 1e-9, "max_iter": 50}):
    add(f"NMF {arguments}", NMF(2, init="nndsvda", **arguments), positive, positive_rows)
add("NMF, sparse", bins(NMF(2, init="nndsvda")), train, rows)
add("NMF, negative", NMF(2, init="nndsvda"), positive, -positive_rows, error=True)

for model in (SelectKBest(k=2), SelectKBest(k="all"), SelectPercentile(percentile=50), SelectFpr(), SelectFdr(), SelectFwe(),
              GenericUnivariateSelect(mode="k_best", param=3), GenericUnivariateSelect(mode="fdr", param=0.2)):
    add(f"select {model}", model, train, rows, classes)
ties = SelectPercentile(percentile=40).fit(train, classes)
ties.scores_ = np.array([2.0, 1.0, 2.0, 1.0, 2.0])
add("select of equals", ties, None, rows)
best = SelectKBest(k=2).fit(train, classes)
best.scores_ = np.array([2.0, np.nan, 2.0, 1.0, 2.0])
add("select the best of equals", best, None, rows)
add("select, sparse", bins(SelectKBest(k=4)), train, rows, classes)
add("variance", VarianceThreshold(1.0), train, rows)
for arguments in ({}, {"threshold": "median"}, {"threshold": "1.25*mean"}, {"threshold": 0.5}, {"max_features": 2, "threshold": -np.inf},
                  {"norm_order": 2}, {"norm_order": np.inf}):
    add(f"select from classes {arguments}", SelectFromModel(LogisticRegression(), **arguments), train, rows, classes)
add("select from Lasso", SelectFromModel(Lasso(0.1)), train, rows, target)
add("select from numbers", SelectFromModel(LinearRegression()), train, rows, target)
for model in (RandomForestClassifier(4, max_depth=3, random_state=0), ExtraTreesClassifier(4, max_depth=3, random_state=0),
              GradientBoostingClassifier(n_estimators=3, random_state=0), DecisionTreeClassifier(max_depth=3, random_state=0)):
    add(f"select from {type(model).__name__}", SelectFromModel(model), train, rows, classes)
add("elimination", RFE(LinearRegression(), n_features_to_select=2), train, rows, target)
add("elimination, validated", RFECV(LinearRegression()), train, rows, target)
add("sequential", SequentialFeatureSelector(LinearRegression(), n_features_to_select=2), train, rows, target)
family.write()
