#!/usr/bin/env python3
"""Compares what Roost answers with what the libraries themselves answer.

    scripts/parity/parity.py [--versions 1.2.2,1.5.2] [--only REGEX] [--keep FOLDER]

Trains the cases of cases/*.py with each library version, in a virtual environment that is made once (in
$ROOST_PARITY_VENVS, else ~/.cache/roost/parity), has the models served, compares, prints a table. Ends with 1 where
an answer differs.
"""

import argparse
import collections
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys

from serve import Server

HERE = pathlib.Path(__file__).parent
#: scikit-learn: the Python that it needs, and what must not be newer beside it.
VERSIONS = {
    "0.24.2": ("3.9", ["numpy==1.22.4", "scipy==1.8.1", "pandas<1.5"]),
    "1.0.2": ("3.9", ["numpy==1.22.4", "scipy==1.8.1", "pandas<1.5"]),
    "1.1.3": ("3.11", ["numpy==1.24.4", "scipy==1.10.1", "pandas<2.1"]),
    "1.2.2": ("3.11", ["numpy==1.26.4", "scipy==1.11.4", "pandas<2.3"]),
    "1.3.2": ("3.11", ["numpy==1.26.4", "scipy==1.11.4", "pandas<2.2"]),
    "1.5.2": ("3.11", ["numpy<2.2", "pandas<2.3"]),
    "1.7.2": ("3.11", ["pandas<2.4"]),
    "1.9.1": ("3.11", ["pandas<2.4"]),
}


def interpreter(wanted):
    """The path of a Python of that version; None where there is none."""
    if "%d.%d" % sys.version_info[:2] == wanted:
        return sys.executable
    found = sorted(pathlib.Path.home().glob(f".pyenv/versions/{wanted}.*/bin/python"))
    # Before names on the path, which may be pyenv's stand-ins for what is not chosen.
    return str(found[-1]) if found else shutil.which(f"python{wanted}")


def environment(version):
    """The Python of a version's virtual environment; None where the Python that it needs is not here."""
    cache = os.environ.get("ROOST_PARITY_VENVS") or os.path.expanduser("~/.cache/roost/parity")
    folder = pathlib.Path(cache) / f"sklearn-{version}"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        wanted, beside = VERSIONS.get(version, ("3.11", []))
        base = interpreter(wanted)
        if base is None:
            return None
        subprocess.run([base, "-m", "venv", folder], check=True)
        packages = [f"scikit-learn=={version}", *beside]
        subprocess.run([python, "-m", "pip", "-q", "install", *packages], check=True)
        (folder / "ready").touch()
    return python


def same(wanted, got, tolerance):
    if isinstance(wanted, list) or isinstance(got, list):
        return (
            isinstance(wanted, list)
            and isinstance(got, list)
            and len(wanted) == len(got)
            and all(same(w, g, tolerance) for w, g in zip(wanted, got))
        )
    if isinstance(wanted, (bool, str)) or isinstance(got, (bool, str)):
        return wanted == got and type(wanted) is type(got)
    if wanted is None or got is None:
        # NaN is null in JSON.
        return got is None and (wanted is None or isinstance(wanted, float) and math.isnan(wanted))
    if math.isnan(wanted) or math.isnan(got):
        return math.isnan(wanted) and math.isnan(got)
    if isinstance(wanted, int) != isinstance(got, int):
        return False
    return wanted == got or abs(wanted - got) <= max(1e-12, tolerance * abs(wanted))


def compare(method, case, answer):
    """passed, "not native" or what differs."""
    if "error" in answer:
        return "not native" if "cannot be served natively" in answer["error"] else answer["error"]
    wanted, got = case["expected"][method], answer["predictions"]
    if len(wanted) != len(got):
        return f"{len(got)} answers, wanted are {len(wanted)}"
    for row, (w, g) in enumerate(zip(wanted, got)):
        if same(w, g, case["tolerance"]):
            continue
        margins = case["margins"]
        if method == "predict" and margins and not isinstance(w, (list, float)) and margins[row] <= 1e-9:
            continue  # the best two scores are the same as far as numbers go
        return f"row {row}: {g}, wanted is {w}"
    return "passed"


def run(version, options):
    out = pathlib.Path(options.keep) / version
    python = environment(version)
    if python is None:
        print(f"{version}: skipped, there is no Python {VERSIONS[version][0]} here")
        return None
    command = [python, HERE / "train.py", out, options.only]
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    trained = json.loads((out / "expected.json").read_text())
    counts, faults = collections.Counter(), []
    with Server(options.program, out / "models", False) as predicting, Server(
        options.program, out / "models", True
    ) as estimating:
        servers = {"predict": predicting, "predict_proba": estimating}
        for name, case in trained["cases"].items():
            if "absent" in case or "unfit" in case:
                counts["not in it"] += 1
                if "unfit" in case:
                    print(f"  {version} {name}: {case['unfit']}"[:200])
                continue
            for method in case["expected"]:
                verdict = compare(method, case, servers[method].ask(name, case["asked"]))
                counts[verdict if verdict in ("passed", "not native") else "failed"] += 1
                if verdict != "passed":
                    faults.append(f"{version} {name} {method}: {verdict}"[:400])
    return counts, faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--versions", default=",".join(VERSIONS))
    parser.add_argument("--only", default=".", help="regular expression of case names")
    parser.add_argument("--keep", default="/tmp/roost-parity", help="folder of the models")
    parser.add_argument("--program", default=os.environ.get("ROOST_BIN", "bin/roost"))
    options = parser.parse_args()
    lines = []
    for version in options.versions.split(","):
        result = run(version, options)
        if result is None:
            continue
        counts, faults = result
        print("\n".join(faults))
        lines.append([version] + [counts[column] for column in ("passed", "not native", "failed", "not in it")])
    print(f"{'scikit-learn':<14}{'passed':>8}{'not native':>12}{'failed':>8}{'not in it':>11}")
    for version, passed, foreign, failed, absent in lines:
        print(f"{version:<14}{passed:>8}{foreign:>12}{failed:>8}{absent:>11}")
    sys.exit(1 if any(line[3] for line in lines) else 0)


main()
