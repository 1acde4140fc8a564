"""scikit-learn's trees, and ensembles of trees."""

import numpy
import pandas
from sklearn import ensemble, tree
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.experimental import enable_hist_gradient_boosting  # noqa: F401
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import data
from case import Case
from shown import shown


def with_gaps(name):
    """Some numbers are not known."""
    def load():
        rows, answers, asked = getattr(data, name)()
        random = numpy.random.RandomState(5)
        rows, asked = (numpy.where(random.rand(*part.shape) < 0.15, numpy.nan, part) for part in (rows, asked))
        return rows, answers, asked
    return load


def late_gaps(name):
    """All numbers are known in training, some not when asked."""
    def load():
        rows, answers, asked = getattr(data, name)()
        return rows, answers, with_gaps(name)()[2]
    return load


def at_thresholds():
    """Asked are the numbers next to those where a tree divides, in double and in float32."""
    rows, kinds, _ = data.two()
    grown = tree.DecisionTreeClassifier(random_state=0).fit(rows, kinds).tree_
    asked = []
    for column, threshold in zip(grown.feature, grown.threshold):
        for number in (threshold, numpy.nextafter(threshold, 9e9), numpy.float32(threshold), threshold * (1 + 3e-8)):
            if column >= 0:
                asked.append(rows[0].copy())
                asked[-1][column] = number
    return rows, kinds, numpy.array(asked)


def with_categories(missing=False):
    """Some columns hold numbers of categories; asked are ones that training has not seen."""
    random = numpy.random.RandomState(3)
    rows = numpy.column_stack([random.normal(size=200), random.randint(0, 7, 200), random.randint(0, 40, 200)])
    rows[:, 2] *= 3
    if missing:
        rows[random.rand(200) < 0.1, 1] = numpy.nan
    values = numpy.nan_to_num(rows[:, 1] % 3, nan=1.0) + (rows[:, 2] % 4 > 1) + 0.1 * rows[:, 0]
    asked = rows[140:].copy()
    asked[:20, 1] = numpy.arange(20)
    asked[20:40, 2] = numpy.arange(20) * 7
    return rows[:150], values[:150], asked


def kinds_of_categories():
    rows, values, asked = with_categories(missing=True)
    return rows, numpy.array(["low", "middle", "high"])[(values > 1).astype(int) + (values > 2)], asked


def frame_of_categories():
    rows, values, asked = with_categories()
    names = numpy.array(["amber", "blue", "cyan", "dun", "ecru", "fawn", "gold"])
    def frame(rows):
        colours = pandas.Categorical(names[rows[:, 1].astype(int) % 7], categories=sorted(names))
        return pandas.DataFrame({"size": rows[:, 0], "colour": colours, "code": rows[:, 2]})
    return frame(rows), values, frame(asked)


