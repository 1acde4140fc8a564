#!/usr/bin/env python3
"""Runs upstream's e2e tests, unmodified, against `roost up`, once for each mode of deployment, and writes what passed.

The tests are those of the folders predictor, graph, batcher and logger of a checkout of kserve/kserve, run by pytest in that
checkout with nothing but upstream's own variables. gs:// models come from a mirror of ours (models.py), the images of upstream's
own helpers from programs of this machine (`--image-program`). skips.txt names what is not run, and why.
"""
import argparse
import collections
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
root = here.parent.parent
NAMESPACE = "kserve-ci-e2e-test"
FOLDERS = ["predictor", "graph", "batcher", "logger"]


class Mode(collections.namedtuple("Mode", "name network_layer settings")):
    """How services are deployed that do not say it themselves, and what the tests are told of the network."""


MODES = [
    Mode("Standard", "istio-gatewayapi", {"deploy": {"defaultDeploymentMode": "Standard"}}),
    Mode("Knative", "istio", {"deploy": {"defaultDeploymentMode": "Knative"}}),
    Mode("Headless", "istio-gatewayapi", {"service": {"serviceClusterIPNone": True}}),
]


def main():
    options = parse()
    python = options.python or environment("conformance")
    models = options.work / "models"
    if not (models / "whole").exists():
        subprocess.run([python, here / "models.py", models], check=True)
        (models / "whole").touch()
    skips, failures = Reasons(here / "skips.txt"), Reasons(here / "failures.txt")
    runs = [Run(mode, options, python, models, skips, failures) for mode in MODES if mode.name in options.modes]
    # Tests mostly wait.
    with concurrent.futures.ThreadPoolExecutor() as side_by_side:
        outcomes = dict(zip([run.mode.name for run in runs], side_by_side.map(Run.outcomes, runs)))
    text = report(outcomes, version(options.upstream), python)
    if options.output:
        options.output.write_text(text)
    else:
        print(text)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("upstream", type=pathlib.Path, nargs="?", help="a checkout of kserve/kserve (default: fetched)")
    parser.add_argument("--roost", type=pathlib.Path, default=root / "bin/roost")
    parser.add_argument("--work", type=pathlib.Path, default=root / ".build/conformance", help="models, logs, reports")
    parser.add_argument("--modes", type=lambda text: text.split(","), default=[mode.name for mode in MODES])
    parser.add_argument("--only", default="*", help="a pattern of test names, such as 'graph/*'")
    # Tests that expect a 404 ask for minutes whether it stays.
    parser.add_argument("--workers", default="12")
    parser.add_argument("--python", help="a Python with what scripts/peers/conformance.txt lists")
    parser.add_argument("-o", "--output", type=pathlib.Path)
    options = parser.parse_args()
    options.work = options.work.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    options.upstream = (options.upstream or fetched(options.work / "upstream")).resolve()
    return options


def fetched(folder):
    if not folder.exists():
        command = ["git", "clone", "-q", "--depth", "1", "--single-branch", "https://github.com/kserve/kserve", folder]
        if subprocess.run(command).returncode != 0:
            sys.exit("kserve/kserve cannot be fetched: name a checkout, make conformance UPSTREAM=DIR")
    return folder


def environment(name):
    made = subprocess.run([root / "scripts/peers/environment.sh", name], check=True, stdout=subprocess.PIPE, text=True)
    return made.stdout.strip()


def version(upstream):
    told = subprocess.run(["git", "-C", upstream, "describe", "--tags", "--always"], stdout=subprocess.PIPE, text=True)
    return told.stdout.strip() or "unknown"


class Reasons:
    """What is said of tests by patterns of their names: why they are not run, or fail."""

    def __init__(self, file):
        lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
        self.rules = [line.split("\t", 1) for line in lines]

    def reason(self, test, mode):
        for pattern, reason in self.rules:
            limited = re.fullmatch(r"\[([\w,]+)\] (.*)", pattern)
            if limited and mode not in limited[1].split(","):
                continue
            if fnmatch.fnmatchcase(test, limited[2] if limited else pattern):
                return reason
        return None


