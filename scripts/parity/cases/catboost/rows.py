"""Data of CatBoost's cases: rows to fit, answers to fit, rows to ask."""

import numpy
import pandas

CASES = []


def numbers(rows=240, columns=6):
    random = numpy.random.RandomState(17)
    values = random.normal(size=(rows + 70, columns))
    return values[:rows], values[rows:]


def regression():
    rows, asked = numbers()
    return rows, rows[:, 0] * 3 + numpy.sin(rows[:, 1] * 2) - rows[:, 2] * rows[:, 3], asked


def positive():
    rows, answers, asked = regression()
    return rows, numpy.round(numpy.exp(answers / 4), 3), asked


def shares():
    rows, answers, asked = regression()
    return rows, 1 / (1 + numpy.exp(-answers)), asked


def several():
    rows, answers, asked = regression()
    return rows, numpy.column_stack([answers, rows[:, 4] - answers, rows[:, 5] ** 2]), asked


def survival():
    rows, answers, asked = regression()
    low = numpy.exp(answers / 3)
    return rows, numpy.column_stack([low, numpy.where(rows[:, 5] > 0, low + 1, -1)]), asked


def missing():
    """Missing numbers in training and in what is asked; one column has them in what is asked alone."""
    rows, answers, asked = regression()
    random = numpy.random.RandomState(3)
    rows, asked = rows.copy(), asked.copy()
    rows[:, :4][random.rand(len(rows), 4) < 0.2] = numpy.nan
    asked[random.rand(*asked.shape) < 0.3] = numpy.nan
    return rows, answers, asked


def borders():
    """Numbers that lie on borders, or so near that single precision does not tell them apart."""
    random = numpy.random.RandomState(5)
    rows = numpy.round(random.uniform(-2, 2, (240, 4)), 1)
    answers = rows[:, 0] * 2 - rows[:, 1] * rows[:, 2]
    asked = numpy.vstack([rows[:30] + 0.05, rows[:20] + 0.05 + 1e-9, rows[:20] * 1e30, -rows[:10] * 1e300])
    return rows, answers, asked


def many_borders():
    random = numpy.random.RandomState(6)
    rows = random.uniform(0, 1, (900, 2))
    return rows, numpy.sin(rows[:, 0] * 90) + numpy.cos(rows[:, 1] * 70), random.uniform(-0.1, 1.1, (120, 2))


def wide():
    rows, asked = numbers(200, 40)
    return rows, (rows[:, :20].sum(axis=1) > 0).astype(int), asked


def two():
    rows, answers, asked = regression()
    return rows, (answers > 0).astype(int), asked


def labelled(names):
    def data():
        rows, kinds, asked = two()
        return rows, numpy.array(names)[kinds], asked

    return data


def three():
    rows, answers, asked = regression()
    return rows, numpy.digitize(answers, [-1.5, 1.5]), asked


def three_labelled(names):
    def data():
        rows, kinds, asked = three()
        return rows, numpy.array(names)[kinds], asked

    return data


def several_kinds():
    rows, answers, asked = several()
    return rows, (answers > 0.2).astype(int), asked


def queries():
    rows, answers, asked = regression()
    return rows, numpy.digitize(answers, [-2, 0, 2]), asked


def frame(seed=0, rows=320):
    random = numpy.random.RandomState(seed)
    return pandas.DataFrame(
        {
            "size": random.normal(size=rows),
            "city": random.choice(["Berlin", "Köln", "München", "北京", "São Paulo", "a", "abc", "x" * 70, "New York City, NY"], rows),
            "rooms": random.randint(-2, 6, rows),
            "kind": random.choice(["flat", "house"], rows),
            "age": random.uniform(0, 90, rows),
            "code": random.choice([f"code-{index:03}" for index in range(40)], rows),
        }
    )


#: Columns of categories in `frame`.
CATEGORIES = ["city", "rooms", "kind", "code"]


def categories(answers=lambda value: value):
    """Rows with categories; what is asked has some that training has not."""

    def data():
        rows, asked = frame(), frame(1, 60)
        value = rows["size"] + (rows["city"] > "M") * rows["rooms"] + (rows["kind"] == "flat") * rows["age"] / 40
        asked.loc[5:9, "city"] = ["unseen", "", "Bern", "x" * 71, "Berlin "]
        asked.loc[10:12, "rooms"] = [77, -9, 1234567890123]
        asked.loc[13, "kind"] = "castle"
        return rows, answers(value.to_numpy()), asked

    return data


def numeric_frame():
    """Named columns, asked in another order and with one more."""
    rows, answers, asked = regression()
    names = ["a", "b", "c", "d", "e", "f"]
    asked = pandas.DataFrame(asked, columns=names)[["f", "b", "a", "d", "c", "e"]].assign(other=1.0)
    return pandas.DataFrame(rows, columns=names), answers, asked