HIST_CLASSIFIER = lambda **options: ensemble.HistGradientBoostingClassifier(max_iter=12, **options)
HIST_REGRESSOR = lambda **options: ensemble.HistGradientBoostingRegressor(max_iter=12, **options)
CLASSIFIERS = {
    "one": lambda: tree.DecisionTreeClassifier(random_state=0),
    "one-entropy": lambda: tree.DecisionTreeClassifier(criterion="entropy", max_depth=4, ccp_alpha=0.01),
    "one-weights": lambda: tree.DecisionTreeClassifier(class_weight="balanced", min_samples_leaf=7, random_state=0),
    "one-extra": lambda: tree.ExtraTreeClassifier(random_state=0),
    "stump": lambda: tree.DecisionTreeClassifier(max_depth=1),
    "forest": lambda: ensemble.RandomForestClassifier(12, random_state=0),
    "forest-log": lambda: ensemble.RandomForestClassifier(8, criterion="log_loss", max_depth=3, random_state=0),
    "forest-plain": lambda: ensemble.RandomForestClassifier(7, bootstrap=False, max_features=2, random_state=0),
    "extra-trees": lambda: ensemble.ExtraTreesClassifier(12, random_state=0, max_leaf_nodes=9),
    "boosting": lambda: ensemble.GradientBoostingClassifier(n_estimators=12, random_state=0),
    "boosting-zero": lambda: ensemble.GradientBoostingClassifier(n_estimators=8, init="zero", random_state=0),
    "boosting-dummy": lambda: ensemble.GradientBoostingClassifier(
        n_estimators=6, init=DummyClassifier(strategy="prior"), random_state=0
    ),
    "boosting-init": lambda: ensemble.GradientBoostingClassifier(
        n_estimators=6, init=LogisticRegression(max_iter=500), random_state=0
    ),
    "boosting-init-pipeline": lambda: ensemble.GradientBoostingClassifier(
        n_estimators=6, init=LogisticRegression(max_iter=300, C=0.3), subsample=0.7, random_state=0
    ),
    "boosting-early": lambda: ensemble.GradientBoostingClassifier(
        n_estimators=60, n_iter_no_change=2, subsample=0.8, max_features=2, random_state=0
    ),
    "boosting-exponential": lambda: ensemble.GradientBoostingClassifier(n_estimators=9, loss="exponential"),
    "hist": lambda: HIST_CLASSIFIER(),
    "hist-small": lambda: HIST_CLASSIFIER(max_leaf_nodes=5, l2_regularization=0.3, learning_rate=0.4),
    "hist-early": lambda: HIST_CLASSIFIER(early_stopping=True, random_state=0),
    "hist-interactions": lambda: HIST_CLASSIFIER(interaction_cst=[{0, 1}, {2, 3}]),
    "ada-boost": lambda: ensemble.AdaBoostClassifier(n_estimators=7, random_state=0),
    "bagging": lambda: ensemble.BaggingClassifier(n_estimators=5, max_features=0.6, random_state=0),
}
CASES = [
    # scikit-learn reckons in single precision in the linear model that boosting begins with.
    Case(f"tree-{name}-{data}", make, data, tolerance=1e-5 if "init" in name else 1e-9)
    for name, make in CLASSIFIERS.items()
    for data in ["names", "two", "two_names", "flags", "four"]
    if not (name == "boosting-exponential" and data in ("names", "four"))
]
CASES += [
    Case(f"tree-{name}-values", make, "numbers", tolerance=1e-5 if "init" in name else 1e-9)
    for name, make in {
        "one": lambda: tree.DecisionTreeRegressor(random_state=0),
        "one-absolute": lambda: tree.DecisionTreeRegressor(criterion="absolute_error", max_depth=3, random_state=0),
        "one-friedman": lambda: tree.DecisionTreeRegressor(criterion="friedman_mse", max_depth=3, random_state=0),
        "one-extra": lambda: tree.ExtraTreeRegressor(random_state=0),
        "forest": lambda: ensemble.RandomForestRegressor(9, random_state=0),
        "extra-trees": lambda: ensemble.ExtraTreesRegressor(9, max_depth=5, random_state=0),
        "ada-boost": lambda: ensemble.AdaBoostRegressor(n_estimators=6, random_state=0),
        "ada-boost-exponential": lambda: ensemble.AdaBoostRegressor(n_estimators=6, loss="exponential", random_state=0),
        "bagging": lambda: ensemble.BaggingRegressor(n_estimators=4, random_state=0),
        **{
            f"boosting-{loss}": lambda loss=loss: ensemble.GradientBoostingRegressor(
                n_estimators=12, loss=loss, random_state=0
            )
            for loss in "squared_error absolute_error ls lad huber quantile".split()
        },
        "boosting-zero": lambda: ensemble.GradientBoostingRegressor(n_estimators=8, init="zero", random_state=0),
        "boosting-dummy": lambda: ensemble.GradientBoostingRegressor(
            n_estimators=8, init=DummyRegressor(strategy="median"), random_state=0
        ),
        "boosting-init": lambda: ensemble.GradientBoostingRegressor(n_estimators=8, init=Ridge(), random_state=0),
        "boosting-init-tree": lambda: ensemble.GradientBoostingRegressor(
            n_estimators=8, init=tree.DecisionTreeRegressor(max_depth=2), random_state=0
        ),
        **{
            f"hist-{loss}": lambda loss=loss: HIST_REGRESSOR(loss=loss)
            for loss in "squared_error absolute_error least_squares least_absolute_deviation".split()
        },
        "hist-quantile": lambda: HIST_REGRESSOR(loss="quantile", quantile=0.7),
        "hist-monotonic": lambda: HIST_REGRESSOR(monotonic_cst=[1, 0, -1, 0, 0]),
    }.items()
]
CASES += [
    Case(f"tree-{name}-positive", make, "positive")
    for name, make in {
        "one-poisson": lambda: tree.DecisionTreeRegressor(criterion="poisson", max_depth=4, random_state=0),
        "forest-poisson": lambda: ensemble.RandomForestRegressor(5, criterion="poisson", random_state=0),
        "hist-poisson": lambda: HIST_REGRESSOR(loss="poisson"),
        "hist-gamma": lambda: HIST_REGRESSOR(loss="gamma"),
    }.items()
]
CASES += [
    Case(f"tree-{name}-gaps-{kind}", make, load("names" if kind == "fit" else "two"))
    for kind, load in {"fit": with_gaps, "asked": late_gaps}.items()
    for name, make in {
        "one": lambda: tree.DecisionTreeClassifier(random_state=0),
        "one-extra": lambda: tree.ExtraTreeClassifier(random_state=0),
        "forest": lambda: ensemble.RandomForestClassifier(6, random_state=0),
        "extra-trees": lambda: ensemble.ExtraTreesClassifier(6, random_state=0),
        "bagging": lambda: ensemble.BaggingClassifier(HIST_CLASSIFIER(), n_estimators=2, random_state=0),
        "hist": lambda: HIST_CLASSIFIER(),
    }.items()
]
CASES += [
    Case("tree-hist-gaps-values", lambda: HIST_REGRESSOR(), with_gaps("numbers")),
    Case("tree-forest-gaps-values", lambda: ensemble.RandomForestRegressor(5, random_state=0), with_gaps("numbers")),
    Case("tree-isolation-gaps", lambda: ensemble.IsolationForest(random_state=0), with_gaps("blobs")),
    Case("tree-one-thresholds", lambda: tree.DecisionTreeClassifier(random_state=0), at_thresholds),
    Case("tree-hist-thresholds", lambda: HIST_CLASSIFIER(), at_thresholds),
    Case("tree-hist-categories", lambda: HIST_REGRESSOR(categorical_features=[1]), with_categories),
    Case("tree-hist-categories-mask", lambda: HIST_REGRESSOR(categorical_features=[False, True, False]), with_categories),
    Case("tree-hist-categories-kinds", lambda: HIST_CLASSIFIER(categorical_features=[1]), kinds_of_categories),
    Case("tree-hist-categories-frame", lambda: HIST_REGRESSOR(categorical_features=["code"]), lambda: numeric_frame()),
    Case("tree-hist-categories-types", lambda: HIST_REGRESSOR(categorical_features="from_dtype"), frame_of_categories),
    Case("tree-isolation", lambda: ensemble.IsolationForest(n_estimators=20, random_state=0), "blobs"),
    Case(
        "tree-isolation-share",
        lambda: ensemble.IsolationForest(n_estimators=20, contamination=0.1, max_features=2, random_state=0),
        "blobs",
    ),
    Case("tree-pipeline", lambda: make_pipeline(StandardScaler(), CLASSIFIERS["forest"]()), "names"),
]
CASES += [
    Case(f"tree-{name}-{data}", make, data)
    for name, data, make in [
        ("one", "two_numbers", lambda: tree.DecisionTreeRegressor(max_depth=4, random_state=0)),
        ("one-extra", "two_numbers", lambda: tree.ExtraTreeRegressor(max_depth=4, random_state=0)),
        ("forest", "two_numbers", lambda: ensemble.RandomForestRegressor(6, random_state=0)),
        ("extra-trees", "two_numbers", lambda: ensemble.ExtraTreesRegressor(6, random_state=0)),
        ("bagging", "two_numbers", lambda: ensemble.BaggingRegressor(n_estimators=3, random_state=0)),
        ("one", "two_kinds", lambda: tree.DecisionTreeClassifier(max_depth=3, random_state=0)),
        ("forest", "two_kinds", lambda: ensemble.RandomForestClassifier(6, random_state=0)),
        ("extra-trees", "two_kinds", lambda: ensemble.ExtraTreesClassifier(6, random_state=0)),
        ("one", "table_of_labels", lambda: tree.DecisionTreeClassifier(max_depth=3, random_state=0)),
        ("forest", "table_of_labels", lambda: ensemble.RandomForestClassifier(6, random_state=0)),
        ("forest", "two_texts", lambda: ensemble.RandomForestClassifier(6, random_state=0)),
        ("one", "two_texts", lambda: tree.DecisionTreeClassifier(max_depth=3, random_state=0)),
    ]
]
CASES += [
    shown(f"tree-embedding{name}", lambda options=options: ensemble.RandomTreesEmbedding(4, random_state=0, **options), "blobs")
    for name, options in {"": {}, "-shallow": {"max_depth": 2}, "-dense": {"sparse_output": False}}.items()
]


def numeric_frame():
    rows, values, asked = with_categories()
    names = ["size", "colour", "code"]
    rows[:, 2] %= 12
    asked[:, 2] %= 15
    return pandas.DataFrame(rows, columns=names), values, pandas.DataFrame(asked, columns=names)
