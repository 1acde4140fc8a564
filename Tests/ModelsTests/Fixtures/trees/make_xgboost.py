#!/usr/bin/env python3
"""Models saved by XGBoost, and what `Booster.predict` answers: what KServe's server does.

    python3 -m venv /tmp/x && /tmp/x/bin/pip install xgboost-cpu
    /tmp/x/bin/python make_xgboost.py

Made with 1.7.6, 2.1.4 and 3.2.0.
"""

import json

import numpy
import xgboost

from rows import case, holed, questions, training, write

VERSION = ".".join(xgboost.__version__.split(".")[:2])
NEWEST = VERSION == "3.2"


def thresholds(booster):
    for tree in booster.get_dump(dump_format="json"):
        todo = [json.loads(tree)]
        while todo:
            node = todo.pop()
            if "children" in node:
                if isinstance(node["split_condition"], (int, float)):
                    yield int(node["split"].strip("fcolumn")), node["split_condition"]
                todo += node["children"]


def cases():
    X, score, chance = training(1)
    holes = holed(X, chance)
    positive = numpy.exp(score / 3)
    classes = numpy.digitize(score, [0, 1.2])
    rounds = dict(max_depth=4, eta=0.3, seed=1, nthread=1)
    simple = [
        ("reg:squarederror", score), ("binary:logistic", score > 0.7), ("binary:logitraw", score > 0.7),
        ("binary:hinge", score > 0.7), ("reg:logistic", numpy.clip(score / 5, 0, 1)), ("count:poisson", numpy.floor(positive)),
        ("reg:gamma", positive), ("reg:tweedie", positive), ("survival:cox", positive), ("reg:pseudohubererror", score),
        ("reg:squaredlogerror", positive), ("reg:absoluteerror", score),
    ]
    for objective, y in simple:
        yield objective.replace(":", "-"), dict(rounds, objective=objective), holes, y, 6, {}
    for objective in ("multi:softmax", "multi:softprob"):
        yield objective.replace(":", "-"), dict(rounds, objective=objective, num_class=3), holes, classes, 5, {}
    for objective in ("rank:pairwise", "rank:ndcg"):
        yield objective.replace(":", "-"), dict(rounds, objective=objective), X, classes, 3, {"group": True}
    yield "survival-aft", dict(rounds, objective="survival:aft"), X, positive, 4, {"bounds": True}
    yield "dart", dict(rounds, objective="binary:logistic", booster="dart", rate_drop=0.5), holes, score > 0.7, 8, {}
    yield "dart-classes", dict(rounds, objective="multi:softprob", num_class=3, booster="dart", rate_drop=0.4, base_score=0.3), X, classes, 6, {}
    yield "forest", dict(rounds, objective="reg:squarederror", num_parallel_tree=6, subsample=0.5, base_score=2.5), X, score, 3, {}
    yield "linear", dict(objective="binary:logistic", booster="gblinear", seed=1), X, score > 0.7, 5, {}
    yield "linear-classes", dict(objective="multi:softprob", num_class=3, booster="gblinear", seed=1), X, classes, 5, {}
    for name, one_hot in (("categories", 1), ("one-hot", 100)):
        options = dict(rounds, objective="reg:squarederror", tree_method="hist", max_cat_to_onehot=one_hot)
        yield name, options, holes, score, 6, {"categories": [3]}
    if VERSION >= "2":
        several = numpy.stack([score, -score * 2, score**2], axis=1)
        yield "targets", dict(rounds, objective="reg:squarederror", tree_method="hist"), holes, several, 4, {}
        yield "quantiles", dict(rounds, objective="reg:quantileerror", quantile_alpha=[0.1, 0.5, 0.9], tree_method="hist"), X, score, 4, {}
    yield "many", dict(rounds, objective="binary:logistic", max_depth=8), holes, score > 0.7, 60, {}
    if not NEWEST:  # 3.x takes the base of a model that was never trained for a margin
        yield "none", dict(rounds, objective="binary:logistic"), X, score > 0.7, 0, {}


def data(X, y, extra):
    options = {}
    if extra.get("categories"):
        options = dict(feature_types=["c" if at in extra["categories"] else "q" for at in range(X.shape[1])], enable_categorical=True)
    if extra.get("bounds"):
        matrix = xgboost.DMatrix(X)
        matrix.set_float_info("label_lower_bound", y)
        matrix.set_float_info("label_upper_bound", y * 1.5)
        return matrix
    matrix = xgboost.DMatrix(X, y, **options)
    if extra.get("group"):
        matrix.set_group([len(X) // 4] * 4)
    return matrix


def main():
    expected = {}
    for name, options, X, y, rounds, extra in cases():
        booster = xgboost.train(options, data(X, y, extra), rounds)
        splits = list(thresholds(booster)) if options.get("booster") != "gblinear" else []
        asked = questions(3, splits, categories=extra.get("categories", ()))
        matrix = xgboost.DMatrix(asked)
        if extra.get("categories"):
            types = ["c" if at in extra["categories"] else "q" for at in range(X.shape[1])]
            matrix = xgboost.DMatrix(asked, feature_types=types, enable_categorical=True)
        answers = xgboost.Booster(model_file=save(booster, name)).predict(matrix)
        for ending in ("json", "ubj") if NEWEST and name in ("many", "categories", "multi-softprob", "dart") else ("json",):
            expected[f"{name}.{ending}"] = case(bytes(booster.save_raw(ending)), asked, answers)
    write(f"xgboost-{VERSION}", expected)


def save(booster, name):
    path = f"/tmp/{name}.json"
    booster.save_model(path)
    return path


main()
