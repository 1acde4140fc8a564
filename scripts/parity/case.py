"""What a case is; the tables in cases/LIBRARY/ are made of these."""

import dataclasses
import pickle
import typing

import joblib


def joblibbed(compress=0):
    """Saves by joblib, packed as its `compress` says."""
    return lambda model, folder: joblib.dump(model, folder / "model.joblib", compress=compress)


def pickled(protocol=None):
    return lambda model, folder: (folder / "model.pkl").write_bytes(pickle.dumps(model, protocol))


def fit(model, rows, answers):
    """Fits an estimator; what it gives is saved and asked."""
    return model.fit(rows) if answers is None else model.fit(rows, answers)


def ask(model, method, rows):
    """What the library answers by a method; None where the model does not have it."""
    return getattr(model, method)(rows) if hasattr(model, method) else None


@dataclasses.dataclass
class Case:
    """A model, made when it is needed (a version that lacks it skips it), and what it is trained with and asked."""

    name: str
    make: typing.Callable[[], object]
    #: A function of data.py by name, or one that gives rows to fit, answers to fit, and rows to ask.
    data: object
    #: Relative difference that numbers may have: 1e-9 beside libraries that reckon in double, 1e-6 in float32.
    tolerance: float = 1e-9
    #: What is asked: by `predict` plainly, by `predict_proba` with PREDICT_PROBA=true.
    methods: tuple = ("predict", "predict_proba")
    #: Writes the model's file into a folder.
    save: typing.Callable = joblibbed()
    #: The first version of which the case holds, and the first of which it does not.
    since: tuple = (0, 0)
    until: tuple = (99, 0)
    fit: typing.Callable = fit
    ask: typing.Callable = ask
    #: Why the model is refused; None where a refusal is a failure.
    foreign: str = None
