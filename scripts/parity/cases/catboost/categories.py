"""CatBoost's categorical features: compared, counted, combined."""

import catboost
import numpy

from case import Case

from . import rows
from .models import ask, binary, classifier, regressor


def fit(model, data, answers):
    return model.fit(data, answers, cat_features=rows.CATEGORIES)


def document(model, folder):
    data, answers, _ = rows.categories()()
    pool = catboost.Pool(data, answers, cat_features=rows.CATEGORIES)
    model.save_model(str(folder / "model.json"), format="json", pool=pool)


def both(name, make, answers=lambda value: value):
    data = rows.categories(answers)
    yield Case(f"categories-{name}-cbm", make, data, save=binary, fit=fit, ask=ask)
    yield Case(f"categories-{name}-json", make, data, save=document, fit=fit, ask=ask)


def above(value):
    return (value > 1).astype(int)


def cut(value):
    return numpy.array(["few", "some", "many"])[numpy.digitize(value, [0.5, 2])]


def cases():
    yield from both("compared", regressor(one_hot_max_size=50))
    yield from both("compared-small", regressor(one_hot_max_size=9))
    yield from both("counted", regressor(one_hot_max_size=1))
    yield from both("counted-two", classifier(one_hot_max_size=1), above)
    yield from both("counted-three", classifier(one_hot_max_size=1), cut)
    yield from both("mixed", classifier(one_hot_max_size=2, iterations=60, depth=6), above)
    yield from both("mixed-three", classifier(one_hot_max_size=2, iterations=40, depth=6), cut)
    yield from both("combined", regressor(one_hot_max_size=9, max_ctr_complexity=4, iterations=60, depth=7))
    yield from both("combined-two", classifier(one_hot_max_size=2, max_ctr_complexity=4, iterations=60, depth=7), above)
    yield from both("plain-only", classifier(one_hot_max_size=1, max_ctr_complexity=1), above)
    for kind in ["Borders", "Buckets", "BinarizedTargetMeanValue", "Counter"]:
        options = {"simple_ctr": [kind], "combinations_ctr": [kind], "one_hot_max_size": 2, "iterations": 40}
        yield from both(f"statistic-{kind}", regressor(**options))
        yield from both(f"statistic-{kind}-three", classifier(**options), cut)
    priors = ["Borders:TargetBorderCount=4:Prior=0.3:Prior=0.8", "Buckets:CtrBorderCount=30:Prior=1", "Counter:Prior=0.7"]
    yield from both("priors", regressor(simple_ctr=priors, one_hot_max_size=1, iterations=40))
    yield from both("Lossguide", regressor(grow_policy="Lossguide", one_hot_max_size=2, iterations=40))
    yield from both("Depthwise-three", classifier(grow_policy="Depthwise", one_hot_max_size=2, iterations=40), cut)


CASES = list(cases())
