"""Holds scrapes of a running system against docs/metrics.md.

    check.py METRICS.MD SCRAPE…    exit 1 where a series is missing in the table, has another kind or other labels, or where a row
                                   that is neither planned nor conditional is served by nobody

A scrape is text as Prometheus reads it. Only families that have samples tell their labels.
"""
import re
import sys

NAME = re.compile(r"`([a-z_:0-9]+)`")
SAMPLE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+(?: \d+)?$")
LABEL = re.compile(r'(\w+)="(?:[^"\\]|\\.)*"')
SUFFIXES = ("_bucket", "_sum", "_count")


def table(path):
    """The rows by name: kind, labels, and whether a scrape may lack it."""
    rows = {}
    with open(path) as lines:
        for line in lines:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) == 5 and (name := NAME.fullmatch(cells[0])):
                labels = {label.strip() for label in cells[2].split(",") if label.strip()}
                rows[name.group(1)] = cells[1], labels, cells[4].startswith("*")
    return rows


def families(path):
    """What a scrape has, by name: kind and the sets of labels that its samples have."""
    found = {}
    with open(path) as lines:
        for line in lines:
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split()
                if name in found:
                    raise SystemExit(f"{path}: {name} is declared twice")
                found[name] = kind, []
            elif not line.startswith("#") and line.strip():
                sample = SAMPLE.match(line.rstrip("\n"))
                if not sample:
                    raise SystemExit(f"{path}: this is no sample: {line}")
                name, labels = sample.group(1), set(LABEL.findall(sample.group(2) or ""))
                base = next((name.removesuffix(end) for end in SUFFIXES
                             if found.get(name.removesuffix(end), ("",))[0] == "histogram"), name)
                if base not in found:
                    raise SystemExit(f"{path}: {name} has no TYPE")
                found[base][1].append(labels - ({"le"} if found[base][0] == "histogram" else set()))
    return found


def main():
    rows, faults, served = table(sys.argv[1]), [], {}
    for path in sys.argv[2:]:
        for name, (kind, labels) in families(path).items():
            served.setdefault(name, []).append((kind, labels))
    for name, kinds in sorted(served.items()):
        if name not in rows:
            faults.append(f"{name} is served, but not in the table")
            continue
        for kind, samples in kinds:
            if kind != rows[name][0]:
                faults.append(f"{name} is a {kind}, the table says {rows[name][0]}")
            for labels in samples:
                if labels != rows[name][1]:
                    faults.append(f"{name} has labels {sorted(labels)}, the table says {sorted(rows[name][1])}")
                    break
    faults += [f"{name} is in the table, but nobody serves it" for name, row in rows.items() if name not in served and not row[2]]
    print("\n".join(faults) if faults else f"{len(served)} series are as docs/metrics.md says")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
