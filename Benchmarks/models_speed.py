#!/usr/bin/env python3
"""How fast models answer in process, beside the libraries that trained them, in the same run.

    models_speed.py ROOST [--only REGEX] [--rounds 5] [--seconds 0.1] [--keep FOLDER] [--markdown FILE]

Run by a Python that has the libraries (scripts/peers/environment.sh libraries). Every case is measured on 1 row and on
1,000: the library from its own input (a numpy array, a data frame, a list of texts) to its answer, with as many threads
as it takes by itself and with one; Roost's `model bench` from decoded rows to the answer, always in one thread. They take
turns, several rounds; a figure is the median over rounds of the median of a round, a ratio the median of rounds' ratios.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import time
import warnings
from importlib import metadata

import joblib
import numpy
import pandas
import threadpoolctl

import models_speed_cases as cases
from models_speed_libraries import LIBRARIES

#: More than this slower on 1,000 rows than the library with its default threads is too slow.
BOUND = 1.3
COUNTS = (1, cases.ROWS)

warnings.filterwarnings("ignore")


def body(asked):
    """The version 1 request for these rows; what is missing is null."""
    if isinstance(asked, pandas.DataFrame):
        rows = [{name: None if pandas.isna(cell) else cell for name, cell in row.items()} for row in asked.to_dict("records")]
    elif isinstance(asked, list):
        rows = asked
    else:
        rows = [[None if cell != cell else cell for cell in row] for row in numpy.asarray(asked).tolist()]
    return json.dumps({"instances": rows})


def first(asked, count):
    return asked[:count].reset_index(drop=True) if isinstance(asked, pandas.DataFrame) else asked[:count]


def prepare(case, folder):
    """Trains a case, or takes what an earlier run has trained; its file for Roost and its model for the library."""
    folder.mkdir(parents=True, exist_ok=True)
    trained = folder / "trained.joblib"
    if not trained.exists():
        model, asked = case.make()
        LIBRARIES[case.library].save(model, folder)
        (folder / "rows.json").write_text(body(asked[: cases.ROWS]))
        joblib.dump((model, asked), trained)
    return joblib.load(trained)


def microseconds(call, seconds):
    """The median of as many calls as fit into so many seconds, three at least."""
    call()
    taken, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(taken) < 3:
        start = time.perf_counter_ns()
        call()
        taken.append((time.perf_counter_ns() - start) / 1000)
    return statistics.median(taken)


def native(program, case, folder, options):
    """Rows of a call → microseconds of a call."""
    file = next(path for path in folder.iterdir() if path.stem == "model")
    command = [program, "model", "bench", file, "--data", folder / "rows.json", "--method", case.method, "-o", "json"]
    counts = ",".join(str(count) for count in COUNTS)
    done = subprocess.run([*command, "--rows", counts, "--seconds", str(options.seconds)], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError((done.stderr.strip() or "roost fails").splitlines()[-1])
    return {line["rows"]: line["p50"] for line in json.loads(done.stdout)}


def measure(case, options):
    """(rows of a call, who) → microseconds of each round."""
    folder = pathlib.Path(options.keep) / re.sub(r"\W+", "-", case.name)
    model, asked = prepare(case, folder)
    library = LIBRARIES[case.library]
    rounds = {(count, who): [] for count in COUNTS for who in ("default", "one", "roost")}
    for _ in range(options.rounds):
        for count in COUNTS:
            rows = first(asked, count)
            rounds[count, "default"].append(microseconds(library.call(model, case.method, rows, None), options.seconds))
            with threadpoolctl.threadpool_limits(1):
                rounds[count, "one"].append(microseconds(library.call(model, case.method, rows, 1), options.seconds))
        for count, figure in native(options.program, case, folder, options).items():
            rounds[count, "roost"].append(figure)
    return rounds


def ratio(rounds, count, who):
    """How many times as long as the library Roost takes."""
    return statistics.median(ours / theirs for ours, theirs in zip(rounds[count, "roost"], rounds[count, who]))


def figure(microseconds):
    return f"{microseconds:,.2f}" if microseconds < 10 else f"{microseconds:,.0f}"


class Line:
    """What is told of a case."""

    HEAD = ["", "library", "Roost", "times faster", "library", "one thread", "Roost", "Roost / library", "/ one thread"]

    def __init__(self, case, rounds):
        self.name = case.name
        middle = {key: statistics.median(values) for key, values in rounds.items()}
        many = cases.ROWS
        self.single, self.large, self.large_one = ratio(rounds, 1, "default"), ratio(rounds, many, "default"), ratio(rounds, many, "one")
        self.cells = [
            case.name, figure(middle[1, "default"]), figure(middle[1, "roost"]), f"{1 / self.single:,.0f}",
            *(figure(middle[many, who]) for who in ("default", "one", "roost")), f"{self.large:.2f}", f"{self.large_one:.2f}",
        ]

    @property
    def faults(self):
        found = [] if self.single < 1 else [f"slower on a single row: {self.single:.2f}"]
        return found + ([] if self.large <= BOUND else [f"{self.large:.2f} times the library on {cases.ROWS:,} rows"])


ABOUT = """# How fast models answer

