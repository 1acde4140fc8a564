#!/usr/bin/env python3
"""Compares what Roost answers with what the libraries themselves answer.

    scripts/parity/parity.py [--versions 'scikit-learn==1.5.2 1.2.2'] [--only REGEX] [--keep FOLDER] [--record]

Trains the cases of cases/LIBRARY/*.py with each version of each library, in a virtual environment that is made once
(in $ROOST_PARITY_VENVS, else ~/.cache/roost/parity), has the models served, compares, prints a table, and writes it
with what did not pass into FOLDER/parity.md. Ends with 1 where an answer differs or a model is refused that should not.
With --record what came of whole versions is kept in Sources/CData/data/parity.json, which docs/models.md tells.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

import report
from compare import verdict
from environment import environment
from known import record
from libraries import LIBRARIES, chosen
from serve import Server

HERE = pathlib.Path(__file__).parent


def train(python, library, out, only):
    shutil.rmtree(out, ignore_errors=True)
    # One thread, so that a training gives the same model each time.
    variables = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([python, HERE / "train.py", LIBRARIES[library].cases, out, only], check=True, env=variables)
    return json.loads((out / "expected.json").read_text())


def compare(trained, out, program, outcome):
    """Asks for every case, in one server of all models for each method."""
    models = out / "models"
    # Both are begun before either is waited for.
    predicting, estimating = Server(program, models, False), Server(program, models, True)
    with predicting, estimating:
        servers = {"predict": predicting, "predict_proba": estimating}
        for name, case in trained.items():
            if "absent" in case:
                outcome.add(name, "not in it", case["absent"])
                continue
            for method in case["expected"]:
                answer = servers[method].ask(name, case["asked"])
                given, why = verdict(case, method, answer)
                outcome.add(f"{name} {method}", given, (case["foreign"] or why) if given == "not native" else why)
                outcome.note(case["estimators"], method, given, case["foreign"])


def run(library, name, options):
    outcome = report.Outcome(library, name)
    version = LIBRARIES[library].version(name)
    python = environment(library, name, version)
    if python is None:
        outcome.skipped = f"no Python {' or '.join(version.pythons)} was found"
        return outcome
    out = pathlib.Path(options.keep) / f"{library}-{name}"
    trained = train(python, library, out, options.only)
    if any("absent" not in case for case in trained.values()):
        compare(trained, out, options.program, outcome)
    for case, why in outcome.named("failed"):
        print(f"{outcome.title}: {case}: {why}", flush=True)
    return outcome


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--versions", default="", help="LIBRARY, LIBRARY==VERSION or scikit-learn's VERSION, several")
    parser.add_argument("--only", default=".", help="regular expression of case names")
    parser.add_argument("--keep", default="/tmp/roost-parity", help="folder of the models and the report")
    parser.add_argument("--program", default=os.environ.get("ROOST_BIN", "bin/roost"))
    parser.add_argument("--record", action="store_true", help="keep what came of whole versions in the repository")
    options = parser.parse_args()
    if options.record and options.only != ".":
        parser.error("--record is for whole versions, without --only")
    outcomes = [run(library, name, options) for library, name in chosen(options.versions)]
    (pathlib.Path(options.keep) / "parity.md").write_text(report.markdown(outcomes))
    if options.record:
        record(outcomes)
    print(report.text(outcomes))
    print(f"what did not pass is told in {options.keep}/parity.md")
    sys.exit(1 if any(outcome.named("failed") for outcome in outcomes) else 0)


main()
