"""CatBoost's losses, trees, missing numbers and classes, in both of its formats."""

import dataclasses

import catboost
import numpy

from case import Case, joblibbed, pickled

from . import rows


def binary(model, folder):
    model.save_model(str(folder / "model.cbm"))


def document(model, folder):
    model.save_model(str(folder / "model.json"), format="json")


def ask(model, method, data):
    """With the classes of several, each of which CatBoost puts into a list of its own, as a plain list."""
    answer = getattr(model, method)(data) if hasattr(model, method) else None
    return answer.ravel() if method == "predict" and answer is not None and answer.ndim == 2 and answer.shape[1] == 1 else answer


def made(kind, **options):
    options = {"iterations": 25, "depth": 4, "thread_count": 1, "verbose": False, "allow_writing_files": False, **options}
    return lambda: kind(**options)


def plain(**options):
    """The estimator that takes its options as a dictionary."""
    return made(lambda **given: catboost.CatBoost(given), **options)


def regressor(**options):
    return made(catboost.CatBoostRegressor, **options)


def classifier(**options):
    return made(catboost.CatBoostClassifier, **options)


def ranked(model, data, answers):
    return model.fit(data, answers, group_id=numpy.arange(len(data)) // 12)


def both(name, make, data, **more):
    """A case for each format."""
    yield Case(f"{name}-cbm", make, data, save=binary, **more)
    yield Case(f"{name}-json", make, data, save=document, **more)


def cases():
    for loss in [
        "RMSE", "MAE", "MAPE", "Quantile:alpha=0.3", "LogLinQuantile:alpha=0.4", "Huber:delta=1.5", "Expectile:alpha=0.3",
        "Lq:q=2.5", "LogCosh", "RMSPE",
    ]:  # fmt: skip
        data = "positive" if loss in ("MAPE", "RMSPE") else "regression"
        yield from both(f"loss-{loss.split(':')[0]}", regressor(loss_function=loss), getattr(rows, data))
    yield from both("loss-Poisson", regressor(loss_function="Poisson"), rows.positive)
    yield from both("loss-Tweedie", regressor(loss_function="Tweedie:variance_power=1.4"), rows.positive)
    yield from both("loss-RMSEWithUncertainty", regressor(loss_function="RMSEWithUncertainty"), rows.regression)
    yield from both("loss-MultiRMSE", regressor(loss_function="MultiRMSE"), rows.several)
    yield from both("loss-MultiQuantile", regressor(loss_function="MultiQuantile:alpha=0.1,0.5,0.9"), rows.regression)
    yield from both("loss-SurvivalAft", regressor(loss_function="SurvivalAft:dist=Normal"), rows.survival)
    yield from both("loss-CrossEntropy", classifier(loss_function="CrossEntropy"), rows.shares)
    yield from both("loss-MultiClass", classifier(loss_function="MultiClass"), rows.three)
    yield from both("loss-MultiClassOneVsAll", classifier(loss_function="MultiClassOneVsAll"), rows.three)
    yield from both("loss-MultiLogloss", classifier(loss_function="MultiLogloss"), rows.several_kinds)
    yield from both("loss-MultiCrossEntropy", classifier(loss_function="MultiCrossEntropy"), rows.several_kinds)
    yield from both("loss-Focal", classifier(loss_function="Focal:focal_alpha=0.4;focal_gamma=2"), rows.two)
    for loss in ["YetiRank", "QueryRMSE", "QuerySoftMax"]:
        make = made(catboost.CatBoostRanker, loss_function=loss)
        yield from both(f"rank-{loss}", make, rows.queries, fit=ranked, methods=("predict",))
    for policy in ["Lossguide", "Depthwise"]:
        yield from both(f"trees-{policy}", regressor(grow_policy=policy), rows.missing)
        yield from both(f"trees-{policy}-three", classifier(grow_policy=policy, depth=6), rows.three)
        yield from both(f"trees-{policy}-deep", regressor(grow_policy=policy, depth=9, max_leaves=70) if policy == "Lossguide"
                        else regressor(grow_policy=policy, depth=9), rows.many_borders)
    for depth in [1, 8, 9, 12]:
        yield from both(f"depth-{depth}", regressor(depth=depth, iterations=6), rows.regression)
    yield from both("depth-10-three", classifier(depth=10, iterations=4), rows.three)
    yield from both("trees-none", regressor(iterations=1, depth=1, min_data_in_leaf=1, l2_leaf_reg=1e9), rows.regression)
    for mode in ["Min", "Max"]:
        yield from both(f"missing-{mode}", regressor(nan_mode=mode), rows.missing)
    yield from both("borders", regressor(), rows.borders)
    yield from both("borders-many", regressor(border_count=700, iterations=300), rows.many_borders)
    yield from both("columns-wide", classifier(), rows.wide)
    yield Case("columns-named-cbm", regressor(), rows.numeric_frame, save=binary)
    # Before 1.1 the JSON has no names: columns count by their order.
    yield Case("columns-named-json", regressor(), rows.numeric_frame, save=document, since=(1, 1))
    yield from both("start-average", regressor(boost_from_average=True), rows.positive)
    yield from both("classes-texts", classifier(), rows.labelled(["no", "yes"]))
    yield from both("classes-numbers", classifier(), rows.labelled([-1.5, 2.5]))
    yield from both("classes-flags", classifier(), rows.labelled([False, True]))
    yield from both("classes-integers", classifier(), rows.labelled([-3, 12]))
    yield from both("classes-three-texts", classifier(), rows.three_labelled(["low", "mid dle", "höchst"]))
    yield from both("classes-three-integers", classifier(), rows.three_labelled([10, 30, 20]))
    yield from both("plain-Logloss", classifier(loss_function="Logloss", iterations=120, learning_rate=0.1), rows.wide)


def in_pickles():
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.ensemble import BaggingRegressor, StackingClassifier, VotingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.multioutput import MultiOutputRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    small = {"iterations": 8}
    yield Case("pickle-classifier", classifier(), rows.two, save=pickled())
    yield Case("pickle-classifier-texts", classifier(), rows.labelled(["no", "yes"]))
    yield Case("pickle-classifier-three", classifier(), rows.three_labelled(["low", "mid", "high"]))
    yield Case("pickle-regressor", regressor(), rows.regression)
    yield Case("pickle-regressor-poisson", regressor(loss_function="Poisson"), rows.positive, save=joblibbed(3))
    yield Case("pickle-plain", plain(loss_function="Logloss"), rows.two, methods=("predict",))
    yield Case("pickle-plain-poisson", plain(loss_function="Poisson"), rows.positive, methods=("predict",))
    yield Case("pickle-ranker", made(catboost.CatBoostRanker), rows.queries, fit=ranked, methods=("predict",))
    yield Case("pickle-pipeline", lambda: make_pipeline(StandardScaler(), classifier()()), rows.labelled(["no", "yes"]))
    yield Case("pickle-pipeline-regressor", lambda: make_pipeline(StandardScaler(), regressor()()), rows.regression)
    yield Case("pickle-voting", lambda: VotingClassifier([("a", classifier(**small)()), ("b", LogisticRegression())], voting="soft"), rows.two)
    yield Case("pickle-stacking", lambda: StackingClassifier([("a", classifier(**small)()), ("b", LogisticRegression())], cv=3), rows.two)
    yield Case("pickle-bagging", lambda: BaggingRegressor(regressor(**small)(), n_estimators=3, random_state=0), rows.regression)
    yield Case("pickle-search", lambda: GridSearchCV(classifier(**small)(), {"depth": [2, 3]}, cv=2), rows.labelled(["no", "yes"]))
    yield Case("pickle-calibrated", lambda: CalibratedClassifierCV(classifier(**small)(), cv=2), rows.two)
    yield Case("pickle-target", lambda: TransformedTargetRegressor(regressor(**small)(), func=numpy.log1p, inverse_func=numpy.expm1), rows.positive)
    yield Case("pickle-multi-output", lambda: MultiOutputRegressor(regressor(**small)()), rows.several)


CASES = [dataclasses.replace(case, ask=ask) for case in (*cases(), *in_pickles())]
