"""scikit-learn's estimators around other estimators."""

import numpy
from sklearn import calibration, dummy, ensemble, isotonic, multiclass, multioutput, model_selection, semi_supervised
from sklearn.compose import TransformedTargetRegressor
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, RidgeClassifier, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import data
from case import Case


def logistic():
    return LogisticRegression(max_iter=500)


def scaled():
    return make_pipeline(StandardScaler(), logistic())


def frozen(estimator):
    from sklearn.frozen import FrozenEstimator

    rows, answers, _ = data.names()
    return FrozenEstimator(estimator.fit(rows, answers))


THREE = lambda: [("a", scaled()), ("b", GaussianNB()), ("c", LinearDiscriminantAnalysis())]
CASES = [
    Case(f"meta-{name}-{data}", make, data)
    for name, make in {
        "bagging": lambda: ensemble.BaggingClassifier(scaled(), n_estimators=5, random_state=0),
        "bagging-features": lambda: ensemble.BaggingClassifier(
            GaussianNB(), n_estimators=6, max_features=0.5, bootstrap_features=True, random_state=0
        ),
        "bagging-votes": lambda: ensemble.BaggingClassifier(RidgeClassifier(), n_estimators=5, random_state=0),
        "calibrated-isotonic": lambda: calibration.CalibratedClassifierCV(GaussianNB(), method="isotonic", cv=3),
        "calibrated-one": lambda: calibration.CalibratedClassifierCV(RidgeClassifier(), cv=3, ensemble=False),
        "calibrated-sigmoid": lambda: calibration.CalibratedClassifierCV(scaled(), cv=3),
        "calibrated-temperature": lambda: calibration.CalibratedClassifierCV(scaled(), method="temperature", cv=3),
        "calibrated-temperature-bayes": lambda: calibration.CalibratedClassifierCV(
            GaussianNB(), method="temperature", cv=3
        ),
        "dummy-frequent": lambda: dummy.DummyClassifier(strategy="most_frequent"),
        "dummy-prior": lambda: dummy.DummyClassifier(),
        "frozen": lambda: calibration.CalibratedClassifierCV(frozen(scaled()), cv=3),
        "grid": lambda: model_selection.GridSearchCV(logistic(), {"C": [0.1, 1]}, cv=3),
        "grid-pipeline": lambda: model_selection.GridSearchCV(scaled(), {"logisticregression__C": [0.1, 1]}, cv=3),
        "halving": lambda: model_selection.HalvingGridSearchCV(logistic(), {"C": [0.1, 1]}, cv=3, random_state=0),
        "halving-random": lambda: model_selection.HalvingRandomSearchCV(
            logistic(), {"C": [0.1, 1]}, cv=3, random_state=0, n_candidates=2
        ),
        "one-vs-one": lambda: multiclass.OneVsOneClassifier(scaled()),
        "one-vs-one-bayes": lambda: multiclass.OneVsOneClassifier(GaussianNB()),
        "one-vs-rest": lambda: multiclass.OneVsRestClassifier(scaled()),
        "one-vs-rest-bayes": lambda: multiclass.OneVsRestClassifier(GaussianNB()),
        "one-vs-rest-ridge": lambda: multiclass.OneVsRestClassifier(Ridge()),
        "output-code": lambda: multiclass.OutputCodeClassifier(logistic(), code_size=2, random_state=0),
        "pipeline": lambda: scaled(),
        "random-search": lambda: model_selection.RandomizedSearchCV(
            logistic(), {"C": [0.1, 1]}, n_iter=2, cv=3, random_state=0
        ),
        "stacking": lambda: ensemble.StackingClassifier(THREE(), logistic(), cv=3),
        "stacking-passthrough": lambda: ensemble.StackingClassifier(
            [("a", RidgeClassifier()), ("b", "drop"), ("c", GaussianNB())], scaled(), cv=3, passthrough=True
        ),
        "stacking-predict": lambda: ensemble.StackingClassifier(THREE(), GaussianNB(), cv=3, stack_method="predict"),
        "voting-hard": lambda: ensemble.VotingClassifier(THREE()),
        "voting-hard-weights": lambda: ensemble.VotingClassifier(THREE(), weights=[0.2, 0.5, 0.4]),
        "voting-soft": lambda: ensemble.VotingClassifier(THREE(), voting="soft"),
        "voting-soft-weights": lambda: ensemble.VotingClassifier(
            [("a", scaled()), ("b", "drop"), ("c", GaussianNB())], voting="soft", weights=[1, 5, 3]
        ),
        "voting-nested": lambda: ensemble.VotingClassifier(
            [("a", ensemble.VotingClassifier(THREE(), voting="soft")), ("b", scaled())], voting="soft"
        ),
        "ada-boost-logistic": lambda: ensemble.AdaBoostClassifier(logistic(), n_estimators=5, random_state=0),
        "ada-boost-samme": lambda: ensemble.AdaBoostClassifier(
            logistic(), n_estimators=5, random_state=0, algorithm="SAMME"
        ),
        "ada-boost-trees": lambda: ensemble.AdaBoostClassifier(n_estimators=8, random_state=0),
        "bagging-trees": lambda: ensemble.BaggingClassifier(n_estimators=5, random_state=0),
    }.items()
    for data in ["names", "two"]
]
CASES += [
    Case(f"meta-{name}-two_names", make, "two_names")
    for name, make in {
        "fixed-threshold": lambda: model_selection.FixedThresholdClassifier(scaled(), threshold=0.7),
        "fixed-threshold-positive": lambda: model_selection.FixedThresholdClassifier(
            scaled(), threshold=0.7, pos_label="no"
        ),
        "fixed-threshold-decision": lambda: model_selection.FixedThresholdClassifier(
            RidgeClassifier(), threshold=0.1, pos_label="no"
        ),
        "tuned-threshold": lambda: model_selection.TunedThresholdClassifierCV(scaled(), cv=3),
    }.items()
]
CASES += [
    Case(f"meta-{name}-numbers", make, "numbers")
    for name, make in {
        "ada-boost": lambda: ensemble.AdaBoostRegressor(Ridge(), n_estimators=6, random_state=0),
        "bagging": lambda: ensemble.BaggingRegressor(Ridge(), n_estimators=4, max_features=3, random_state=0),
        "dummy": lambda: dummy.DummyRegressor(),
        "dummy-median": lambda: dummy.DummyRegressor(strategy="median"),
        "grid": lambda: model_selection.GridSearchCV(Ridge(), {"alpha": [0.1, 1]}, cv=3),
        "stacking": lambda: ensemble.StackingRegressor([("a", Ridge()), ("b", LinearRegression())], Ridge(), cv=3),
        "stacking-passthrough": lambda: ensemble.StackingRegressor(
            [("a", Ridge()), ("b", LinearRegression())], cv=3, passthrough=True
        ),
        "voting": lambda: ensemble.VotingRegressor([("a", Ridge()), ("b", LinearRegression())], weights=[2, 1]),
        "target-scaler": lambda: TransformedTargetRegressor(Ridge(), transformer=StandardScaler()),
    }.items()
]
CASES += [
    Case("meta-target-log", lambda: TransformedTargetRegressor(Ridge(), func=numpy.log, inverse_func=numpy.exp), "positive"),
    Case("meta-multi-output", lambda: multioutput.MultiOutputRegressor(Ridge()), "two_numbers"),
    Case("meta-multi-output-classes", lambda: multioutput.MultiOutputClassifier(scaled()), "two_kinds"),
    Case("meta-multi-output-texts", lambda: multioutput.MultiOutputClassifier(scaled()), "two_texts"),
    Case("meta-dummy-2", lambda: dummy.DummyRegressor(), "two_numbers"),
    Case("meta-ridge-bagging-2", lambda: ensemble.BaggingRegressor(Ridge(), n_estimators=3, random_state=0), "two_numbers"),
    Case("meta-chain", lambda: multioutput.RegressorChain(Ridge(), order=[1, 0]), "two_numbers"),
    Case("meta-chain-random", lambda: multioutput.RegressorChain(scaled_ridge(), order="random", random_state=1), "two_numbers"),
    Case("meta-chain-classes", lambda: multioutput.ClassifierChain(scaled(), order=[2, 0, 3, 1]), "table_of_labels"),
    Case("meta-chain-classes-cv", lambda: multioutput.ClassifierChain(logistic(), cv=3), "table_of_labels"),
    Case("meta-chain-probabilities", lambda: multioutput.ClassifierChain(logistic(), chain_method="predict_proba"), "table_of_labels"),
    Case("meta-one-vs-rest-table", lambda: multiclass.OneVsRestClassifier(logistic()), "table_of_labels"),
    Case("meta-self-training", lambda: semi_supervised.SelfTrainingClassifier(logistic()), "partly_labelled"),
    Case("meta-isotonic", lambda: isotonic.IsotonicRegression(), "rising_inside"),
    Case("meta-isotonic-clip", lambda: isotonic.IsotonicRegression(out_of_bounds="clip"), "rising"),
    Case("meta-isotonic-nan", lambda: isotonic.IsotonicRegression(out_of_bounds="nan"), "rising"),
    Case("meta-isotonic-falling", lambda: isotonic.IsotonicRegression(increasing=False, out_of_bounds="clip"), "rising"),
]


def scaled_ridge():
    return make_pipeline(StandardScaler(), Ridge())
