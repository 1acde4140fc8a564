"""How models are saved: pickle's protocols, joblib's compressions; and what they were trained with."""

import numpy
import pandas
from scipy.sparse import csc_matrix, csr_matrix
from sklearn import ensemble, naive_bayes, neighbors, tree
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge, SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import data
from case import Case, joblibbed, pickled

MODELS = {
    "forest": (lambda: ensemble.RandomForestClassifier(5, random_state=0), "names"),
    "pipeline": (lambda: make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)), "two_names"),
    "texts": (lambda: make_pipeline(TfidfVectorizer(), LogisticRegression()), "texts"),
    "neighbors": (lambda: neighbors.KNeighborsClassifier(), "names"),
}
SAVES = {f"pickle-{protocol}": pickled(protocol) for protocol in range(6)} | {
    "joblib": joblibbed(),
    **{
        f"joblib-{name}": joblibbed((name, 3))
        for name in "zlib gzip bz2 xz lzma lz4".split()
    },
    "joblib-best": joblibbed(9),
}
CASES = [
    Case(f"format-{form}-{name}", make, rows, save=save)
    for form, save in SAVES.items()
    for name, (make, rows) in MODELS.items()
]


def fortran(name):
    """Arrays whose columns lie together, as models keep them then."""
    def load():
        rows, answers, asked = getattr(data, name)()
        return numpy.asfortranarray(rows), answers, asked
    return load


def single(name):
    """Trained with float32, as many data are; asked in double."""
    def load():
        rows, answers, asked = getattr(data, name)()
        return rows.astype(numpy.float32), answers, asked
    return load


def sparse(name, kind=csr_matrix):
    def load():
        rows, answers, asked = getattr(data, name)()
        return kind(rows), answers, asked
    return load


def whole(name, kind):
    """Labels of another type."""
    def load():
        rows, answers, asked = getattr(data, name)()
        return rows, numpy.asarray(answers).astype(kind), asked
    return load


def unicode_names():
    rows, kinds, asked = data.iris()
    return rows, numpy.array(["Süß", "日本", "a \"b\" \\ \n"], dtype=object)[kinds], asked


def mixed_labels():
    rows, kinds, asked = data.iris()
    return rows, pandas.Series(pandas.Categorical.from_codes(kinds, ["x", "y", "z"])), asked


LEARNERS = {
    "logistic": lambda: LogisticRegression(max_iter=500),
    "sgd": lambda: SGDClassifier(loss="modified_huber", random_state=0),
    "bayes": lambda: naive_bayes.GaussianNB(),
    "neighbors": lambda: neighbors.KNeighborsClassifier(3),
    "forest": lambda: ensemble.RandomForestClassifier(5, random_state=0),
    "network": lambda: MLPClassifier((5,), max_iter=40, random_state=0),
}
CASES += [
    Case(f"trained-{kind}-{name}", make, load, tolerance=1e-6 if kind == "single" else 1e-9)
    for kind, load in {
        "columns": fortran("names"),
        "single": single("four"),
        "bytes": whole("two", numpy.int8),
        "unsigned": whole("two", numpy.uint16),
        "floats": whole("two", numpy.float64),
        "int32": whole("four", numpy.int32),
        "unicode": unicode_names,
        "categories": mixed_labels,
    }.items()
    for name, make in LEARNERS.items()
]
CASES += [
    Case(f"sparse-{name}-{kind.__name__}", make, sparse(rows, kind))
    for kind in (csr_matrix, csc_matrix)
    for name, rows, make in [
        ("logistic", "counts", lambda: LogisticRegression(max_iter=500)),
        ("liblinear", "two", lambda: LogisticRegression(solver="liblinear")),
        ("sgd", "counts", lambda: SGDClassifier(random_state=0)),
        ("ridge", "numbers", lambda: Ridge(solver="sag", random_state=0)),
        ("lasso", "numbers", lambda: Lasso(0.1)),
        ("squares", "numbers", lambda: LinearRegression()),
        ("bayes", "counts", lambda: naive_bayes.MultinomialNB()),
        ("bernoulli", "counts", lambda: naive_bayes.BernoulliNB()),
        ("complement", "counts", lambda: naive_bayes.ComplementNB()),
        ("neighbors", "wide", lambda: neighbors.KNeighborsClassifier(3)),
        ("neighbors-regressor", "wide", lambda: neighbors.KNeighborsRegressor(3, weights="distance")),
        ("forest", "counts", lambda: ensemble.RandomForestClassifier(5, random_state=0)),
        ("tree", "counts", lambda: tree.DecisionTreeClassifier(random_state=0)),
        ("boosting", "counts", lambda: ensemble.GradientBoostingClassifier(n_estimators=4, random_state=0)),
        ("k-means", "counts", lambda: KMeans(3, n_init=1, random_state=0)),
        ("network", "counts", lambda: MLPClassifier((5,), max_iter=40, random_state=0)),
        ("elastic", "numbers", lambda: ElasticNet(0.1)),
    ]
]


def fit_and_sparsify(model, rows, answers):
    return model.fit(rows, answers).sparsify()


CASES += [
    Case(f"sparse-coefficients-{name}-{rows}", make, rows, fit=fit_and_sparsify)
    for rows in ("counts", "two")
    for name, make in {
        "sgd": lambda: SGDClassifier(penalty="l1", random_state=0),
        "logistic": lambda: LogisticRegression(penalty="l1", solver="saga", C=0.1),
    }.items()
]
