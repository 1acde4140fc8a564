"""Every estimator that a version of scikit-learn lists, so that none is forgotten: by its defaults where it has them."""

import numpy
from sklearn.decomposition import PCA
from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler
from sklearn.utils import all_estimators

import data
import tables
from case import Case
from shown import shown


def logistic():
    return LogisticRegression(max_iter=500)


def pairs():
    return [("a", logistic()), ("b", LogisticRegression(C=0.1, max_iter=500))]


#: What is given to those that want something: estimators around others, and choices without which fits take long.
GIVEN = {
    "AdaBoostClassifier": dict(n_estimators=5),
    "BayesianGaussianMixture": dict(n_components=2),
    "CalibratedClassifierCV": dict(cv=3),
    "ClassifierChain": [logistic()],
    "ColumnTransformer": [[("a", StandardScaler(), [0, 2])]],
    "DictionaryLearning": dict(n_components=3, max_iter=10),
    "EllipticEnvelope": dict(random_state=0),
    "FactorAnalysis": dict(n_components=2),
    "FastICA": dict(n_components=3),
    "FeatureUnion": [[("a", StandardScaler()), ("b", PCA(2))]],
    "FixedThresholdClassifier": [logistic()],
    "FrozenEstimator": [None],
    "GridSearchCV": [logistic(), {"C": [0.1, 1]}],
    "HalvingGridSearchCV": [logistic(), {"C": [0.1, 1]}],
    "HalvingRandomSearchCV": [logistic(), {"C": [0.1, 1]}],
    "HashingVectorizer": dict(n_features=64),
    "IncrementalPCA": dict(n_components=2),
    "IsotonicRegression": dict(out_of_bounds="clip"),
    "KernelPCA": dict(n_components=2, kernel="rbf"),
    "LocalOutlierFactor": dict(novelty=True),
    "MiniBatchDictionaryLearning": dict(n_components=3),
    "MiniBatchNMF": dict(n_components=2),
    "MiniBatchSparsePCA": dict(n_components=2),
    "MultiOutputClassifier": [logistic()],
    "MultiOutputRegressor": [Ridge()],
    "MissingIndicator": dict(features="all"),
    "NMF": dict(n_components=2, init="nndsvda", max_iter=400),
    "OneVsOneClassifier": [logistic()],
    "OneVsRestClassifier": [logistic()],
    "OutputCodeClassifier": [logistic()],
    "Pipeline": [[("a", StandardScaler()), ("b", logistic())]],
    "RFE": [logistic()],
    "RFECV": [logistic()],
    "RadiusNeighborsClassifier": dict(radius=30.0),
    "RadiusNeighborsRegressor": dict(radius=4.0),
    "RandomizedSearchCV": [logistic(), {"C": [0.1, 1]}],
    "RegressorChain": [Ridge()],
    "SelectFromModel": [logistic()],
    "SelectKBest": dict(k=2),
    "SelfTrainingClassifier": [logistic()],
    "SequentialFeatureSelector": [logistic()],
    "SparseCoder": [numpy.eye(5)[:3]],
    "SparsePCA": dict(n_components=2),
    "SparseRandomProjection": dict(n_components=3),
    "GaussianRandomProjection": dict(n_components=3),
    "SpectralBiclustering": dict(n_clusters=2),
    "StackingClassifier": [pairs()],
    "StackingRegressor": [[("a", Ridge())]],
    "TunedThresholdClassifierCV": [logistic()],
    "VotingClassifier": [pairs()],
    "VotingRegressor": [[("a", Ridge()), ("b", Ridge(3))]],
}
#: Rows, for those that take other ones than their kind does.
ROWS = {
    **dict.fromkeys("AdditiveChi2Sampler ComplementNB LatentDirichletAllocation MiniBatchNMF MultinomialNB NMF".split(), "counts"),
    **dict.fromkeys("CountVectorizer HashingVectorizer TfidfVectorizer TfidfTransformer".split(), "texts"),
    **dict.fromkeys("CCA MultiOutputRegressor PLSCanonical PLSRegression PLSSVD RegressorChain".split(), "two_numbers"),
    **dict.fromkeys(f"MultiTask{name}" for name in "ElasticNet ElasticNetCV Lasso LassoCV".split()),
    **dict.fromkeys("ClassifierChain".split(), "table_of_labels"),
    **dict.fromkeys("FixedThresholdClassifier TunedThresholdClassifierCV".split(), "two_names"),
    **dict.fromkeys("GenericUnivariateSelect SelectFdr SelectFpr SelectFwe SelectKBest SelectPercentile".split(), "four"),
    **dict.fromkeys("RFE RFECV SelectFromModel SequentialFeatureSelector LinearDiscriminantAnalysis".split(), "four"),
    "BernoulliRBM": "binary",
    "KernelCenterer": lambda: (numpy.eye(5), None, data.numbers()[2]),
    "OneHotEncoder": "categories",
    "OrdinalEncoder": "categories",
    "CategoricalNB": "categories",
    "GammaRegressor": "positive",
    "IsotonicRegression": "rising",
    "LabelPropagation": "partly_labelled",
    "LabelSpreading": "partly_labelled",
    "MultiOutputClassifier": "two_kinds",
    "NeighborhoodComponentsAnalysis": "names",
    "PoissonRegressor": "positive",
    "SelfTrainingClassifier": "partly_labelled",
    "SkewedChi2Sampler": "counts",
    "TfidfTransformer": "counts",
    "TargetEncoder": tables.data(columns=["port", "class"]),
}
ROWS |= dict.fromkeys([name for name, rows in ROWS.items() if rows is None], "two_numbers")
#: What is refused, and why.
FOREIGN = {
    **dict.fromkeys("LabelBinarizer LabelEncoder MultiLabelBinarizer".split(), "turns answers, not rows"),
    **dict.fromkeys("DictVectorizer FeatureHasher".split(), "takes rows that no protocol brings"),
    "PatchExtractor": "takes pictures",
}
#: Those that can what the estimator inside can, here to predict.
WITHIN = "FrozenEstimator GridSearchCV HalvingGridSearchCV HalvingRandomSearchCV IsotonicRegression Pipeline RandomizedSearchCV".split()
#: Rows that these take, which `shown` cannot bring: nothing is asked of them.
UNASKED = {"DictVectorizer", "FeatureHasher", "LabelBinarizer", "LabelEncoder", "MultiLabelBinarizer", "PatchExtractor"}


