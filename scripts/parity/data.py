"""The data that cases are trained with: a name gives rows to fit, answers to fit, and rows to ask."""

import numpy
from sklearn.datasets import load_iris, make_classification, make_multilabel_classification, make_regression


def iris():
    data = load_iris()
    order = numpy.random.RandomState(7).permutation(150)
    rows, kinds = numpy.round(data.data[order], 1), data.target[order]
    # Asked are rows of the fit (where distances are 0), and rows between and far from them.
    asked = numpy.vstack([rows[:25], rows[25:60] + 0.0437, rows[60:70] * 3.3 - 4.1])
    return rows, kinds, asked


def names():
    rows, kinds, asked = iris()
    return rows, numpy.array(["setosa", "versicolor", "virginica"])[kinds], asked


def two():
    rows, kinds = make_classification(150, 6, n_informative=4, n_redundant=0, class_sep=0.8, random_state=3)
    return rows[:110], kinds[:110], rows[90:]


def two_names():
    rows, kinds, asked = two()
    return rows, numpy.array(["no", "yes"], dtype=object)[kinds], asked


def flags():
    rows, kinds, asked = two()
    return rows, kinds == 1, asked


def four():
    rows, kinds = make_classification(260, 8, n_informative=6, n_classes=4, random_state=5)
    return rows[:200], kinds[:200] * 10 - 5, rows[180:]


def points():
    """More points than are compared at a time, and more rows than are taken together."""
    chance = numpy.random.RandomState(17)
    rows = numpy.round(chance.normal(size=(300, 2)), 3)
    return rows, numpy.array(["far", "near", "odd"])[(rows > 0.4).sum(1)], numpy.round(chance.normal(size=(70, 2)), 4)


def numbers():
    rows, values = make_regression(120, 5, noise=4, random_state=11)
    return rows[:90], values[:90], rows[70:]


def two_numbers():
    rows, values = make_regression(120, 5, n_targets=2, noise=4, random_state=11)
    return rows[:90], values[:90], rows[70:]


def column_of_numbers():
    rows, values, asked = numbers()
    return rows, values.reshape(-1, 1), asked


def positive():
    rows, values, asked = numbers()
    return rows, numpy.exp(values / 100), asked


def rising():
    random = numpy.random.RandomState(2)
    rows = numpy.sort(random.uniform(0, 10, 60)).reshape(-1, 1)
    values = numpy.floor(rows[:, 0]) + random.normal(0, 0.4, 60)
    return rows, values, numpy.linspace(-1, 11, 50).reshape(-1, 1)


def rising_inside():
    rows, values, asked = rising()
    return rows, values, asked[(asked[:, 0] > rows[0, 0]) & (asked[:, 0] < rows[-1, 0])]


def counts():
    random = numpy.random.RandomState(4)
    rows = random.poisson([[1, 4, 2, 0.5, 3, 1]], (120, 6)).astype(float)
    kinds = (rows[:, 1] > rows[:, 4]).astype(int) + (rows[:, 2] > 3)
    return rows[:90], kinds[:90], rows[60:]


def categories():
    random = numpy.random.RandomState(6)
    rows = random.randint(0, 4, (120, 5))
    return rows[:100], ((rows.sum(axis=1) % 3))[:100], rows[80:]


def grid():
    """Whole numbers, so that many distances are the same."""
    random = numpy.random.RandomState(8)
    rows = random.randint(0, 5, (140, 3)).astype(float)
    return rows[:110], (rows[:, 0] + rows[:, 1] > rows[:, 2] * 2).astype(int)[:110] + 3, rows[80:]


def wide():
    """So many columns that distances are worked out by matrix products: asked are no rows of the fit, whose distance
    of 0 they miss by what the machine's processor rounds."""
    rows, kinds = make_classification(140, 20, n_informative=8, n_classes=3, random_state=9)
    return rows[:90], kinds[:90], rows[90:]


def table_of_labels():
    rows, kinds = make_multilabel_classification(130, 6, n_classes=4, random_state=13)
    return rows[:100], kinds[:100], rows[80:]


def two_kinds():
    rows, kinds, asked = iris()
    return rows, numpy.column_stack([kinds, (rows[:, 1] > 3).astype(int) + 4]), asked


def partly_labelled():
    rows, kinds, asked = iris()
    kinds = kinds.copy()
    kinds[numpy.random.RandomState(1).rand(150) < 0.4] = -1
    return rows, kinds, asked


def texts():
    animals = "elephant tiger lion wolf bear horse zebra giraffe monkey rabbit fox deer".split()
    birds = "sparrow eagle parrot owl robin swan heron finch raven stork pigeon crane".split()
    plants = "sunflower rose tulip oak fern daisy lily cactus maple orchid clover pine".split()
    random = numpy.random.RandomState(3)
    rows, kinds = [], []
    for index in range(90):
        kind = index % 3
        words = list(random.choice([animals, birds, plants][kind], 4)) + list(random.choice(animals + birds + plants, 2))
        rows.append(" ".join(words))
        kinds.append(kind)
    return rows, numpy.array(kinds), rows[:10] + ["tiger and owl", "a rose or an oak by the heron"]


def blobs():
    random = numpy.random.RandomState(10)
    rows = numpy.vstack([random.normal(middle, 0.8, (40, 3)) for middle in ([0, 0, 0], [3, 3, 0], [-3, 4, 2])])
    rows = rows[random.permutation(120)]
    return rows[:100], None, numpy.vstack([rows[80:], rows[:20] + 0.3, rows[:5] * 4])


def two_texts():
    """Two names for each row."""
    rows, kinds, asked = iris()
    names = numpy.array(["setosa", "versicolor", "virginica"])[kinds]
    return rows, numpy.column_stack([names, numpy.where(rows[:, 1] > 3, "broad", "narrow")]), asked


def binary():
    rows, kinds, asked = counts()
    return (rows > 1).astype(float), kinds, (asked > 1).astype(float)
