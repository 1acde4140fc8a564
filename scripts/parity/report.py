"""What came of all cases: a table, and what did not pass by name."""

import collections
import dataclasses

COLUMNS = ("passed", "not native", "failed", "not in it")


@dataclasses.dataclass
class Outcome:
    """What came of one version: for each case and method its verdict and why."""

    library: str
    version: str
    verdicts: list = dataclasses.field(default_factory=list)
    skipped: str = ""
    #: Estimators with methods by which one of them has answered as the library does.
    methods: set = dataclasses.field(default_factory=set)
    #: Estimator that is not native → why.
    refused: dict = dataclasses.field(default_factory=dict)

    @property
    def title(self):
        return f"{self.library} {self.version}"

    def add(self, name, verdict, why=""):
        self.verdicts.append((name, verdict, " ".join(why.split())[:300]))

    def note(self, estimators, method, verdict, foreign):
        """What a verdict says of the estimators that the case's model is made of."""
        if verdict == "passed":
            self.methods |= {(name, "transform" if is_step else method) for name, is_step in estimators}
        if verdict == "not native" and estimators:
            self.refused[estimators[-1][0]] = foreign

    def counts(self):
        counted = collections.Counter(verdict for _, verdict, _ in self.verdicts)
        return [counted[column] for column in COLUMNS]

    def named(self, verdict):
        return [(name, why) for name, given, why in self.verdicts if given == verdict]


def text(outcomes):
    lines = [f"{'':<22}" + "".join(f"{column:>12}" for column in COLUMNS)]
    for outcome in outcomes:
        cells = "".join(f"{count:>12}" for count in outcome.counts())
        lines.append(f"{outcome.title:<22}" + (f"  skipped: {outcome.skipped}" if outcome.skipped else cells))
    return "\n".join(lines)


def markdown(outcomes):
    lines = ["# Parity", "", f"| library | {' | '.join(COLUMNS)} |", "| --- |" + " ---: |" * len(COLUMNS)]
    for outcome in outcomes:
        cells = [outcome.skipped and "skipped"] + [""] * 3 if outcome.skipped else outcome.counts()
        lines.append(f"| {outcome.title} | {' | '.join(map(str, cells))} |")
    lines += [f"\n{outcome.title} was skipped: {outcome.skipped}." for outcome in outcomes if outcome.skipped]
    for verdict in ("failed", "not native", "not in it"):
        lines += ["", f"## {verdict[0].upper()}{verdict[1:]}", ""]
        found = collections.defaultdict(list)
        for outcome in outcomes:
            for name, why in outcome.named(verdict):
                found[name, why].append(outcome.title)
        for (name, why), titles in sorted(found.items()):
            lines.append(f"- {name} ({', '.join(titles)}): {why}")
        if not found:
            lines.append("None.")
    return "\n".join(lines) + "\n"
