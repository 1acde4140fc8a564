#!/usr/bin/env python3
"""Holds `roost drift --reference A --current B` against scipy, and against alibi-detect where it is installed.

    drift.py ROOST             every statistic on the same data; exit 1 where one differs
    drift.py ROOST --power     how often drift is told, with and without any: the table of docs/drift.md

Run by `make parity`, in an environment of its own with scipy and alibi-detect from PyPI.
"""
import json, os, pathlib, subprocess, sys, tempfile
import numpy as np
from scipy import spatial, stats

roost = sys.argv[1]
ALL = {"numeric": ["kolmogorovSmirnov", "chiSquared", "stabilityIndex", "jensenShannon", "wasserstein"],
       "categorical": ["chiSquared", "stabilityIndex", "jensenShannon"]}
folder = pathlib.Path(tempfile.mkdtemp(prefix="roost-drift-"))
TOLERANCE = 1e-6


def table(path, columns):
    names = list(columns)
    rows = ([repr(v.item()) if isinstance(v, np.floating) else str(v) for v in row] for row in zip(*columns.values()))
    path.write_text("\n".join([",".join(names), *map(",".join, rows)]) + "\n")


def judge(reference, current, **spec):
    before, now, config = folder / "before.csv", folder / "now.csv", folder / "config.json"
    table(before, reference)
    table(now, current)
    config.write_text(json.dumps({"spec": {"target": {"name": "files"}, **spec}}))
    out = subprocess.run([roost, "drift", "--reference", before, "--current", now, "--config", config, "-o", "json"],
                         capture_output=True, text=True, check=True).stdout
    return json.loads(out)


def coarse(counts):
    return [sum(counts[i:i + 2]) for i in range(0, len(counts), 2)] if len(counts) > 10 else counts


def expected(feature, a, b):
    """What scipy says of a column: test → (statistic, p-value or none)."""
    numeric = feature["type"] == "numeric"
    p, q = (coarse(feature[side]) if numeric else feature[side] for side in ("reference", "current"))
    kept = [(x, y) for x, y in zip(p, q) if x + y]
    chi = stats.chi2_contingency(np.array(kept).T, correction=False)
    x, y = np.maximum(np.array(p) / sum(p), 1e-4), np.maximum(np.array(q) / sum(q), 1e-4)
    want = {"chiSquared": (chi.statistic, chi.pvalue), "stabilityIndex": (np.sum((y - x) * np.log(y / x)), None),
            "jensenShannon": (spatial.distance.jensenshannon(p, q), None)}
    if numeric:
        ks = stats.ks_2samp(a, b)
        want["kolmogorovSmirnov"] = (ks.statistic, ks.pvalue)
        want["wasserstein"] = (stats.wasserstein_distance(a, b) / np.std(a), None)
        edges = [-np.inf, *feature["edges"], np.inf]
        for side, values in (("reference", a), ("current", b)):
            counts = [int(((values > low) & (values <= high)).sum()) for low, high in zip(edges, edges[1:])]
            assert counts == feature[side], f"{feature['name']}: counts {counts}, were {feature[side]}"
    return want


def alibi(a, b, kinds):
    """What alibi-detect says of a column: (member, value)s; none where it is not installed."""
    try:
        from alibi_detect.cd import ChiSquareDrift, KSDrift
    except ImportError:
        return None
    told = {}
    for name, kind in kinds.items():
        x, y = np.asarray(a[name]).reshape(-1, 1), np.asarray(b[name]).reshape(-1, 1)
        detector = KSDrift(x) if kind == "numeric" else ChiSquareDrift(x, categories_per_feature={0: sorted(set(a[name]) | set(b[name]))})
        said = detector.predict(y)["data"]
        told[name] = [("statistic", float(said["distance"][0])), ("pValue", float(said["p_val"][0]))]
        # It takes the approximation for large samples whatever their size; Roost keeps no sample that is so large.
        if kind == "numeric":
            del told[name][1]
    return told


def columns(chance, count, shift):
    normal = chance.normal(shift, 1, count)
    return {"normal": normal, "skewed": chance.exponential(1 + shift, count), "whole": chance.poisson(3 + shift, count).astype(float),
            "few": chance.choice([0.0, 1.0, 2.5], count), "kind": chance.choice(["a", "b", "c"], count, p=[0.5 + shift / 4, 0.3 - shift / 4, 0.2])}


