"""Models of xgboost.train in every form of file; what answers is Booster.predict, with all trees."""

import numpy
import xgboost

from booster_data import categories, data, frame
from case import Case
from forms import predicting, saved

FILES = {"json": "model.json", "ubj": "model.ubj", "old": "model.bst", "model": "model.model", "bin": "model.bin"}
TYPES = ["q", "q", "q", "c", "c", "q"]


def matrix(rows, answers=None, extra=()):
    options = {}
    if "categories" in extra:
        options = {"feature_types": TYPES, "enable_categorical": True}
    if "bounds" in extra and answers is not None:
        made = xgboost.DMatrix(rows)
        made.set_float_info("label_lower_bound", answers)
        made.set_float_info("label_upper_bound", numpy.where(answers > 1, numpy.inf, answers * 1.5))
        return made
    made = xgboost.DMatrix(rows, answers, **options)
    if "group" in extra and answers is not None:
        made.set_group([len(rows) // 4] * 4)
    return made


def fit(options, rounds, extra):
    def train(_, rows, answers):
        made = matrix(rows, answers, extra)
        stop = {"early_stopping_rounds": 3, "evals": [(made, "same")]} if "stop" in extra else {}
        base = {"max_depth": 4, "eta": 0.4, "seed": 1, "nthread": 1, "verbosity": 0}
        return xgboost.train({**base, **options}, made, rounds, verbose_eval=False, **stop)

    return train


#: The versions that write a form of file: from the first on, before the second.
WRITTEN = {"ubj": ((1, 6), (99, 0)), "old": ((0, 0), (3, 1)), "model": ((0, 0), (3, 1)), "bin": ((0, 0), (3, 1))}


def case(name, options, kind, *, data=data, holes=False, since=(0, 0), form="json", rounds=6, extra=()):
    first, end = WRITTEN.get(form, ((0, 0), (99, 0)))
    return Case(
        f"xgb-{name}",
        lambda: None,
        data(kind, holes) if holes else data(kind),
        tolerance=1e-6,
        since=max(since, first),
        until=end,
        fit=fit(options, rounds, extra),
        save=saved(form, FILES),
        ask=predicting(lambda booster, rows: booster.predict(matrix(rows, extra=extra))),
    )


OBJECTIVES = {
    "reg:squarederror": "any", "reg:squaredlogerror": "positive", "reg:logistic": "share", "reg:pseudohubererror": "any",
    "reg:absoluteerror": "any", "binary:logistic": "two", "binary:logitraw": "two", "binary:hinge": "two",
    "count:poisson": "count", "survival:cox": "positive", "reg:gamma": "positive", "reg:tweedie": "positive",
}
#: Bases that cannot be mistaken for others.
BASES = {
    "reg:squarederror": 2.5, "reg:squaredlogerror": 1.5, "reg:logistic": 0.3, "reg:pseudohubererror": 1.25,
    "reg:absoluteerror": -3.5, "binary:logistic": 0.2, "binary:logitraw": 0.2, "binary:hinge": 0.75,
    "count:poisson": 3, "reg:gamma": 4.5, "reg:tweedie": 0.4, "survival:cox": 0.3,
}
SINCE = {"reg:absoluteerror": (1, 7)}
CASES = []
for objective, kind in OBJECTIVES.items():
    name, since = objective.replace(":", "-"), SINCE.get(objective, (0, 0))
    CASES.append(case(name, {"objective": objective}, kind, holes=True, since=since))
    CASES.append(
        case(f"{name}-base", {"objective": objective, "base_score": BASES[objective]}, kind, form="ubj", since=since)
    )
    CASES.append(
        case(f"{name}-old", {"objective": objective, "base_score": BASES[objective]}, kind, form="old", since=since)
    )

THREE = {"num_class": 3}
CASES += [
    case("softmax", {"objective": "multi:softmax", **THREE}, "three", holes=True),
    case("softprob", {"objective": "multi:softprob", **THREE}, "three", holes=True, form="ubj"),
    case("softprob-base", {"objective": "multi:softprob", "base_score": 0.9, **THREE}, "three"),
    case("softprob-old", {"objective": "multi:softprob", "base_score": 0.9, **THREE}, "three", form="old"),
    case("softmax-old", {"objective": "multi:softmax", **THREE}, "three", form="old"),
    *[
        case(f"rank-{name}-{form}", {"objective": f"rank:{name}"}, kind, extra=("group",), form=form, rounds=4)
        for name, kind in [("pairwise", "grades"), ("ndcg", "grades"), ("map", "two")]
        for form in ("json", "old")
    ],
    *[
        case(
            f"aft-{spread}-{form}", {"objective": "survival:aft", "aft_loss_distribution": spread}, "positive",
            extra=("bounds",), form=form,
        )
        for spread, form in [("normal", "json"), ("logistic", "ubj"), ("extreme", "old")]
    ],
    case("quantile", {"objective": "reg:quantileerror", "quantile_alpha": 0.8}, "any", since=(2, 0)),
    case("quantiles", {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9]}, "any", since=(2, 0)),
    case("quantiles-crossing", {"objective": "reg:quantileerror", "quantile_alpha": [0.4, 0.5, 0.6]}, "any", rounds=2, since=(2, 0)),
    case("expectile-one", {"objective": "reg:expectileerror", "expectile_alpha": 0.3}, "any", since=(3, 3)),
    case("expectile", {"objective": "reg:expectileerror", "expectile_alpha": [0.2, 0.7]}, "any", since=(3, 3)),
]

DART = {"booster": "dart", "rate_drop": 0.5, "skip_drop": 0.2}
DROPS = {"rate_drop": 0.5, "skip_drop": 0.2}
LINEAR = {"booster": "gblinear", "updater": "coord_descent"}
CASES += [
    case("dart", {"objective": "binary:logistic", **DART}, "two", holes=True, rounds=9),
    case("dart-ubj", {"objective": "count:poisson", **DART}, "count", form="ubj", rounds=9),
    case("dart-old", {"objective": "reg:squarederror", "base_score": 2, **DART}, "any", form="old", rounds=9),
    case("dart-classes", {"objective": "multi:softprob", **THREE, **DART}, "three", rounds=5),
    case("dart-classes-old", {"objective": "multi:softprob", **THREE, **DART}, "three", rounds=5, form="old"),
    case("drops", {"objective": "reg:squarederror", **DROPS}, "any", rounds=9, since=(3, 4)),
    case("linear", {"objective": "binary:logistic", "base_score": 0.3, **LINEAR}, "two", holes=True),
    case("linear-ubj", {"objective": "reg:squarederror", "base_score": 3, **LINEAR}, "any", form="ubj"),
    case("linear-old", {"objective": "count:poisson", "base_score": 3, **LINEAR}, "count", form="old"),
    case("linear-classes", {"objective": "multi:softprob", **THREE, **LINEAR}, "three"),
    case("linear-classes-old", {"objective": "multi:softprob", **THREE, **LINEAR}, "three", form="old"),
    case("forest", {"num_parallel_tree": 5, "subsample": 0.5, "base_score": 2.5}, "any", rounds=3),
    case("forest-old", {"num_parallel_tree": 5, "subsample": 0.5}, "any", rounds=3, form="old"),
    case("forest-classes", {"num_parallel_tree": 4, "subsample": 0.5, "objective": "multi:softprob", **THREE}, "three", rounds=3, form="ubj"),
    case("stopped", {"objective": "reg:squarederror", "eta": 3.0}, "any", rounds=12, extra=("stop",)),
    case("stopped-old", {"objective": "reg:squarederror", "eta": 3.0}, "any", rounds=12, extra=("stop",), form="old"),
    case("untrained", {"objective": "binary:logistic"}, "two", rounds=0),
    case("untrained-base", {"objective": "count:poisson", "base_score": 3}, "count", rounds=0),
    case("deep", {"objective": "binary:logistic", "max_depth": 9}, "two", rounds=40, holes=True, form="ubj"),
    case("lossguide", {"grow_policy": "lossguide", "max_leaves": 40, "tree_method": "hist", "max_depth": 0}, "any", rounds=8),
    case("pruned-old", {"gamma": 3, "tree_method": "exact", "max_depth": 7}, "any", form="old"),
    case("monotone", {"monotone_constraints": "(1,0,-1,0,0,0)"}, "any"),
    case("frame", {"objective": "reg:squarederror"}, "any", data=frame),
    case("frame-ubj", {"objective": "multi:softprob", **THREE}, "three", data=frame, form="ubj"),
    *[
        case(f"{form}-{name}", {"objective": objective, **more}, kind, form=form, holes=True)
        for form in ("pickle", "joblib")
        for name, objective, kind, more in [
            ("logistic", "binary:logistic", "two", {}), ("softprob", "multi:softprob", "three", THREE),
            ("dart", "reg:gamma", "positive", DART), ("linear", "reg:squarederror", "any", LINEAR),
            ("forest", "reg:squarederror", "any", {"num_parallel_tree": 3, "subsample": 0.6}),
        ]
    ],
    case("pickle-stopped", {"objective": "reg:squarederror", "eta": 3.0}, "any", rounds=12, extra=("stop",), form="pickle"),
    case("named-model", {"objective": "reg:squarederror"}, "any", form="model"),
    case("named-bin", {"objective": "reg:squarederror"}, "any", form="bin"),
]

HIST = {"tree_method": "hist"}
CASES += [
    case(f"categories-{name}", {**HIST, **more}, kind, data=categories, extra=("categories",), form=form, since=(1, 6))
    for name, more, kind, form in [
        ("one-hot", {"max_cat_to_onehot": 100}, "any", "json"), ("sets", {"max_cat_to_onehot": 1}, "any", "ubj"),
        ("classes", {"max_cat_to_onehot": 4, "objective": "multi:softprob", **THREE}, "three", "json"),
        ("pickle", {"max_cat_to_onehot": 4}, "any", "pickle"),
    ]
]
VECTORS = {"multi_strategy": "multi_output_tree", **HIST}
CASES += [
    case(f"targets-{name}", {**HIST, **more}, kind, form=form, holes=True, since=since)
    for name, more, kind, form, since in [
        ("each", {"objective": "reg:squarederror"}, "several", "json", (1, 7)),
        ("labels", {"objective": "binary:logistic"}, "several-labels", "ubj", (1, 7)),
        ("pickle", {"objective": "reg:squarederror"}, "several", "pickle", (1, 7)),
        ("linear", {"objective": "reg:squarederror", **LINEAR}, "several", "json", (2, 0)),
        ("vectors", {"objective": "reg:squarederror", **VECTORS}, "several", "json", (2, 0)),
        ("vectors-ubj", {"objective": "reg:squarederror", **VECTORS}, "several", "ubj", (2, 0)),
        ("vectors-pickle", {"objective": "reg:squarederror", **VECTORS}, "several", "pickle", (2, 0)),
        ("vectors-labels", {"objective": "binary:logistic", **VECTORS}, "several-labels", "ubj", (2, 0)),
        ("vectors-classes", {"objective": "multi:softprob", **THREE, **VECTORS}, "three", "json", (2, 0)),
        ("vectors-forest", {"num_parallel_tree": 3, "subsample": 0.5, **VECTORS}, "several", "json", (2, 0)),
        ("vectors-dart", {**VECTORS, **DART}, "several", "json", (3, 4)),
        ("vectors-quantiles", {"objective": "reg:quantileerror", "quantile_alpha": [0.2, 0.8], **VECTORS}, "any", "json", (3, 0)),
    ]
]
CASES.append(
    case("targets-vectors-categories", VECTORS, "several", data=categories, extra=("categories",), form="json", since=(2, 0))
)
