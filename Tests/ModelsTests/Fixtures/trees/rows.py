"""Rows that find mistakes in trees, and the compact files that the tests read."""

import base64
import gzip
import json
import math
import pathlib

import numpy

HERE = pathlib.Path(__file__).parent
COLUMNS = 5


def training(seed, rows=240):
    """Rows and a target; columns 3 and 4 hold few numbers, many of them zero."""
    chance = numpy.random.RandomState(seed)
    X = numpy.round(chance.normal(size=(rows, COLUMNS)), 2)
    X[:, 3] = chance.randint(0, 6, rows)
    X[:, 4] = numpy.where(chance.rand(rows) < 0.5, 0, X[:, 4])
    score = X[:, 0] + numpy.sin(2 * X[:, 1]) + (X[:, 3] % 3) * 0.7 + 0.3 * X[:, 2] * X[:, 4]
    return X, score, chance


def holed(X, chance, share=0.2):
    X = X.copy()
    X[chance.rand(*X.shape) < share] = numpy.nan
    return X


def questions(seed, thresholds, missing=True, categories=()):
    """Rows near and far: random ones, thresholds exactly and beside them in both precisions, extremes, missing numbers."""
    chance = numpy.random.RandomState(seed)
    X = training(seed + 1, 20)[0]
    for column, value in list(thresholds)[:7]:
        if not math.isfinite(value):
            continue
        single = numpy.float32(value)
        for number in (
            value, numpy.nextafter(value, numpy.inf), numpy.nextafter(value, -numpy.inf), float(single),
            float(numpy.nextafter(single, numpy.float32(numpy.inf))), float(numpy.nextafter(single, numpy.float32(-numpy.inf))),
        ):
            row = X[chance.randint(len(X))].copy()
            row[column] = number
            X = numpy.vstack([X, row])
    for number in (0.0, -0.0, 1e-36, -1e-36, 1e-300, 1e30, -1e30, 3.4e38):
        X = numpy.vstack([X, numpy.full(COLUMNS, number)])
    if missing:
        X = numpy.vstack([X, holed(X[:20], chance, 0.4), numpy.full(COLUMNS, numpy.nan)])
    for column in categories:
        for number in (-1, 0, 1, 2, 5, 6, 40, 2.7, 1e7):
            row = X[chance.randint(20)].copy()
            row[column] = number
            X = numpy.vstack([X, row])
    return X


def plain(array):
    """Lists that JSON can hold: a missing number is null."""
    return [plain(part) for part in array] if getattr(array, "ndim", 0) else None if array != array else array.item()


def case(model, asked, answers, **more):
    """A model's file, rows, and what the library answers for them."""
    return dict(model=base64.b64encode(model).decode(), rows=plain(asked), answers=plain(answers.astype("f8")), **more)


def write(name, cases):
    """gzip without time or name, so that the same content makes the same file."""
    content = json.dumps(cases, separators=(",", ":")).encode()
    (HERE / f"{name}.json").write_bytes(gzip.compress(content, 9, mtime=0))
