"""Run by the Python of a library version: trains the cases, saves the models, and what the library answers.

    train.py LIBRARY OUT [PATTERN]
"""

import importlib
import json
import pathlib
import re
import sys
import warnings

import numpy

import data
from estimators import estimators

HERE = pathlib.Path(__file__).parent
warnings.filterwarnings("ignore")


def cases(library):
    for file in sorted((HERE / "cases" / library).glob("*.py")):
        yield from importlib.import_module(f"cases.{library}.{file.stem}").CASES


def version(library):
    """The first two numbers of the library's version; its package is called as the folder of its cases is."""
    return tuple(int(part) for part in importlib.import_module(library).__version__.split(".")[:2])


def plain(answer):
    """An answer as JSON has it; None where protocols have no form for it (probabilities of several outputs)."""
    if answer is None or isinstance(answer, list):
        return None
    if hasattr(answer, "toarray"):
        answer = answer.toarray()
    return numpy.asarray(answer).tolist()


def instances(rows):
    """Rows as a client sends them: those of a data frame by the columns' names."""
    if hasattr(rows, "to_dict"):
        return [{key: instance(cell) for key, cell in row.items()} for row in rows.to_dict("records")]
    return [instance(row) for row in (rows if isinstance(rows, list) else numpy.asarray(rows).tolist())]


def instance(value):
    """With null for NaN, which JSON has no word for."""
    if isinstance(value, (list, tuple)):
        return [instance(element) for element in value]
    if isinstance(value, numpy.generic):
        value = value.item()
    return None if value is None or value != value else value


def margins(case, model, asked):
    """How sure the choice of a label is: the difference of the best two scores of each row."""
    for method in ("decision_function", "predict_proba"):
        values = plain(case.ask(model, method, asked)) if hasattr(model, method) else None
        if values is None:
            continue
        values = numpy.asarray(values, dtype=float)
        if values.ndim == 1:
            return numpy.abs(values).tolist()
        if values.shape[1] > 1:
            ordered = numpy.sort(values, axis=1)
            return (ordered[:, -1] - ordered[:, -2]).tolist()
    return None


def train(case, out):
    rows, answers, asked = case.data() if callable(case.data) else getattr(data, case.data)()
    model = case.fit(case.make(), rows, answers)
    folder = out / "models" / case.name
    folder.mkdir(parents=True, exist_ok=True)
    case.save(model, folder)
    expected = {method: plain(case.ask(model, method, asked)) for method in case.methods}
    return {
        "asked": instances(asked),
        "expected": {method: answer for method, answer in expected.items() if answer is not None},
        "margins": margins(case, model, asked),
        "tolerance": case.tolerance,
        "foreign": case.foreign,
        "estimators": estimators(model),
    }


def main():
    library, out = sys.argv[1], pathlib.Path(sys.argv[2])
    pattern = re.compile(sys.argv[3] if len(sys.argv) > 3 else ".")
    now = version(library)
    results = {}
    for case in cases(library):
        if not pattern.search(case.name):
            continue
        if not case.since <= now < case.until:
            span = " ".join(f"{word} %d.%d" % bound for word, bound in (("from", case.since), ("before", case.until)))
            results[case.name] = {"absent": f"compared in versions {span}"}
            continue
        try:
            results[case.name] = train(case, out)
        except Exception as error:  # a case that this version cannot make or fit is told, not hidden
            results[case.name] = {"absent": f"{type(error).__name__}: {error}"}
    (out / "models").mkdir(parents=True, exist_ok=True)
    (out / "expected.json").write_text(json.dumps(results))


if __name__ == "__main__":
    main()