class Run:
    """One `roost up`, and the tests against it."""

    def __init__(self, mode, options, python, models, skips, failures):
        self.mode, self.options, self.python, self.models = mode, options, python, models
        self.skips, self.failures = skips, failures
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="roost-conformance-"))
        self.tests = options.upstream / "test/e2e"

    def outcomes(self):
        names = [name for name in self.collect() if fnmatch.fnmatchcase(name, self.options.only)]
        reasons = {name: self.skips.reason(name, self.mode.name) for name in names}
        chosen = [name for name in names if not reasons[name]]
        found = {name: ("skipped", reason) for name, reason in reasons.items() if reason}
        if chosen:
            up = self.start()
            try:
                self.prepare()
                found |= self.run(chosen)
            finally:
                up.send_signal(signal.SIGTERM)
                up.wait()
                shutil.rmtree(self.scratch, ignore_errors=True)
        return found

    def variables(self):
        return os.environ | {
            "KUBECONFIG": str(self.scratch / "kubeconfig"),
            "KSERVE_INGRESS_HOST_PORT": getattr(self, "gateway", ""),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def pytest(self, *words, **more):
        command = [self.python, "-m", "pytest", "-p", "no:cacheprovider", "--network-layer", self.mode.network_layer]
        return subprocess.run(command + list(words), cwd=self.tests, env=self.variables(), text=True, **more)

    def collect(self):
        names = [
            f"{file.relative_to(self.tests)}::{test}"
            for folder in FOLDERS
            for file in sorted((self.tests / folder).glob("test_*.py"))
            for test in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.M)
        ]
        if not names:
            sys.exit(f"{self.tests} holds no tests")
        # Headless Services are for one test; the others run without.
        return [name for name in names if (self.mode.name == "Headless") == name.endswith("_cipn")]

    def start(self):
        programs = {
            "kserve/success-200-isvc": self.options.upstream / "python/test_resources/graph/success_200_isvc/model.py",
            "kserve/error-404-isvc": self.options.upstream / "python/test_resources/graph/error_404_isvc/model.py",
            "gcr.io/knative-releases/knative.dev/eventing-contrib/cmd/event_display": here / "event_display.py",
            # For rollouts only: whatever listens will do.
            "tensorflow/serving": here / "event_display.py",
        }
        words = [word for image, file in programs.items() for word in ("--image-program", f"{image}={self.python} {file}")]
        log = open(self.options.work / f"up-{self.mode.name}.log", "w+")
        up = subprocess.Popen(
            [self.options.roost, "up", "--data-dir", self.scratch, "--api-port", "0", "--gateway-port", "0", *words],
            stdout=log, stderr=subprocess.STDOUT)
        for _ in range(200):
            said = pathlib.Path(log.name).read_text()
            found = re.search(r"^ *gateway *http://([0-9.:]+)", said, re.M)
            if found:
                self.gateway = found[1]
                return up
            if up.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit(f"roost up does not start:\n{said}")

    def prepare(self):
        """What upstream's CI does before its tests: the namespace, and the platform's settings."""
        settings = {"storageInitializer": {"mirrors": {"gs://kfserving-examples": str(self.models)}}} | self.mode.settings
        subprocess.run([self.python, here / "prepare.py", NAMESPACE, json.dumps(settings)], env=self.variables(), check=True)

    def run(self, names):
        file = self.options.work / f"report-{self.mode.name}.json"
        file.unlink(missing_ok=True)
        with open(self.options.work / f"tests-{self.mode.name}.log", "w") as log:
            self.pytest(
                "-n", self.options.workers, "--dist", "worksteal", "--json-report", f"--json-report-file={file}",
                "--json-report-omit=log", "-o", "log_cli=0", "-o", "junit_family=xunit2", "--tb=short", *names,
                stdout=log, stderr=subprocess.STDOUT)
        told = collections.defaultdict(list)
        for test in json.loads(file.read_text())["tests"]:
            # Parametrized tests are named once.
            told[test["nodeid"].split("[")[0]].append(self.outcome(test))
        return {name: max(told[name], default=("unfinished", "did not run"), key=self.weight) for name in names}

    @staticmethod
    def weight(outcome):
        return ["passed", "skipped", "unfinished", "error", "failed"].index(outcome[0])

    def outcome(self, test):
        if test["outcome"] == "passed":
            return "passed", ""
        crash = (test.get("call") or test.get("setup") or {}).get("crash") or {}
        known = self.failures.reason(test["nodeid"].split("[")[0], self.mode.name)
        return test["outcome"], known or (crash.get("message") or "").split("\n")[0][:160]


def report(outcomes, upstream, python):
    sdk = subprocess.run([python, "-c", "import importlib.metadata as m; print(m.version('kserve'))"],
                         stdout=subprocess.PIPE, text=True).stdout.strip()
    modes = [mode for mode in outcomes if mode != "Headless"]
    for name, outcome in outcomes.get("Headless", {}).items():
        for mode in modes:
            outcomes[mode][name] = outcome if mode == "Standard" else ("skipped", "headless Services are Standard mode's")
    head = (here / "head.md").read_text().format(upstream=upstream, sdk=sdk)
    lines = [head, summary(outcomes, modes), "", "| test | " + " | ".join(modes) + " | what is to be said |",
             "| --- |" + " --- |" * len(modes) + " --- |"]
    for name in sorted(set().union(*(outcomes[mode] for mode in modes))):
        cells = [outcomes[mode].get(name, ("", ""))[0] for mode in modes]
        reasons = list(dict.fromkeys(outcomes[mode].get(name, ("", ""))[1] for mode in modes))
        said = "; ".join(reason.replace("|", "\\|") for reason in reasons if reason)
        lines.append(f"| `{name}` | " + " | ".join(cells) + f" | {said} |")
    return "\n".join(lines) + "\n"


def summary(outcomes, modes):
    lines = ["| mode | passed | failed | unfinished | skipped |", "| --- | ---: | ---: | ---: | ---: |"]
    for mode in modes:
        counted = collections.Counter(state for state, _ in outcomes[mode].values())
        failed = counted["failed"] + counted["error"]
        lines.append(f"| {mode} | {counted['passed']} | {failed} | {counted['unfinished']} | {counted['skipped']} |")
    return "\n".join(lines)


main()
