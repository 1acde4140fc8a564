#!/usr/bin/env python3
"""Trees, forests and boosted trees saved by scikit-learn, and what it answers itself.

    python3 -m venv /tmp/s && /tmp/s/bin/pip install scikit-learn
    /tmp/s/bin/python make_sklearn.py

Made with 0.24.2, 1.2.2, 1.3.2, 1.5.2 and 1.9.1.
"""

import pickle
import warnings

import numpy
import sklearn
from sklearn.ensemble import (
    ExtraTreesClassifier, ExtraTreesRegressor, GradientBoostingClassifier, GradientBoostingRegressor, IsolationForest,
    RandomForestClassifier, RandomForestRegressor,
)

if tuple(int(part) for part in sklearn.__version__.split(".")[:2]) < (1, 0):
    from sklearn.experimental import enable_hist_gradient_boosting  # noqa: F401
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier, ExtraTreeRegressor

from rows import case, holed, plain, questions, training, write

warnings.filterwarnings("ignore")
VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
NAME = ".".join(map(str, VERSION))


def cases():
    X, score, chance = training(5, 200)
    holes = holed(X, chance)
    names = numpy.array(["low", "middle", "high"])[numpy.digitize(score, [0, 1.2])]
    three, two = numpy.digitize(score, [0, 1.2]), score > 0.7
    absolute = "absolute_error" if VERSION >= (1, 0) else "mae"
    yield "tree", DecisionTreeClassifier(max_depth=4, random_state=1), X, names, VERSION >= (1, 3)
    yield "tree-weighted", DecisionTreeClassifier(max_leaf_nodes=9, class_weight="balanced", criterion="entropy", random_state=1), X, three, VERSION >= (1, 3)
    yield "tree-regressor", DecisionTreeRegressor(max_depth=5, random_state=1), X, score, VERSION >= (1, 3)
    yield "tree-absolute", DecisionTreeRegressor(max_depth=3, criterion=absolute, random_state=1), X, score, False
    yield "extra-tree", ExtraTreeClassifier(max_depth=5, random_state=1), X, three, VERSION >= (1, 6)
    yield "extra-tree-regressor", ExtraTreeRegressor(max_depth=5, random_state=1), X, score, VERSION >= (1, 6)
    yield "stump", DecisionTreeClassifier(), X, numpy.zeros(len(X), int), VERSION >= (1, 3)
    yield "forest", RandomForestClassifier(11, max_depth=5, random_state=1), X, names, VERSION >= (1, 4)
    yield "forest-deep", RandomForestClassifier(9, random_state=1), X, two, VERSION >= (1, 4)
    yield "forest-regressor", RandomForestRegressor(10, max_depth=5, random_state=1), X, score, VERSION >= (1, 4)
    yield "extra-trees", ExtraTreesClassifier(10, max_depth=4, random_state=1), X, three, VERSION >= (1, 6)
    yield "extra-trees-regressor", ExtraTreesRegressor(10, max_depth=4, random_state=1), X, score, VERSION >= (1, 6)
    if VERSION >= (1, 4):
        yield "tree-missing", DecisionTreeClassifier(max_depth=4, random_state=1), holes, three, True
        yield "forest-missing", RandomForestRegressor(10, max_depth=5, random_state=1), holes, score, True
    boosted = dict(n_estimators=8, max_depth=3, random_state=1)
    log_loss = "log_loss" if VERSION >= (1, 1) else "deviance"
    squared = "squared_error" if VERSION >= (1, 0) else "ls"
    yield "boosting", GradientBoostingClassifier(loss=log_loss, **boosted), X, two, False
    yield "boosting-classes", GradientBoostingClassifier(subsample=0.8, **boosted), X, names, False
    yield "boosting-exponential", GradientBoostingClassifier(loss="exponential", **boosted), X, two, False
    yield "boosting-zero", GradientBoostingClassifier(init="zero", **boosted), X, three, False
    for loss in (squared, "huber", "quantile", absolute.replace("mae", "lad")):
        yield f"boosting-{loss}", GradientBoostingRegressor(loss=loss, **boosted), X, score, False
    hist = dict(max_iter=6, max_leaf_nodes=7, random_state=1)
    yield "hist", HistGradientBoostingClassifier(**hist), holes, two, True
    yield "hist-classes", HistGradientBoostingClassifier(**hist), holes, names, True
    yield "hist-regressor", HistGradientBoostingRegressor(**hist), X, score, True
    yield "hist-poisson", HistGradientBoostingRegressor(loss="poisson", **hist), holes, numpy.exp(score / 3), True
    yield "hist-categories", HistGradientBoostingRegressor(categorical_features=[1, 3], **hist), numeric_categories(X), score, True
    yield "isolation", IsolationForest(n_estimators=12, random_state=1), X, None, VERSION >= (1, 6)
    yield "isolation-columns", IsolationForest(n_estimators=12, max_features=3, max_samples=50, contamination=0.1, random_state=1), X, None, VERSION >= (1, 6)


def numeric_categories(X):
    """Column 1 holds categories too, not from zero on, and some are missing."""
    X = X.copy()
    X[:, 1] = numpy.clip(numpy.floor(X[:, 1] * 2) + 8, 2, 13)
    X[::17, 3] = numpy.nan
    return X


def splits(model):
    for member in numpy.ravel(getattr(model, "estimators_", [model])):
        tree = getattr(member, "tree_", None)
        if tree is not None:
            yield from ((feature, value) for feature, value in zip(tree.feature, tree.threshold) if feature >= 0)
    for stage in getattr(model, "_predictors", []):
        for predictor in stage:
            yield from ((int(node["feature_idx"]), float(node["num_threshold"])) for node in predictor.nodes if not node["is_leaf"])


def main():
    expected = {}
    for name, model, X, y, takes_missing in cases():
        model.fit(X) if y is None else model.fit(X, y)
        categories = () if "categories" not in name else (1, 3) if VERSION >= (1, 4) else ()
        asked = questions(7, splits(model), missing=takes_missing, categories=categories)
        if "categories" in name and VERSION < (1, 4):
            asked = numpy.vstack([X[:60], X[:20] + [0, 0, 0, 9, 0]])  # far numbers wrap around in C
        known = getattr(model, "classes_", numpy.array([-1, 1]) if "isolation" in name else None)
        answers = model.predict(asked)
        if known is not None:
            answers = numpy.searchsorted(known, answers)
        more = dict(probabilities=plain(model.predict_proba(asked))) if hasattr(model, "predict_proba") else {}
        expected[f"{name}.pkl"] = case(pickle.dumps(model, protocol=4), asked, answers, **more)
    write(f"sklearn-{NAME}", expected)


main()
