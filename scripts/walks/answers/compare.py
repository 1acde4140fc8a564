"""Asks Roost and KServe's Python server the same questions and compares the answers: status, headers that matter, body.

    compare.py ROOST SCRATCH [REPORT.md]

Bodies are compared word by word, without the space between words. Numbers must be spelt alike (1 or 1.0) and be equal within a tolerance; an id that a
server made up equals any other. Differences by intent are in differences.md; a line that nothing needs fails.
"""
import collections
import fnmatch
import json
import pathlib
import re
import struct
import sys

from http_files import FORMATS, load, send

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent.parent / "peers"))
import servers

HEADERS = ["content-type", "allow", "inference-header-content-length", "ce-type", "ce-source", "ce-specversion",
           "ce-id", "ce-time", "ce-datacontenttype", "content-encoding", "location"]
SINGLE, DOUBLE = 1e-6, 1e-9  # XGBoost computes in single precision, NumPy where rows come so
PORT = re.compile(r"127\.0\.0\.1:\d+")
WORD = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[^\W\d]+|\s+|.', re.S)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$")
MADE_UP = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)")


def near(one, other, tolerance):
    return abs(one - other) <= max(tolerance * max(abs(one), abs(other)), 1e-12)


def same_number(one, other, tolerance):
    whole = [re.fullmatch(r"-?\d+", text) is not None for text in (one, other)]
    return whole[0] == whole[1] and (one == other or not whole[0] and near(float(one), float(other), tolerance))


def same_text(one, other, tolerance):
    one, other = (MOMENT.sub("A-MOMENT", MADE_UP.sub("MADE-UP", text)) for text in (one, other))
    words, others = ([word for word in WORD.findall(text) if not word.isspace()] for text in (one, other))
    return len(words) == len(others) and all(
        a == b or NUMBER.match(a) and NUMBER.match(b) and same_number(a, b, tolerance) for a, b in zip(words, others))


def split(answer):
    """The text and the binary tail of an answer."""
    length = int(answer.headers.get("inference-header-content-length", len(answer.body)))
    return answer.body[:length].decode(errors="replace"), answer.body[length:]


def same_tail(text, one, other, tolerance):
    if one == other:
        return True
    if len(one) != len(other):
        return False
    place = 0
    for output in json.loads(text)["outputs"]:
        size = output.get("parameters", {}).get("binary_data_size", 0)
        parts, place = (one[place:place + size], other[place:place + size]), place + size
        if not output["datatype"].startswith("FP"):
            if parts[0] != parts[1]:
                return False
            continue
        values = [[value for value, in struct.iter_unpack("<" + FORMATS[output["datatype"]], part)] for part in parts]
        if not all(near(a, b, tolerance) for a, b in zip(*values)):
            return False
    return True


def differences(request, ours, theirs):
    """What differs: status, header:NAME, body."""
    tolerance = SINGLE if request.server.endswith("xgb") or re.search(rb'"FP(16|32)"', request.body) else DOUBLE
    if ours.status != theirs.status:
        yield "status"
    for name in HEADERS:
        one, other = (PORT.sub("HERE", answer.headers.get(name, "")) for answer in (ours, theirs))
        if not same_text(one, other, 0):
            yield f"header:{name}"
    (text, tail), (their_text, their_tail) = split(ours), split(theirs)
    if not same_text(text, their_text, tolerance) or not same_tail(text, tail, their_tail, tolerance):
        yield "body"


def intents(path):
    """The lines of differences.md: a pattern for requests, what may differ, and the status of ours (None: any)."""
    found, parts, status = [], (), None
    for line in path.read_text().splitlines():
        if line.startswith("May differ: "):
            parts, _, number = line.removeprefix("May differ: ").partition("; Roost answers ")
            parts, status = tuple(parts.split(", ")), int(number) if number else None
        elif line.startswith("- `"):
            found.append((line.removeprefix("- `").removesuffix("`"), parts, status))
    return found


def allowed(request, answer, what, intended, used):
    """Whether a line says that this may differ; notes the lines that do."""
    fits = [line for line in intended if fnmatch.fnmatchcase(request.name, line[0]) and line[2] in (None, answer.status)
            and any(fnmatch.fnmatchcase(what, part) for part in line[1])]
    used.update(fits)
    return bool(fits)


def show(answer):
    kept = {name: value for name, value in answer.headers.items() if name in HEADERS}
    return f"{answer.status} {kept} {answer.body[:600]!r}"


def compare(request, ours, theirs, intended, used):
    """What differs against intent, whether anything differs at all, and both answers."""
    one, other = send(ours.http[request.server], request), send(theirs.http[request.server], request)
    whats = list(differences(request, one, other))
    return [what for what in whats if not allowed(request, one, what, intended, used)], bool(whats), one, other


def main():
    program, scratch = sys.argv[1:3]
    intended, used, count, found = intents(HERE / "differences.md"), set(), collections.Counter(), []
    try:
        models = servers.models()
        with servers.KServe(scratch).start(models) as theirs, servers.Roost(scratch).start(models, program) as ours:
            for request in load(HERE):
                left, any_at_all, one, other = compare(request, ours, theirs, intended, used)
                count["differ" if left else "differ by intent" if any_at_all else "equal"] += 1
                if left:
                    found.append((request, left, one, other))
                    print(f"{request.name}: {', '.join(left)}\n    ours   {show(one)}\n    theirs {show(other)}")
    except servers.Unavailable as reason:
        print(f"unavailable: {reason}")
        sys.exit(3)
    stale = [line for line in intended if line not in used]
    for pattern, parts, _ in stale:
        print(f"differences.md: `{pattern}` differs no more in {' or '.join(parts)}")
    summary = f"{count['equal']} equal, {count['differ by intent']} differ by intent, {count['differ']} differ, {len(stale)} lines without use"
    if len(sys.argv) > 3:
        report(pathlib.Path(sys.argv[3]), found, summary)
    print(summary)
    sys.exit(1 if count["differ"] or stale else 0)


def report(path, found, summary):
    parts = [f"# Answers that differ\n\n{summary}\n"]
    for request, left, one, other in found:
        parts.append(f"## {request.name}: {', '.join(left)}\n\n    {request.method} {request.path} {request.headers}\n    {request.body[:500]!r}\n\n"
                     f"- ours: `{show(one)}`\n- theirs: `{show(other)}`\n")
    path.write_text("\n".join(parts))


main()
