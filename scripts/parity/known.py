"""Keeps what came of whole versions where the program and docs/models.md find it."""

import datetime
import json
import pathlib
import subprocess

from libraries import LIBRARIES

REPOSITORY = pathlib.Path(__file__).parents[2]
FILE = REPOSITORY / "Sources" / "CData" / "data" / "parity.json"
KEYS = ("passed", "notNative", "failed", "notInIt")


def record(outcomes):
    """Replaces in the file what is known of these versions."""
    known = json.loads(FILE.read_text()) if FILE.exists() else {"versions": [], "estimators": {}, "refused": {}}
    for outcome in outcomes:
        if outcome.skipped:
            continue
        package = LIBRARIES[outcome.library].cases
        forget(known, outcome, package)
        known["versions"].append({
            "library": outcome.library, "version": outcome.version, "date": datetime.date.today().isoformat(),
            "commit": commit(), **dict(zip(KEYS, outcome.counts())),
        })
        for name, method in outcome.methods:
            # Libraries' models in pipelines and ensembles of another library tell nothing of that one's version.
            if name.startswith(package + "."):
                versions = known["estimators"].setdefault(name, {}).setdefault(method, [])
                versions.append(outcome.version)
                versions.sort(key=numbers)
        # What another version serves is refused for an option of the case.
        known["refused"].update(outcome.refused)
    known["refused"] = {name: why for name, why in known["refused"].items() if name not in known["estimators"]}
    known["versions"].sort(key=lambda entry: (entry["library"], numbers(entry["version"])))
    FILE.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


def forget(known, outcome, package):
    """Takes out what is known of a version."""
    one = (outcome.library, outcome.version)
    known["versions"] = [entry for entry in known["versions"] if (entry["library"], entry["version"]) != one]
    for name, methods in known["estimators"].items():
        if name.startswith(package + "."):
            for method, versions in methods.items():
                methods[method] = [version for version in versions if version != outcome.version]


def numbers(version):
    return [int(part) for part in version.split(".")]


def commit():
    """The commit of the repository that the program is of."""
    done = subprocess.run(["git", "rev-parse", "--short=7", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"