def compare():
    worst, count, missing = 0.0, 0, False
    for seed, (before, now, shift) in enumerate([(400, 300, 0), (400, 300, 0.3), (1000, 80, 0.1), (2000, 1500, 0.05), (60, 1000, 0.5), (5000, 1900, 0)]):
        chance = np.random.default_rng(seed)
        a, b = columns(chance, before, 0), columns(chance, now, shift)
        status = judge(a, b, tests=ALL, correction="none")
        kinds = {f["name"]: f["type"] for f in status["features"]}
        others = alibi(a, b, kinds)
        missing |= others is None
        for feature in status["features"]:
            want = expected(feature, a[feature["name"]], b[feature["name"]])
            for test in feature["tests"]:
                pairs = list(zip(("statistic", "pValue"), want[test["test"]]))
                own = "kolmogorovSmirnov" if feature["type"] == "numeric" else "chiSquared"
                if others and test["test"] == own:
                    pairs += others[feature["name"]]
                for member, value in pairs:
                    if value is None:
                        continue
                    # alibi-detect keeps numbers in single precision.
                    worst, count = max(worst, abs(test[member] - value)), count + 1
                    assert abs(test[member] - value) <= TOLERANCE, f"{feature['name']} {test['test']} {member}: {test[member]}, expected {value}"
    print(f"{count} statistics and chances as scipy{'' if missing else ' and alibi-detect'} gives them, the farthest off by {worst:.1e}")
    if missing:
        print("alibi-detect is not installed: compared with scipy alone")


def power(runs=200):
    """How often of so many runs drift is told: 10 columns, 500 rows against a reference of 1,000."""
    shifts = [("none", lambda x: x), ("1 of 10 columns by 0.2 deviations", lambda x: {**x, "c0": x["c0"] + 0.2}),
              ("1 of 10 columns by 0.4", lambda x: {**x, "c0": x["c0"] + 0.4}), ("all columns by 0.1", lambda x: {n: v + 0.1 for n, v in x.items()}),
              ("1 of 10 columns 1.5 times as wide", lambda x: {**x, "c0": x["c0"] * 1.5}),
              ("two columns that belong together, apart", lambda x: {**x, "c1": np.random.default_rng(1).permutation(x["c1"])})]

    def sample(chance, count):
        rows = {f"c{i}": chance.normal(0, 1, count) for i in range(10)}
        rows["c1"] = 0.9 * rows["c0"] + (1 - 0.81) ** 0.5 * rows["c1"]
        return rows
    ways = [("KS, Holm", {"correction": "holm"}), ("KS, Bonferroni", {"correction": "bonferroni"}), ("KS, Benjamini-Hochberg", {"correction": "benjaminiHochberg"}),
            ("KS, uncorrected", {"correction": "none"}),
            ("chi-squared, Holm", {"tests": {"numeric": ["chiSquared"]}}), ("stability index > 0.25", {"tests": {"numeric": ["stabilityIndex"]}}),
            ("Jensen-Shannon > 0.2", {"tests": {"numeric": ["jensenShannon"]}}), ("Wasserstein > 0.25", {"tests": {"numeric": ["wasserstein"]}}),
            ("MMD", {"tests": {"numeric": []}, "multivariate": {"enabled": True}})]
    print("| drift | " + " | ".join(name for name, _ in ways) + " |\n|" + " --- |" * (len(ways) + 1))
    for words, change in shifts:
        told = []
        for _, spec in ways:
            many = runs if "multivariate" not in spec else min(runs, 100)
            chance, found = np.random.default_rng(9), 0
            for _ in range(many):
                a, b = sample(chance, 1000), change(sample(chance, 500))
                status = judge(a, b, thresholds={"pValue": 0.05}, outliers={"method": "none"}, **spec)
                found += next(c["status"] for c in status["conditions"] if c["type"] == "DriftDetected") == "True"
            told.append(f"{100 * found / many:.3g} %")
        print(f"| {words} | " + " | ".join(told) + " |", flush=True)


if "--power" in sys.argv:
    power(int(os.environ.get("RUNS", "200")))
else:
    compare()
