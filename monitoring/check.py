#!/usr/bin/env python3
"""Looks whether what is in this folder fits what there is to be seen.

    monitoring/check.py                   names against docs/metrics.md, and the files that are made against their sources
    monitoring/check.py --prometheus URL  names, and every panel's queries, against a Prometheus that scrapes a running system

Exits 1 and tells each fault on a line.
"""
import json
import pathlib
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request

import yaml

FOLDER = pathlib.Path(__file__).parent
METRICS = FOLDER.parent / "docs" / "metrics.md"
# Words of PromQL that are followed by neither a bracket nor a brace.
KEYWORDS = {"by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "bool", "offset"}
# Prometheus' own.
BUILT_IN = {"up", "ALERTS"}


def names(expression):
    """The series that a query reads."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"', '""', expression)
    bare = re.sub(r"\{[^}]*\}", "", bare)
    bare = re.sub(r"\[[^\]]*\]", "", bare)
    bare = re.sub(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", "", bare)
    words = re.findall(r"[a-zA-Z_:][\w:]*(?!\w)(?!\s*\()", bare)
    return {word for word in words if word not in KEYWORDS}


def rules():
    for name in ("kserve-recording", "kserve-alerts"):
        for group in yaml.safe_load((FOLDER / "rules" / f"{name}.yaml").read_text())["groups"]:
            yield from group["rules"]


def panels():
    """Every query of every dashboard: where it is, and what it asks with the variables filled in."""
    filled = {"$namespace": "default", "$service": "sklearn-iris", "$revision": ".*", "$__rate_interval": "1m"}
    for path in sorted(FOLDER.glob("dashboards/*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                expression = target["expr"]
                for variable, value in filled.items():
                    expression = expression.replace(variable, value)
                yield f"{path.name}: {panel['title']}", expression


def variables():
    """The series that a dashboard's variables take their values from."""
    for path in sorted(FOLDER.glob("dashboards/*.json")):
        for variable in json.loads(path.read_text())["templating"]["list"]:
            if match := re.match(r"label_values\((\w+)", variable.get("definition", "")):
                yield f"{path.name}: variable {variable['name']}", match.group(1)


def documented():
    """The names in docs/metrics.md: those that are always there, and those that are there when something is, or planned."""
    always, sometimes = set(), set()
    for line in METRICS.read_text().splitlines():
        if not (match := re.match(r"\| `(\w+)` \| (\w+) \|", line)):
            continue
        name, kind = match.groups()
        family = {name, f"{name}_bucket", f"{name}_sum", f"{name}_count"} if kind == "histogram" else {name}
        (sometimes if re.search(r"\*(?:planned|when)", line) else always).update(family)
    return always, sometimes


def asked():
    """Where each series is read."""
    places = {}
    for rule in rules():
        for name in names(rule["expr"]):
            places.setdefault(name, rule.get("alert") or rule["record"])
    for place, expression in panels():
        for name in names(expression):
            places.setdefault(name, place)
    for place, name in variables():
        places.setdefault(name, place)
    return places


def ask(url, path, **query):
    try:
        with urllib.request.urlopen(f"{url}{path}?{urllib.parse.urlencode(query)}") as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def declared(url):
    """Families that a target has told of, also those without a sample as yet."""
    suffixes = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("", "_total")}
    told = ask(url, "/api/v1/metadata")["data"]
    return {name + suffix for name, kinds in told.items() for suffix in suffixes.get(kinds[0]["type"], ("",))}


def relabelling(name):
    text = yaml.safe_load((FOLDER / "prometheus" / name).read_text())["data"]["prometheus.yml"]
    config = yaml.safe_load(text)
    for job in config["scrape_configs"]:
        job.pop("kubernetes_sd_configs", None)
        job.pop("http_sd_configs", None)
    return config


def static_faults():
    made = subprocess.run([sys.executable, FOLDER / "make.py", "--check"], capture_output=True, text=True)
    yield from made.stdout.splitlines()
    always, sometimes = documented()
    known = always | sometimes | BUILT_IN | {rule["record"] for rule in rules() if "record" in rule}
    for name, place in sorted(asked().items()):
        if name not in known:
            yield f"{place}: {name} is not in docs/metrics.md"
    if relabelling("prometheus-configmap.yaml") != relabelling("prometheus-configmap-http.yaml"):
        yield "prometheus/: the two ConfigMaps differ by more than how targets are found"
    alerts = {rule["alert"] for rule in rules() if "alert" in rule}
    tested = (FOLDER / "rules" / "kserve-tests.yaml").read_text()
    guide = (FOLDER.parent / "docs" / "monitoring.md").read_text()
    for alert in sorted(alerts):
        if tested.count(f"alertname: {alert}") < 2:
            yield f"{alert}: rules/kserve-tests.yaml must show it firing and silent"
        if f"### {alert}\n" not in guide:
            yield f"{alert}: docs/monitoring.md does not say what to do"


def running_faults(url):
    there = set(ask(url, "/api/v1/label/__name__/values")["data"]) | declared(url)
    _, sometimes = documented()
    for name, place in sorted(asked().items()):
        if name not in there and name not in sometimes and name != "ALERTS":
            yield f"{place}: nobody serves {name}"
    for place, expression in panels():
        answer = ask(url, "/api/v1/query", query=expression)
        if answer["status"] != "success":
            yield f"{place}: {answer['error']}"
    missing = sorted(name for name in asked() if name not in there and name in sometimes)
    print(f"not seen in this system, and documented as planned or conditional: {', '.join(missing) or 'none'}")


def main():
    faults = list(running_faults(sys.argv[2]) if sys.argv[1:2] == ["--prometheus"] else static_faults())
    print("\n".join(faults) if faults else "every series that is asked for is there")
    sys.exit(1 if faults else 0)


main()
