"""Run by the Python of a library version: keeps some of the boosters' cases as fixtures of Models' tests.

    record_boosters.py xgboost Tests/ModelsTests/Fixtures/boosters      (made with XGBoost 0.90, 1.0.2, 1.7.6, 2.1.4 and
    record_boosters.py lightgbm Tests/ModelsTests/Fixtures/boosters      3.4.1, with LightGBM 3.3.5 and 4.7.0, and with
    record_boosters.py catboost Tests/ModelsTests/Fixtures/boosters      CatBoost 1.2.10)

Writes LIBRARY-VERSION.json: for each case the name of the model's file, its content packed by zlib, in base64, rows, and
what the library answers.
"""

import base64
import importlib
import json
import pathlib
import sys
import tempfile
import warnings
import zlib

from train import cases, train, version

#: One case for each rule that boosters follow.
KEPT = """
xgb-binary-logistic-old xgb-dart-classes-old xgb-linear-classes-old xgb-stopped-old xgb-pickle-logistic xgb-pickle-stopped
xgb-targets-vectors xgb-targets-vectors-ubj xgb-targets-vectors-dart xgb-drops xgb-expectile xgb-quantiles-crossing
xgb-classifier-three-stopped xgb-classifier-softmax xgb-classifier-labels xgb-classifier-hinge xgb-classifier-missing
xgb-classifier-linear xgb-regressor-stopped xgb-meta-voting-names xgb-meta-calibrated xgb-texts-tfidf
lgb-labelled lgb-labelled-pickle lgb-stopped-pickle lgb-pickle-forest lgb-joblib-linear
lgb-classifier-two-names lgb-classifier-stopped lgb-classifier-labelled lgb-meta-calibrated
lgb-texts-tfidf
pickle-classifier-texts pickle-classifier-three pickle-plain-poisson pickle-voting pickle-pipeline pickle-target
""".split()

#: Versions that read more than they are held to get only what is theirs alone: the forms of their files.
ONLY = {
    "xgboost": {
        "0.90": {"xgb-binary-logistic-old", "xgb-linear-classes-old", "xgb-pickle-logistic"},
        "2.1": {"xgb-binary-logistic-old", "xgb-dart-classes-old", "xgb-targets-vectors", "xgb-targets-vectors-ubj", "xgb-pickle-logistic", "xgb-quantiles-crossing"},
        "1.0": {"xgb-binary-logistic-old", "xgb-pickle-logistic", "xgb-pickle-stopped", "xgb-classifier-three-stopped"},
    }
}

#: Of the rows that are asked each so-manieth is kept.
STEP = 8


def record(case, out):
    trained = train(case, out)
    file = next((out / "models" / case.name).iterdir())
    recorded = {"file": file.name, "content": base64.b64encode(zlib.compress(file.read_bytes(), 9)).decode()}
    recorded["instances"] = trained["asked"][::STEP]
    for method, answers in trained["expected"].items():
        recorded[method] = answers[::STEP]
    return recorded


def main():
    warnings.filterwarnings("ignore")
    library = sys.argv[1]
    now = ".".join(importlib.import_module(library).__version__.split(".")[:2])
    kept = ONLY.get(library, {}).get(now, KEPT)
    recorded = {}
    with tempfile.TemporaryDirectory() as out:
        for case in cases(library):
            if case.name in kept and case.since <= version(library) < case.until:
                recorded[case.name] = record(case, pathlib.Path(out))
    (pathlib.Path(sys.argv[2]) / f"{library}-{now}.json").write_text(json.dumps(recorded, indent=0) + "\n")


main()
