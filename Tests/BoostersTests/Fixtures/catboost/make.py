"""Run by the Python of a version of CatBoost: keeps some of parity's cases, small, as fixtures.

    make.py > 1.2.json         (made with 1.2.10; with 1.0.6 by `make.py old > 1.0.json`)

A line for each case: its file in base64, rows, and what CatBoost answers.
"""

import base64
import json
import pathlib
import sys
import tempfile

import numpy

ROOT = pathlib.Path(__file__).parents[4]
sys.path.insert(0, str(ROOT / "scripts" / "parity"))
import train

#: One case for each rule.
KEPT = """
loss-RMSE-cbm loss-Poisson-cbm loss-Tweedie-json loss-RMSEWithUncertainty-cbm loss-MultiRMSE-cbm loss-MultiClass-cbm
loss-MultiClassOneVsAll-json loss-MultiLogloss-cbm loss-CrossEntropy-cbm rank-YetiRank-cbm trees-Lossguide-cbm
trees-Depthwise-three-cbm trees-Depthwise-three-json depth-9-cbm depth-10-three-json trees-none-json missing-Min-cbm
missing-Max-json borders-cbm borders-many-cbm columns-named-cbm start-average-json classes-texts-cbm classes-numbers-cbm
classes-flags-json classes-integers-cbm classes-three-texts-json classes-three-integers-cbm categories-compared-cbm
categories-compared-json categories-mixed-cbm categories-mixed-three-json categories-combined-two-cbm
categories-combined-json categories-priors-cbm categories-statistic-Buckets-cbm
categories-statistic-BinarizedTargetMeanValue-json categories-statistic-Counter-three-cbm categories-Lossguide-cbm
""".split()
#: What older versions spell in their own way.
OLD = """
loss-RMSE-cbm loss-MultiClass-cbm trees-Depthwise-three-cbm missing-Max-json classes-texts-cbm columns-wide-json
categories-mixed-cbm categories-compared-json categories-statistic-BinarizedTargetMeanValue-json
""".split()
#: Options of cases that would be larger than need be.
SMALL = {
    "borders-many-cbm": {"iterations": 560, "depth": 1},
    "depth-9-cbm": {"iterations": 1},
    "depth-10-three-json": {"iterations": 1},
    "categories-mixed-cbm": {"iterations": 12},
    "categories-combined-two-cbm": {"iterations": 7},
    "categories-combined-json": {"iterations": 7},
}
#: What of a model's accompaniments is looked at.
INFO = {"class_params", "catboost_version_info", "params"}
ROWS = 12


def shrink(text):
    params = json.loads(text) if isinstance(text, str) else text
    return {"loss_function": params["loss_function"]}


def saved(case, model):
    metadata = model.get_metadata()
    for key in [key for key in metadata.keys() if key not in INFO]:
        del metadata[key]
    metadata["params"] = json.dumps(shrink(metadata["params"]))
    with tempfile.TemporaryDirectory() as folder:
        case.save(model, pathlib.Path(folder))
        file = next(pathlib.Path(folder).iterdir())
        if file.suffix == ".cbm":
            return file.read_bytes()
        document = json.loads(file.read_text())
        document["features_info"].pop("cat_features_hash", None)
        for tree in document.get("oblivious_trees", []):
            tree.pop("leaf_weights", None)
        return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def record(case):
    rows, answers, asked = case.data()
    asked = asked[:ROWS] if "categor" not in case.name else asked[4 : 4 + ROWS]
    model = case.make().set_params(**SMALL.get(case.name, {"iterations": 4}))
    model = case.fit(model, rows, answers)
    kept = {"file": base64.b64encode(saved(case, model)).decode(), "rows": train.instances(asked)}
    for method in case.methods:
        answer = train.plain(case.ask(model, method, asked))
        if answer is not None:
            kept[method] = answer
    return kept


def main():
    lines = []
    for case in train.cases("catboost"):
        if case.name in (OLD if sys.argv[1:] == ["old"] else KEPT):
            lines.append(f"{json.dumps(case.name)}: {json.dumps(record(case), ensure_ascii=False)}")
    print("{\n" + ",\n".join(lines) + "\n}")


main()
