"""Data frames that cases are trained with: numbers, words, and what is not known."""

import numpy
import pandas

COUNT = 120
NUMBERS, WORDS = ["age", "fare"], ["sex", "port"]


def passengers(seed=1, holes=True):
    chance = numpy.random.RandomState(seed)
    frame = pandas.DataFrame({
        "age": numpy.round(chance.uniform(1, 80, COUNT)),
        "fare": numpy.round(chance.gamma(2, 20, COUNT), 1),
        "sex": chance.choice(["male", "female"], COUNT).astype(object),
        "port": chance.choice(["Cobh", "Süd", "Cherbourg", "Rare", "Rarer"], COUNT, p=[0.4, 0.3, 0.2, 0.06, 0.04]).astype(object),
        "class": chance.choice([1, 2, 3], COUNT),
        "note": chance.choice(["red fox", "blue sea", "red sea", "fox"], COUNT).astype(object),
    })
    if holes:
        frame.loc[::7, "age"] = numpy.nan
        frame.loc[::9, "fare"] = numpy.nan
        frame.loc[::11, "sex"] = None
    return frame


def survived(frame):
    """Classes that have something to do with the rows."""
    return numpy.where((frame["class"] == 1) | ((frame["sex"] == "female") & (frame["port"] != "Cobh")), "yes", "no")


def paid(frame):
    return frame["class"] * -9.5 + (frame["port"] == "Süd") * 4 + numpy.arange(len(frame)) % 3


def data(columns=None, holes=True, strange=False, answers=survived):
    """Rows to fit, answers, and other rows to ask; `strange` ones have words that were not there."""
    def load():
        rows, asked = passengers(1, holes), passengers(2, holes)[:30]
        given = numpy.asarray(answers(rows))
        if strange:
            asked = asked.assign(port=(["Rare", "new", "Cobh", "Süd", "Rarer", "newer"] * 5), **{"class": [1, 2, 3, 4, 7] * 6})
        return (rows, given, asked) if columns is None else (rows[columns], given, asked[columns])
    return load


def kinds(frame):
    """Three classes."""
    return numpy.where(frame["class"] == 1, "first", numpy.where(frame["port"] == "Cobh", "second", "third"))


def plain(load):
    """The same as arrays, whose columns have places and no names."""
    def arrays():
        rows, answers, asked = load()
        return rows.to_numpy(), answers, asked.to_numpy()
    return arrays
