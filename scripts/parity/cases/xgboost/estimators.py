"""XGBoost's estimators as they are pickled: alone, in pipelines, and inside scikit-learn's estimators."""

import numpy
import pandas
import xgboost
from sklearn import calibration, ensemble, model_selection, multiclass, multioutput, semi_supervised
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from booster_data import KINDS, answers, categories, data, frame, plain, texts
from case import Case, pickled

VERSION = tuple(int(part) for part in xgboost.__version__.split(".")[:2])
SMALL = {"n_estimators": 6, "max_depth": 3, "learning_rate": 0.4, "n_jobs": 1, "random_state": 1, "verbosity": 0}
HIST = {"tree_method": "hist"}


def classifier(**options):
    return xgboost.XGBClassifier(**{**SMALL, **options})


def regressor(**options):
    return xgboost.XGBRegressor(**{**SMALL, **options})


def stopping(model, rows, answers):
    """Stops early: what is asked then are the trees up to the best ones."""
    cut = len(rows) * 2 // 3
    options = {} if VERSION >= (1, 6) else {"early_stopping_rounds": 3}
    return model.fit(rows[:cut], answers[:cut], eval_set=[(rows[cut:], answers[cut:])], verbose=False, **options)


def grouped(model, rows, answers):
    return model.fit(rows, answers, group=[len(rows) // 4] * 4)


def case(name, make, kind, *, data=data, holes=False, **more):
    return Case(f"xgb-{name}", make, data(kind, holes) if holes else data(kind), tolerance=1e-6, **more)


STOP = {"n_estimators": 25, "learning_rate": 1.5, **({"early_stopping_rounds": 3} if VERSION >= (1, 6) else {})}
CASES = [
    case("classifier", classifier, "two", holes=True),
    case("classifier-three", classifier, "three", holes=True),
    case("classifier-pickle", classifier, "three", save=pickled(2)),
    case("classifier-softmax", lambda: classifier(objective="multi:softmax"), "three"),
    case("classifier-hinge", lambda: classifier(objective="binary:hinge"), "two"),
    case("classifier-logitraw", lambda: classifier(objective="binary:logitraw"), "two", methods=("predict",)),
    case("classifier-base", lambda: classifier(base_score=0.3), "two"),
    case("classifier-labels", lambda: classifier(**HIST), "several-labels", since=(1, 6)),
    case("classifier-labels-vectors", lambda: classifier(multi_strategy="multi_output_tree", **HIST), "several-labels", since=(2, 0)),
    case("classifier-vectors", lambda: classifier(multi_strategy="multi_output_tree", **HIST), "three", since=(2, 0)),
    case("classifier-stopped", lambda: classifier(**STOP), "two", fit=stopping),
    case("classifier-three-stopped", lambda: classifier(num_parallel_tree=2, **STOP), "three", fit=stopping),
    case("classifier-dart", lambda: classifier(booster="dart", rate_drop=0.4), "two"),
    case("classifier-dart-stopped", lambda: classifier(booster="dart", rate_drop=0.4, **STOP), "three", fit=stopping),
    case("classifier-linear", lambda: classifier(booster="gblinear", max_depth=None), "three"),
    case("classifier-missing", lambda: classifier(missing=0.0), "two"),
    case("classifier-frame", classifier, "three", data=frame),
    case("classifier-forest", lambda: xgboost.XGBRFClassifier(n_estimators=7, max_depth=4, random_state=1, n_jobs=1), "two"),
    case("classifier-forest-three", lambda: xgboost.XGBRFClassifier(n_estimators=5, max_depth=4, random_state=1, n_jobs=1), "three"),
    case("regressor", regressor, "any", holes=True),
    case("regressor-pickle", regressor, "any", save=pickled(4)),
    case("regressor-poisson", lambda: regressor(objective="count:poisson", base_score=2), "count"),
    case("regressor-gamma", lambda: regressor(objective="reg:gamma"), "positive"),
    case("regressor-logistic", lambda: regressor(objective="reg:logistic"), "share"),
    case("regressor-stopped", lambda: regressor(**STOP), "any", fit=stopping),
    case("regressor-linear", lambda: regressor(booster="gblinear", max_depth=None), "any"),
    case("regressor-missing", lambda: regressor(missing=-1.0), "any", data=categories),
    case("regressor-several", lambda: regressor(**HIST), "several", since=(1, 6)),
    case("regressor-vectors", lambda: regressor(multi_strategy="multi_output_tree", **HIST), "several", since=(2, 0)),
    case("regressor-quantiles", lambda: regressor(objective="reg:quantileerror", quantile_alpha=numpy.array([0.2, 0.8])), "any", since=(2, 0)),
    case("regressor-categories", lambda: regressor(enable_categorical=True, feature_types=["q", "q", "q", "c", "c", "q"], **HIST), "any", data=categories, since=(1, 7)),
    case("regressor-forest", lambda: xgboost.XGBRFRegressor(n_estimators=7, max_depth=4, random_state=1, n_jobs=1), "any"),
    case("ranker", lambda: xgboost.XGBRanker(**SMALL), "grades", fit=grouped),
    case("ranker-ndcg", lambda: xgboost.XGBRanker(objective="rank:ndcg", **SMALL), "grades", fit=grouped),
]


def scaled(model):
    return make_pipeline(StandardScaler(), model)


def table(kind):
    """A frame with a column of texts, for a ColumnTransformer."""

    def make():
        rows, score, _ = plain()
        made = pandas.DataFrame(rows, columns=["width", "height", "weight", "kind", "colour", "age"])
        made["kind"] = [KINDS[int(value)] for value in rows[:, 3]]
        return made, answers(kind, score), made[:50]

    return make


def columns(model):
    parts = [("texts", OneHotEncoder(handle_unknown="ignore"), ["kind"])]
    return make_pipeline(ColumnTransformer(parts, remainder="passthrough", sparse_threshold=0), model)


TWO = lambda: [("trees", classifier()), ("linear", LogisticRegression(max_iter=500))]
PAIR = lambda: [("trees", regressor()), ("linear", Ridge())]
CASES += [
    case(f"meta-{name}", make, kind, **more)
    for name, make, kind, more in [
        ("pipeline", lambda: scaled(classifier()), "three", {}),
        ("pipeline-regressor", lambda: scaled(regressor()), "any", {}),
        ("pipeline-imputer", lambda: make_pipeline(SimpleImputer(), classifier()), "two", {"holes": True}),
        ("columns", lambda: columns(classifier()), "three", {"data": table}),
        ("calibrated", lambda: calibration.CalibratedClassifierCV(classifier(), cv=3), "two", {}),
        ("calibrated-isotonic", lambda: calibration.CalibratedClassifierCV(classifier(), cv=3, method="isotonic"), "three", {}),
        ("calibrated-names", lambda: calibration.CalibratedClassifierCV(classifier(), cv=3), "three", {}),
        ("voting-soft", lambda: ensemble.VotingClassifier(TWO(), voting="soft"), "three", {}),
        ("voting-names", lambda: ensemble.VotingClassifier(TWO(), voting="soft"), "names", {}),
        ("voting-hard", lambda: ensemble.VotingClassifier(TWO()), "names", {}),
        ("voting-regressor", lambda: ensemble.VotingRegressor(PAIR()), "any", {}),
        ("stacking", lambda: ensemble.StackingClassifier(TWO(), cv=3), "two", {}),
        ("stacking-names", lambda: ensemble.StackingClassifier(TWO(), cv=3), "names", {}),
        ("stacking-last", lambda: ensemble.StackingClassifier(TWO(), classifier(), cv=3, passthrough=True), "three", {}),
        ("stacking-regressor", lambda: ensemble.StackingRegressor(PAIR(), regressor(), cv=3), "any", {}),
        ("bagging", lambda: ensemble.BaggingClassifier(classifier(), n_estimators=3, random_state=0), "three", {}),
        ("bagging-regressor", lambda: ensemble.BaggingRegressor(regressor(), n_estimators=3, max_features=0.7, random_state=0), "any", {}),
        ("search", lambda: model_selection.GridSearchCV(classifier(), {"max_depth": [2, 3]}, cv=3), "three", {}),
        ("search-pipeline", lambda: model_selection.RandomizedSearchCV(scaled(regressor()), {"xgbregressor__max_depth": [2, 3, 4]}, n_iter=2, cv=3, random_state=0), "any", {}),
        ("one-vs-rest", lambda: multiclass.OneVsRestClassifier(classifier()), "names", {}),
        ("one-vs-one", lambda: multiclass.OneVsOneClassifier(classifier()), "names", {}),
        ("outputs", lambda: multioutput.MultiOutputRegressor(regressor()), "several", {}),
        ("outputs-labels", lambda: multioutput.MultiOutputClassifier(classifier()), "several-labels", {}),
        ("chain", lambda: multioutput.RegressorChain(regressor()), "several", {}),
        ("chain-labels", lambda: multioutput.ClassifierChain(classifier()), "several-labels", {}),
        ("target", lambda: TransformedTargetRegressor(regressor(), func=numpy.log1p, inverse_func=numpy.expm1), "positive", {}),
        ("self-training", lambda: semi_supervised.SelfTrainingClassifier(classifier()), "two", {}),
    ]
]
CASES += [
    Case("xgb-texts-tfidf", lambda: make_pipeline(TfidfVectorizer(), classifier()), texts, tolerance=1e-6),
    Case("xgb-texts-counts", lambda: make_pipeline(CountVectorizer(dtype=float), ensemble.VotingClassifier(TWO(), voting="soft")), texts, tolerance=1e-6),
]
