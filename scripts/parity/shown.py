"""Shows what a transformer gives: models that predict just the rows that they get."""

import numpy
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline

from case import Case, fit


def identity(width):
    """A linear model that answers with the row itself."""
    model = LinearRegression().fit(numpy.zeros((2, width)), numpy.zeros((2, width)))
    model.coef_, model.intercept_ = numpy.eye(width), numpy.zeros(width)
    return model


def fit_before_identity(transformer, rows, answers):
    fit(transformer, rows, answers)
    return Pipeline([("transformer", transformer), ("shown", identity(transformer.transform(rows).shape[1]))])


def shown(name, make, data, **options):
    """A case whose answers are what a transformer makes of rows."""
    return Case(name, make, data, methods=("predict",), fit=fit_before_identity, **options)