Measured in process, without a server around either side: the library from its own input (a numpy array, a data frame, a list of
texts) to its answer, Roost from decoded rows to the answer not yet written, in one thread. Both take turns in one run of
`BENCH=models make bench`, {rounds} rounds on {cores} cores ({machine}); a figure is the median over rounds of the median call, in
microseconds, a ratio the median of the rounds' ratios. The library is measured as it comes, with as many threads as it takes by
itself, and held to one thread (threadpoolctl; XGBoost, LightGBM and CatBoost by their own settings). Versions: {versions}.

Roost is faster on a single row in {single} of {count} cases, and takes at most {bound} times the library's time on {rows:,} rows in
{large} of them beside the library's default threads, in {large_one} beside one thread.{faults}
"""


def versions():
    """The libraries that are here, with their versions."""
    packages = ["scikit-learn", "numpy", "xgboost-cpu", "lightgbm", "catboost"]
    return ", ".join(f"{name} {metadata.version(name)}" for name in packages if importlib.util.find_spec(MODULES.get(name, name)))


MODULES = {"scikit-learn": "sklearn", "xgboost-cpu": "xgboost"}


def markdown(groups, options, faults):
    lines = [line for members in groups.values() for line in members]
    about = ABOUT.format(
        rounds=options.rounds, cores=os.cpu_count(), machine=processor(), versions=versions(), bound=BOUND, rows=cases.ROWS,
        count=len(lines), single=sum(line.single < 1 for line in lines), large=sum(line.large <= BOUND for line in lines),
        large_one=sum(line.large_one <= BOUND for line in lines),
        faults="".join(f"\n- {fault}" for fault in faults) and "\n\nNot reached:\n" + "".join(f"\n- {fault}" for fault in faults),
    )
    head = "1 row: library | Roost | times faster | {rows:,} rows: library | one thread | Roost | Roost / library | / one thread |"
    tables = [
        f"| {group} | {head.format(rows=cases.ROWS)}\n|---|" + "---:|" * 8 + "\n"
        + "".join("| " + " | ".join(line.cells) + " |\n" for line in members) for group, members in groups.items()
    ]
    return about + "\n" + "\n".join(tables)


def processor():
    """The processor's name, as the system tells it."""
    names = re.findall(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return names[0] if names else platform.machine()


def show(cells):
    print(f"{cells[0]:52}" + "".join(f"{cell:>16}" for cell in cells[1:]), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--only", default=".", help="regular expression of case names")
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", 5)))
    parser.add_argument("--seconds", type=float, default=0.1, help="for each measurement")
    parser.add_argument("--keep", default="/tmp/roost-models-speed", help="folder of the trained models")
    parser.add_argument("--markdown", help="file for the table")
    options = parser.parse_args()
    print(f"{processor()}, {os.cpu_count()} cores, {options.rounds} rounds, µs of a call")
    show(Line.HEAD)
    groups, faults = {}, []
    for group, members in cases.GROUPS.items():
        for case in members:
            if not re.search(options.only, case.name):
                continue
            try:
                line = Line(case, measure(case, options))
            except (ImportError, RuntimeError) as error:
                faults.append(f"{case.name}: not measured, {error}")
                show([case.name, "not measured", str(error)])
                continue
            show(line.cells)
            groups.setdefault(group, []).append(line)
            faults += [f"{case.name}: {fault}" for fault in line.faults]
    if options.markdown:
        pathlib.Path(options.markdown).write_text(markdown(groups, options, faults))
    count = sum(len(lines) for lines in groups.values())
    print(f"\n{count} cases; aims: faster on a single row, at most {BOUND} times the library on {cases.ROWS:,} rows")
    print("\n".join(faults) if faults else "all reached")
    sys.exit(1 if faults else 0)


main()
