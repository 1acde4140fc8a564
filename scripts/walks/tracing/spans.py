"""Looks at the spans that a collector has kept.

    spans.py FOLDER chain TRACE PATTERN…   the spans of a trace that lead from its first (PATTERN by PATTERN, each the child of the
                                           one before) to the last; a pattern is held against `service kind name`
    spans.py FOLDER find PATTERN…          a span of any trace that all patterns fit: `service kind name status key=value …`

Waits a while for spans that are on their way. Prints what it has found; exit 1 where there is none.
"""
import json
import pathlib
import re
import sys
import time

WAIT_SECONDS = 15
# How far the calendars of two processes may be apart, which each of them reads for itself.
CLOCKS_NS = 1_000_000
# How much later than its parent a span may end: a proxy is done when it has handed the answer over.
END_NS = 5_000_000


def read(folder):
    try:
        return [json.loads(line) for line in (pathlib.Path(folder) / "spans").read_text().splitlines()]
    except FileNotFoundError:
        return []


def title(span):
    return f"{span['service']} {span['kind']} {span['name']}"


def words(span):
    return " ".join([title(span), span["status"], *(f"{key}={value}" for key, value in sorted(span["attributes"].items()))])


def lead(spans, parent, patterns):
    """The spans from `parent` down that fit the patterns one by one; None where there are none."""
    if not patterns:
        return []
    for span in spans:
        if span["parent"] != parent or not re.search(patterns[0], title(span)):
            continue
        rest = lead(spans, span["id"], patterns[1:])
        if rest is not None:
            return [span] + rest
    return None


def chain(spans, wanted, *patterns):
    """Spans whose parent is one that nobody tells of: the client's."""
    spans = [span for span in spans if span["trace"] == wanted]
    known = {span["id"] for span in spans}
    for parent in {span["parent"] for span in spans if span["parent"] not in known}:
        found = lead(spans, parent, patterns)
        if found is None:
            continue
        if all(outer["start"] <= inner["start"] + CLOCKS_NS and inner["end"] <= outer["end"] + END_NS for outer, inner in zip(found, found[1:])):
            return " -> ".join(title(span) for span in found)
        return None
    return None


def find(spans, *patterns):
    found = [words(span) for span in spans if all(re.search(pattern, words(span)) for pattern in patterns)]
    return found[-1] if found else None


def main():
    folder, question, *rest = sys.argv[1:]
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        spans = read(folder)
        found = {"chain": chain, "find": find}[question](spans, *rest)
        if found:
            return print(found)
        if time.monotonic() > deadline:
            print(f"none of {len(spans)} spans:\n" + "\n".join(f"{span['trace']} {span['parent']}->{span['id']} {words(span)}" for span in spans[-25:]))
            sys.exit(1)
        time.sleep(0.1)


main()
