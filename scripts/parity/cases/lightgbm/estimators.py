"""LightGBM's estimators as they are pickled: alone, in pipelines, and inside scikit-learn's estimators."""

import lightgbm
import numpy
from sklearn import calibration, ensemble, model_selection, multiclass, multioutput
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from booster_data import categories, data, frame, labelled, texts
from case import Case, pickled

SMALL = {"n_estimators": 6, "num_leaves": 7, "min_child_samples": 5, "learning_rate": 0.3, "n_jobs": 1, "random_state": 1}
FOREST = {"boosting_type": "rf", "subsample": 0.5, "subsample_freq": 1}
STOP = {"n_estimators": 40, "learning_rate": 1.2}
CATEGORIES = {"min_data_per_group": 5, "cat_smooth": 1}


def classifier(**options):
    return lightgbm.LGBMClassifier(**{**SMALL, "verbose": -1, **options})


def regressor(**options):
    return lightgbm.LGBMRegressor(**{**SMALL, "verbose": -1, **options})


def ranker(**options):
    return lightgbm.LGBMRanker(**{**SMALL, "verbose": -1, **options})


def stopping(model, rows, answers):
    """Stops early: what is asked then are the trees up to the best ones."""
    cut = len(rows) * 2 // 3
    callbacks = [lightgbm.early_stopping(3, verbose=False)]
    return model.fit(rows[:cut], answers[:cut], eval_set=[(rows[cut:], answers[cut:])], callbacks=callbacks)


def grouped(model, rows, answers):
    return model.fit(rows, answers, group=[len(rows) // 4] * 4)


def with_categories(model, rows, answers):
    return model.fit(rows, answers, categorical_feature=[3, 4])


def case(name, make, kind, *, data=data, holes=False, **more):
    return Case(f"lgb-{name}", make, data(kind, holes) if holes else data(kind), **more)


CASES = [
    case("classifier", classifier, "two", holes=True),
    case("classifier-three", classifier, "three", holes=True),
    case("classifier-names", classifier, "names"),
    case("classifier-two-names", classifier, "two-names", save=pickled(2)),
    case("classifier-ova", lambda: classifier(objective="multiclassova"), "names"),
    case("classifier-forest", lambda: classifier(**FOREST), "three"),
    case("classifier-dart", lambda: classifier(boosting_type="dart"), "two"),
    case("classifier-stopped", lambda: classifier(**STOP), "two", fit=stopping),
    case("classifier-three-stopped", lambda: classifier(**STOP), "names", fit=stopping),
    case("classifier-categories", lambda: classifier(**CATEGORIES), "three", data=categories, fit=with_categories),
    case("classifier-frame", classifier, "names", data=frame),
    case("classifier-labelled", lambda: classifier(**CATEGORIES), "names", data=labelled),
    case("classifier-balanced", lambda: classifier(class_weight="balanced"), "names"),
    case("regressor", regressor, "any", holes=True),
    case("regressor-pickle", regressor, "any", save=pickled(4)),
    case("regressor-poisson", lambda: regressor(objective="poisson"), "count"),
    case("regressor-quantile", lambda: regressor(objective="quantile", alpha=0.3), "any"),
    case("regressor-linear", lambda: regressor(linear_tree=True), "any", holes=True),
    case("regressor-forest", lambda: regressor(**FOREST), "any"),
    case("regressor-stopped", lambda: regressor(**STOP), "any", fit=stopping),
    case("regressor-labelled", lambda: regressor(**CATEGORIES), "any", data=labelled),
    case("ranker", ranker, "grades", fit=grouped),
]


def scaled(model):
    return make_pipeline(StandardScaler(), model)


TWO = lambda: [("trees", classifier()), ("linear", LogisticRegression(max_iter=500))]
PAIR = lambda: [("trees", regressor()), ("linear", Ridge())]
CASES += [
    case(f"meta-{name}", make, kind)
    for name, make, kind in [
        ("pipeline", lambda: scaled(classifier()), "names"),
        ("pipeline-regressor", lambda: scaled(regressor()), "any"),
        ("calibrated", lambda: calibration.CalibratedClassifierCV(classifier(), cv=3), "two-names"),
        ("calibrated-isotonic", lambda: calibration.CalibratedClassifierCV(classifier(), cv=3, method="isotonic"), "names"),
        ("voting-soft", lambda: ensemble.VotingClassifier(TWO(), voting="soft"), "names"),
        ("voting-hard", lambda: ensemble.VotingClassifier(TWO()), "three"),
        ("voting-regressor", lambda: ensemble.VotingRegressor(PAIR()), "any"),
        ("stacking", lambda: ensemble.StackingClassifier(TWO(), cv=3), "two-names"),
        ("stacking-last", lambda: ensemble.StackingClassifier(TWO(), classifier(), cv=3, passthrough=True), "names"),
        ("stacking-regressor", lambda: ensemble.StackingRegressor(PAIR(), regressor(), cv=3), "any"),
        ("bagging", lambda: ensemble.BaggingClassifier(classifier(), n_estimators=3, random_state=0), "names"),
        ("ada", lambda: ensemble.AdaBoostRegressor(regressor(), n_estimators=3, random_state=0), "any"),
        ("search", lambda: model_selection.GridSearchCV(classifier(), {"num_leaves": [4, 7]}, cv=3), "names"),
        ("one-vs-rest", lambda: multiclass.OneVsRestClassifier(classifier()), "names"),
        ("one-vs-one", lambda: multiclass.OneVsOneClassifier(classifier()), "names"),
        ("outputs", lambda: multioutput.MultiOutputRegressor(regressor()), "several"),
        ("outputs-labels", lambda: multioutput.MultiOutputClassifier(classifier()), "several-labels"),
        ("chain", lambda: multioutput.RegressorChain(regressor()), "several"),
        ("target", lambda: TransformedTargetRegressor(regressor(), func=numpy.log1p, inverse_func=numpy.expm1), "positive"),
    ]
]
CASES += [
    Case("lgb-texts-tfidf", lambda: make_pipeline(TfidfVectorizer(), classifier()), texts),
    Case("lgb-texts-counts", lambda: make_pipeline(CountVectorizer(dtype=float), ensemble.VotingClassifier(TWO(), voting="soft")), texts),
]
