"""Run by a Python with jpmml_evaluator: keeps cases of cases/jpmml_evaluator as fixtures of PMML's tests.

    record_pmml.py Tests/PMMLTests/Fixtures [PATTERN]      (made with jpmml_evaluator 0.16.0 and sklearn2pmml 0.133.1)

Writes NAME.json for each document: its text, in which `$word` stands for a value, rows, and for each set of values what
JPMML's evaluator answers; a text where it answers with an error.
"""

import json
import math
import pathlib
import re
import sys

from cases.jpmml_evaluator import exported, written

#: Rows of a case that are kept.
ROWS_MAX = 12
#: Models of exporters that are kept, small ones of each kind.
EXPORTED = """
tree-frame boosting-two xgboost-two xgboost-missing lightgbm-missing logistic-frame svc-linear-two network-two means
""".split()


def finite(value):
    return None if isinstance(value, float) and not math.isfinite(value) else value


def answers(document, rows):
    for row in rows:
        try:
            yield {name: finite(value) for name, value in document.answer(row).items()}
        except Exception as error:  # a row that is refused is a case too
            yield str(error).splitlines()[0][:120]


def some(rows):
    """Rows from all over, as many as are kept."""
    rows = rows.to_dict("records") if hasattr(rows, "to_dict") else rows
    step = max(1, -(-len(rows) // ROWS_MAX))
    return [{name: finite(value) for name, value in row.items()} for row in rows[::step]]


def keep(fixtures, name, text, values, rows, document):
    fixture = fixtures.setdefault(name, {"document": text, "rows": rows, "cases": []})
    fixture["cases"].append({"values": values, "answers": list(answers(document, rows))})


def main():
    fixtures = {}
    pattern = re.compile(sys.argv[2] if len(sys.argv) > 2 else ".")
    for case in written.CASES:
        if not pattern.search(case.document):
            continue
        document, rows = case.fit(case.make(), None, None), some(case.data()[2])
        keep(fixtures, case.document, written.read(case.document), case.values, rows, document)
    for case in exported.CASES:
        if case.name.removeprefix("pmml-") in EXPORTED and pattern.search(case.name):
            rows, known, asked = case.data()
            document = case.fit(case.make(), rows, known)
            keep(fixtures, case.name.removeprefix("pmml-"), document.text, {}, some(asked), document)
    for name, fixture in fixtures.items():
        text = json.dumps(fixture, ensure_ascii=False, separators=(",", ":"))
        (pathlib.Path(sys.argv[1]) / f"{name}.json").write_text(text + "\n")


main()
