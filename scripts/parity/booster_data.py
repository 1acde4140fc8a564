"""The data of boosters: rows with missing numbers, categories, frames; answers of each kind an objective wants.

A function gives rows to fit, answers to fit, and rows to ask.
"""

import functools

import numpy
import pandas

COLUMNS = ["width", "height", "weight", "kind", "colour", "age"]


@functools.lru_cache
def plain():
    """Rows of four numbers, a category as a small whole number, and one more number; a score; what chance is left."""
    random = numpy.random.RandomState(21)
    rows = random.normal(size=(260, 6))
    rows[:, 3] = random.randint(0, 6, 260)
    rows[:, 4] = random.randint(0, 40, 260)
    score = rows[:, 0] * 2 - rows[:, 1] * rows[:, 2] + numpy.sin(rows[:, 3] * 2) + (rows[:, 4] % 7 > 3)
    return rows, score + random.normal(0, 0.2, 260), random


def asked(rows):
    """Rows of the fit, rows between them, rows far away, and a row of zeros."""
    between = rows[:30].copy()
    between[:, :3] += 0.0437
    far = rows[30:40] * 9 - 4.1
    return numpy.vstack([rows[:40], between, far, numpy.zeros((1, rows.shape[1]))])


def holed(rows):
    """The same rows with missing numbers."""
    holes = numpy.random.RandomState(5).rand(*rows.shape) < 0.15
    return numpy.where(holes, numpy.nan, rows)


def answers(kind, score):
    """What a kind of objective is fitted to."""
    positive = numpy.exp(score / 3)
    return {
        "any": score,
        "positive": positive,
        "count": numpy.floor(positive),
        "share": 1 / (1 + numpy.exp(-score)),
        "two": (score > 0.6).astype(int),
        "three": numpy.digitize(score, [-0.4, 1.1]),
        "grades": numpy.digitize(score, [-0.4, 1.1]),
        "several": numpy.stack([score, -2 * score, score**2], axis=1),
        "several-labels": numpy.stack([score > 0, score > 1, score < -1], axis=1).astype(int),
        "names": numpy.array(["low", "middle", "high"])[numpy.digitize(score, [-0.4, 1.1])],
        "two-names": numpy.where(score > 0.6, "yes", "no"),
    }[kind]


def data(kind, holes=False):
    """Data whose answers are of that kind; a function, as cases want it."""

    def make():
        rows, score, _ = plain()
        if holes:
            return holed(rows), answers(kind, score), holed(asked(rows))
        return rows, answers(kind, score), asked(rows)

    return make


def categories(kind):
    """Columns 3 and 4 are categories: asked are known, unknown, negative, fractional and missing ones."""

    def make():
        rows, score, _ = plain()
        questions = asked(rows)[:70]
        questions[0, 3:5] = [7, 99]
        questions[2, 3:5] = [2.5, 3.9]
        questions[3, 3:5] = numpy.nan
        return rows, answers(kind, score), questions

    return make


def frame(kind):
    """A data frame of numbers, some of them missing."""

    def make():
        rows, questions = (pandas.DataFrame(holed(part), columns=COLUMNS) for part in (plain()[0], asked(plain()[0])))
        return rows, answers(kind, plain()[1]), questions

    return make


KINDS = ["cube", "ball", "cone", "ring", "disc", "rod"]


def labelled(kind, unordered=True):
    """A data frame with a column of texts and one of whole numbers as pandas' categories."""

    def make():
        rows, score, _ = plain()
        table = pandas.DataFrame(rows, columns=COLUMNS)
        table["kind"] = pandas.Categorical([KINDS[int(value)] for value in rows[:, 3]])
        table["colour"] = pandas.Categorical((rows[:, 4] * 5 - 30).astype(int))
        return table, answers(kind, score), table[:60]

    return make


def texts():
    """Short texts of words that speak for a class, for vectorizers."""
    random = numpy.random.RandomState(8)
    words = [["tiger", "lion", "wolf"], ["rose", "tulip", "fern"], ["owl", "robin", "swan"]]
    rows, kinds = [], []
    for index in range(150):
        kind = index % 3
        rows.append(" ".join(list(random.choice(words[kind], 2)) + list(random.choice(sum(words, []), 2))))
        kinds.append(kind)
    return rows, numpy.array(kinds), rows[:20] + ["a tiger by the rose", "nothing known"]
