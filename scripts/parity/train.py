"""Run by the Python of a library version: trains the cases, saves the models, and what the library answers.

    train.py OUT [PATTERN]
"""

import importlib
import json
import pathlib
import pickle
import re
import sys
import warnings

import joblib
import numpy
import sklearn

import data

HERE = pathlib.Path(__file__).parent
warnings.filterwarnings("ignore")


def cases():
    for file in sorted((HERE / "cases").glob("*.py")):
        yield from importlib.import_module(f"cases.{file.stem}").CASES


def plain(answer):
    if isinstance(answer, list):  # probabilities of several outputs
        return None
    return numpy.asarray(answer).tolist()


def train(case, out):
    rows, answers, asked = getattr(data, case.data)()
    if tuple(int(part) for part in sklearn.__version__.split(".")[:2]) < case.since:
        return {"absent": f"is compared from {case.since} on"}
    try:
        model = case.make()
    except (ImportError, AttributeError) as error:
        return {"absent": str(error)}
    model.fit(rows) if answers is None else model.fit(rows, answers)
    folder = out / "models" / case.name
    folder.mkdir(parents=True, exist_ok=True)
    if case.format == "joblib":
        joblib.dump(model, folder / "model.joblib")
    else:
        (folder / "model.pkl").write_bytes(pickle.dumps(model))
    expected = {}
    for method in case.methods:
        if hasattr(model, method):
            answer = plain(getattr(model, method)(asked))
            if answer is not None:
                expected[method] = answer
    # How sure the choice of a label is: labels are compared where the best two scores differ.
    scores = getattr(model, "decision_function", None) or getattr(model, "predict_proba", None)
    margins = None
    if scores is not None:
        values = plain(scores(asked))
        if values is not None:
            values = numpy.asarray(values)
            if values.ndim == 1:
                margins = numpy.abs(values).tolist()
            elif values.shape[1] > 1:
                ordered = numpy.sort(values, axis=1)
                margins = (ordered[:, -1] - ordered[:, -2]).tolist()
    asked = asked if isinstance(asked, list) else numpy.asarray(asked).tolist()
    return {"asked": asked, "expected": expected, "margins": margins, "tolerance": case.tolerance}


def main():
    out = pathlib.Path(sys.argv[1])
    pattern = re.compile(sys.argv[2] if len(sys.argv) > 2 else ".")
    results = {}
    for case in cases():
        if not pattern.search(case.name):
            continue
        try:
            results[case.name] = train(case, out)
        except Exception as error:  # a case that this version cannot fit is told, not hidden
            results[case.name] = {"unfit": f"{type(error).__name__}: {error}"}
    out.mkdir(parents=True, exist_ok=True)
    (out / "expected.json").write_text(json.dumps({"version": sklearn.__version__, "cases": results}))


if __name__ == "__main__":
    main()