def make(name, kind):
    given = GIVEN.get(name, {})
    if name == "FrozenEstimator":
        return kind(logistic().fit(*data.names()[:2]))
    model = kind(*given) if isinstance(given, list) else kind(**given)
    known = model.get_params(deep=False)
    return model.set_params(random_state=0) if "random_state" in known and name != "EllipticEnvelope" else model


def rows_of(name, kind):
    bases = {base.__name__ for base in kind.__mro__}
    if name in ROWS:
        return ROWS[name]
    if "ClassifierMixin" in bases or name in WITHIN:
        return "names"
    if bases & {"ClusterMixin", "OutlierMixin", "BaseMixture"}:
        return "blobs"
    return "numbers"


def nothing(model, method, rows):
    """Asked is whether it is refused."""
    return numpy.zeros(0) if method == "predict" else None


def cases(name, kind):
    rows, new = rows_of(name, kind), lambda: make(name, kind)
    predicts, transforms = (hasattr(kind, method) for method in ("predict", "transform"))
    if name in WITHIN:
        predicts, transforms = True, False
    if name in UNASKED:
        yield Case(f"every-{name}", lambda: kind(), lambda: ([{"a": 1}], None, []), fit=unfitted, ask=nothing, foreign=FOREIGN[name])
        return
    if predicts:
        yield Case(f"every-{name}", new, rows, foreign=FOREIGN.get(name))
    if transforms:
        yield shown(f"every-{name}-shown", new, rows, foreign=FOREIGN.get(name))
    if not predicts and not transforms:
        yield Case(f"every-{name}", new, rows, ask=nothing, foreign="has neither predict nor transform")


def unfitted(model, rows, answers):
    return model


CASES = [case for name, kind in all_estimators() for case in cases(name, kind)]
