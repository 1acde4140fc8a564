"""What the clients ask, and what counts as the right answer: the numbers that version 1 gives.

A client program is called with the ports of the servers as JSON; it prints a line per check, `ok`, or `FAIL`, the name and why, with tabs between.
"""
import asyncio
import json
import sys
import traceback

import httpx
import numpy

FLOWERS = [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3], [5.9, 3.0, 4.2, 1.5]]
TEXTS = ["sparrow", "elephant in the room", "Sonnenblume sunflower"]
FRAME = {"age": [40, 22], "income": [51000.5, 21000.0], "city": ["Köln", "Roma"], "owner": ["yes", "no"]}
PORTS = json.loads(sys.argv[1])  # {"http": {model: port}, "grpc": {…}, "peer": whether it is KServe's own server}
HTTP, GRPC, PEER, SCRATCH = PORTS["http"], PORTS["grpc"], PORTS["peer"], PORTS["scratch"]
# KServe's Python server has no version 2 answer for labels that are words.
MODELS = [name for name in sorted(HTTP) if not PEER or name != "iris-names"]
failures = 0


def check(name, run, *words):
    """Runs one check, which may be a coroutine."""
    global failures
    try:
        asyncio.run(run(*words)) if asyncio.iscoroutinefunction(run) else run(*words)
        print(f"ok\t{name}", flush=True)
    except Exception as error:
        failures += 1
        line = traceback.extract_tb(error.__traceback__)[-1].lineno
        print(f"FAIL\t{name}\t{type(error).__name__} at line {line}: {' '.join(str(error).split())[:300]}", flush=True)


def finish():
    sys.exit(1 if failures else 0)


def same(got, wanted):
    """The same elements; numbers that came as FP32 are as near as those are."""
    got, wanted = numpy.asarray(got).reshape(-1), numpy.asarray(wanted).reshape(-1)
    got = numpy.array([word.decode() if isinstance(word, bytes) else word for word in got])
    if got.dtype.kind in "US":
        assert got.tolist() == wanted.tolist(), f"{got.tolist()} instead of {wanted.tolist()}"
    else:
        assert got.shape == wanted.shape, f"shape {got.shape} instead of {wanted.shape}"
        assert numpy.allclose(got.astype(float), wanted.astype(float), rtol=1e-6, atol=1e-9), f"{got} instead of {wanted}"


def rows(name):
    if name == "words":
        return numpy.array(TEXTS, dtype=object), "BYTES"
    width = {"diabetes": 10}.get(name, 30 if name.startswith("cancer") else 4)
    table = [[row[column % 4] for column in range(width)] for row in FLOWERS]
    return numpy.array(table), "FP64"


def first_body(name):
    return {"instances": [FRAME] if name == "loans" else rows(name)[0].tolist()}


def first_version(name):
    """The predictions of version 1: what all others are held against. None, and a failed check, where there are none."""
    global failures
    try:
        answer = httpx.post(f"http://127.0.0.1:{HTTP[name]}/v1/models/{name}:predict", json=first_body(name))
        if answer.status_code == 200:
            return answer.json()["predictions"]
        why = answer.text
    except httpx.HTTPError as error:
        why = repr(error)
    failures += 1
    print(f"FAIL\tversion 1: {name}\t{why}", flush=True)
    return None


def frame_inputs(kind):
    """The data frame as tensors; `kind` makes one of name, shape and datatype."""
    columns = {"age": "INT64", "income": "FP64", "city": "BYTES", "owner": "BYTES"}
    for name, datatype in columns.items():
        values = numpy.array(FRAME[name], dtype=object if datatype == "BYTES" else None)
        yield kind(name, [len(values)], datatype), values


def tensors(name, kind):
    if name == "loans":
        return list(frame_inputs(kind)), {"content_type": "pd"}
    values, datatype = rows(name)
    return [(kind("input-0", list(values.shape), datatype), values)], None
