"""Models of lightgbm.train as text and inside pickles; what answers is Booster.predict, with the best iteration's trees."""

import lightgbm
import numpy

from booster_data import categories, data, frame, labelled
from case import Case
from forms import predicting, saved

VERSION = tuple(int(part) for part in lightgbm.__version__.split(".")[:2])
SMALL = {"num_leaves": 9, "min_data_in_leaf": 5, "learning_rate": 0.3, "verbose": -1, "num_threads": 1, "seed": 1}


def squares(first, second):
    """An objective of one's own; the order of its arguments depends on who asks for it."""
    score, dataset = (first, second) if hasattr(second, "get_label") else (second, first)
    return score - dataset.get_label(), numpy.ones_like(score)


def fit(options, rounds, extra):
    def train(_, rows, answers):
        more = {"categorical_feature": [3, 4]} if "categories" in extra else {}
        if "group" in extra:
            more["group"] = [len(rows) // 4] * 4
        made = lightgbm.Dataset(rows, answers, **more)
        given = {**SMALL, **options}
        if "stop" in extra:
            cut = len(rows) * 2 // 3
            made = lightgbm.Dataset(rows[:cut], answers[:cut])
            test = lightgbm.Dataset(rows[cut:], answers[cut:], reference=made)
            return lightgbm.train(given, made, rounds, valid_sets=[test], callbacks=[lightgbm.early_stopping(3, verbose=False)])
        if "own" in extra:
            if VERSION < (4, 0):
                return lightgbm.train(given, made, rounds, fobj=squares)
            given["objective"] = squares
        return lightgbm.train(given, made, rounds)

    return train


def case(name, options, kind, *, data=data, holes=False, since=(0, 0), form="text", rounds=6, extra=()):
    return Case(
        f"lgb-{name}",
        lambda: None,
        data(kind, holes) if holes else data(kind),
        since=since,
        fit=fit(options, rounds, extra),
        save=saved(form, {"text": "model.txt", "bst": "model.bst"}),
        ask=predicting(lambda booster, rows: booster.predict(rows)),
    )


OBJECTIVES = {
    "regression": "any", "regression_l1": "any", "huber": "any", "fair": "any", "quantile": "any", "mape": "positive",
    "poisson": "count", "gamma": "positive", "tweedie": "positive", "binary": "two", "cross_entropy": "share",
    "cross_entropy_lambda": "share",
}
THREE = {"num_class": 3}
CASES = [case(name, {"objective": name}, kind, holes=True) for name, kind in OBJECTIVES.items()]
CASES += [
    case("sqrt", {"objective": "regression", "reg_sqrt": True}, "any"),
    case("sigmoid", {"objective": "binary", "sigmoid": 2.5, "is_unbalance": True}, "two", holes=True),
    case("alpha", {"objective": "quantile", "alpha": 0.7}, "any", form="bst"),
    case("multiclass", {"objective": "multiclass", **THREE}, "three", holes=True),
    case("multiclassova", {"objective": "multiclassova", "sigmoid": 1.7, **THREE}, "three", holes=True),
    case("lambdarank", {"objective": "lambdarank"}, "grades", extra=("group",)),
    case("rank-xendcg", {"objective": "rank_xendcg"}, "grades", extra=("group",)),
    case("own", {}, "any", extra=("own",)),
]
FOREST = {"boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1}
DART = {"boosting": "dart", "drop_rate": 0.5}
GOSS = {"boosting": "goss"} if VERSION < (4, 0) else {"data_sample_strategy": "goss"}
LINEAR = {"linear_tree": True}
CASES += [
    case("forest", {"objective": "binary", **FOREST}, "two", holes=True),
    case("forest-classes", {"objective": "multiclass", **THREE, **FOREST}, "three"),
    case("forest-regression", {"objective": "regression", **FOREST}, "any"),
    case("dart", {"objective": "regression", **DART}, "any", rounds=9),
    case("dart-classes", {"objective": "multiclass", **THREE, **DART}, "three", rounds=9),
    case("goss", {"objective": "binary", **GOSS}, "two"),
    case("zero-missing", {"objective": "regression", "zero_as_missing": True}, "any", holes=True),
    case("no-missing", {"objective": "regression", "use_missing": False}, "any", holes=True),
    case("linear", {"objective": "regression", **LINEAR}, "any"),
    case("linear-missing", {"objective": "binary", **LINEAR}, "two", holes=True),
    case("linear-classes", {"objective": "multiclass", **THREE, **LINEAR}, "three"),
    case("linear-categories", {"objective": "regression", **LINEAR}, "any", data=categories, extra=("categories",)),
    case("categories", {"objective": "regression", "min_data_per_group": 5, "cat_smooth": 1}, "any", data=categories, extra=("categories",)),
    case("categories-one-hot", {"objective": "binary", "min_data_per_group": 5, "max_cat_to_onehot": 100}, "two", data=categories, extra=("categories",)),
    case("stopped", {"objective": "regression", "learning_rate": 1.2}, "any", rounds=40, extra=("stop",)),
    case("stopped-pickle", {"objective": "regression", "learning_rate": 1.2}, "any", rounds=40, extra=("stop",), form="pickle"),
    case("stump", {"objective": "regression", "min_data_in_leaf": 500}, "any", rounds=2),
    case("deep", {"objective": "binary", "num_leaves": 63, "min_data_in_leaf": 2}, "two", rounds=40, holes=True),
    case("monotone", {"objective": "regression", "monotone_constraints": [1, 0, -1, 0, 0, 0]}, "any"),
    case("frame", {"objective": "regression"}, "any", data=frame),
    case("frame-classes", {"objective": "multiclass", **THREE}, "three", data=frame),
    case("labelled", {"objective": "regression", "min_data_per_group": 5}, "any", data=labelled),
    case("labelled-classes", {"objective": "multiclass", "min_data_per_group": 5, **THREE}, "three", data=labelled),
    case("labelled-pickle", {"objective": "binary", "min_data_per_group": 5}, "two", data=labelled, form="pickle"),
    *[
        case(f"{form}-{name}", options, kind, form=form, holes=True)
        for form in ("pickle", "joblib")
        for name, options, kind in [
            ("regression", {"objective": "regression"}, "any"), ("binary", {"objective": "binary"}, "two"),
            ("classes", {"objective": "multiclass", **THREE}, "three"), ("forest", {"objective": "binary", **FOREST}, "two"),
            ("linear", {"objective": "regression", **LINEAR}, "any"),
        ]
    ],
]
