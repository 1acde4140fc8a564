#!/usr/bin/env python3
"""Models saved by LightGBM, and what `Booster.predict` answers: what KServe's server does.

    python3 -m venv /tmp/l && /tmp/l/bin/pip install lightgbm
    /tmp/l/bin/python make_lightgbm.py

Made with 3.3.5 and 4.7.0.
"""

import re

import lightgbm
import numpy

from rows import case, holed, questions, training, write

VERSION = ".".join(lightgbm.__version__.split(".")[:2])


def splits(text):
    for tree in text.split("Tree=")[1:]:
        line = {key: value for key, value in re.findall(r"^(\w+)=(.*)$", tree, re.M)}
        pairs = zip(line.get("split_feature", "").split(), line.get("threshold", "").split(), line.get("decision_type", "").split())
        yield from ((int(feature), float(value)) for feature, value, kind in pairs if not int(kind) & 1)


def cases():
    X, score, chance = training(9)
    holes = holed(X, chance)
    zeros = numpy.where(chance.rand(*X.shape) < 0.3, 0, X)
    positive = numpy.exp(score / 3)
    share = numpy.clip(score / 5 + 0.3, 0, 1)
    classes = numpy.digitize(score, [0, 1.2])
    two = (score > 0.7).astype(int)
    for objective, y in [
        ("regression", score), ("regression_l1", score), ("huber", score), ("fair", score), ("quantile", score), ("mape", positive),
        ("poisson", positive), ("gamma", positive), ("tweedie", positive), ("binary", two), ("cross_entropy", share),
        ("cross_entropy_lambda", share),
    ]:
        yield objective, dict(objective=objective), holes, y, 5, {}
    yield "sqrt", dict(objective="regression", reg_sqrt=True), X, score, 5, {}
    yield "sigmoid", dict(objective="binary", sigmoid=2.5, is_unbalance=True), holes, two, 5, {}
    yield "classes", dict(objective="multiclass", num_class=3), holes, classes, 5, {}
    yield "one-versus-all", dict(objective="multiclassova", num_class=3, sigmoid=1.5), X, classes, 5, {}
    yield "rank", dict(objective="lambdarank"), X, classes, 3, {"group": [60] * 4}
    yield "forest", dict(objective="binary", boosting="rf", bagging_fraction=0.5, bagging_freq=1), holes, two, 7, {}
    yield "forest-classes", dict(objective="multiclass", num_class=3, boosting="rf", bagging_fraction=0.5, bagging_freq=1), X, classes, 4, {}
    yield "dart", dict(objective="regression", boosting="dart", drop_rate=0.5), holes, score, 8, {}
    yield "zero-missing", dict(objective="regression", zero_as_missing=True), zeros, score, 6, {}
    yield "no-missing", dict(objective="regression", use_missing=False), X, score, 6, {}
    yield "categories", dict(objective="regression", min_data_per_group=5, cat_smooth=1), holes, score, 8, {"categories": [3]}
    yield "categories-many", dict(objective="binary", min_data_per_group=5, cat_smooth=1, max_cat_to_onehot=1), numeric_categories(X), two, 8, {"categories": [1, 3]}
    yield "linear", dict(objective="regression", linear_tree=True), X, score, 5, {}
    yield "linear-missing", dict(objective="binary", linear_tree=True), holes, two, 5, {}
    yield "many", dict(objective="binary", num_leaves=31), holes, two, 60, {}
    yield "leaf", dict(objective="regression", min_data_in_leaf=500), X, score, 2, {}
    yield "custom", dict(objective="none" if VERSION < "4" else lambda pred, data: (pred - data.get_label(), numpy.ones_like(pred))), X, score, 3, {}


def numeric_categories(X):
    X = X.copy()
    X[:, 1] = numpy.clip(numpy.floor(X[:, 1] * 20) + 50, 0, 100)
    return X


def main():
    expected = {}
    for name, options, X, y, rounds, extra in cases():
        options = {"num_leaves": 7, "min_data_in_leaf": 8, "verbose": -1, "num_threads": 1, "seed": 1, **options}
        data = lightgbm.Dataset(X, y, group=extra.get("group"), categorical_feature=extra.get("categories", "auto"))
        if name == "custom" and VERSION < "4":
            booster = lightgbm.train(options, data, rounds, fobj=lambda pred, data: (pred - data.get_label(), numpy.ones_like(pred)))
        else:
            booster = lightgbm.train(options, data, rounds)
        text = booster.model_to_string()
        asked = questions(11, splits(text), categories=extra.get("categories", ()))
        if extra.get("categories"):
            asked = numpy.vstack([asked, X[:40]])
            asked[0, 3] = -0.5
        expected[f"{name}.txt"] = case(text.encode(), asked, lightgbm.Booster(model_str=text).predict(asked))
    write(f"lightgbm-{VERSION}", expected)


main()
