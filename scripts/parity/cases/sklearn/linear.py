"""scikit-learn's linear models."""

import numpy
from sklearn import linear_model as lm
from sklearn.cross_decomposition import CCA, PLSCanonical, PLSRegression

from case import Case

CASES = [
    Case(f"linear-{name}", make, "numbers")
    for name, make in {
        "ard": lambda: lm.ARDRegression(),
        "bayesian-ridge": lambda: lm.BayesianRidge(),
        "elastic-net": lambda: lm.ElasticNet(alpha=0.3),
        "elastic-net-cv": lambda: lm.ElasticNetCV(cv=3),
        "huber": lambda: lm.HuberRegressor(),
        "lars": lambda: lm.Lars(),
        "lars-cv": lambda: lm.LarsCV(cv=3),
        "lasso": lambda: lm.Lasso(alpha=0.3),
        "lasso-cv": lambda: lm.LassoCV(cv=3),
        "lasso-lars": lambda: lm.LassoLars(alpha=0.1),
        "lasso-lars-cv": lambda: lm.LassoLarsCV(cv=3),
        "lasso-lars-ic": lambda: lm.LassoLarsIC(),
        "least-squares": lambda: lm.LinearRegression(),
        "no-intercept": lambda: lm.LinearRegression(fit_intercept=False),
        "positive": lambda: lm.LinearRegression(positive=True),
        "omp": lambda: lm.OrthogonalMatchingPursuit(),
        "omp-cv": lambda: lm.OrthogonalMatchingPursuitCV(cv=3),
        "passive-aggressive": lambda: lm.PassiveAggressiveRegressor(random_state=0),
        "quantile": lambda: lm.QuantileRegressor(alpha=0.1, solver="highs"),
        "ransac": lambda: lm.RANSACRegressor(random_state=0),
        "ridge": lambda: lm.Ridge(),
        "ridge-cv": lambda: lm.RidgeCV(),
        "sgd": lambda: lm.SGDRegressor(random_state=0),
        "sparse-lasso": lambda: lm.Lasso(alpha=5),
        "theil-sen": lambda: lm.TheilSenRegressor(random_state=0),
        "pls": lambda: PLSRegression(n_components=2),
    }.items()
]
CASES += [
    Case(f"linear-{name}-2", make, "two_numbers")
    for name, make in {
        "least-squares": lambda: lm.LinearRegression(),
        "multi-elastic-net": lambda: lm.MultiTaskElasticNet(alpha=0.3),
        "multi-elastic-net-cv": lambda: lm.MultiTaskElasticNetCV(cv=3),
        "multi-lasso": lambda: lm.MultiTaskLasso(alpha=0.3),
        "multi-lasso-cv": lambda: lm.MultiTaskLassoCV(cv=3),
        "pls": lambda: PLSRegression(n_components=2),
        "pls-unscaled": lambda: PLSRegression(n_components=2, scale=False),
        "pls-canonical": lambda: PLSCanonical(n_components=2),
        "cca": lambda: CCA(n_components=1),
        "ridge": lambda: lm.Ridge(alpha=numpy.array([1.0, 3.0])),
    }.items()
]
CASES += [
    Case("linear-least-squares-column", lambda: lm.LinearRegression(), "column_of_numbers"),
    Case("linear-gamma", lambda: lm.GammaRegressor(), "positive"),
    Case("linear-poisson", lambda: lm.PoissonRegressor(), "positive"),
    Case("linear-tweedie", lambda: lm.TweedieRegressor(power=1.5), "positive"),
    Case("linear-tweedie-identity", lambda: lm.TweedieRegressor(power=0), "positive"),
    Case("linear-tweedie-log", lambda: lm.TweedieRegressor(power=0, link="log"), "positive"),
    Case("linear-ridge-table", lambda: lm.RidgeClassifier(), "table_of_labels"),
    Case("linear-sgd-one-class", lambda: lm.SGDOneClassSVM(random_state=0), "blobs"),
]
CLASSIFIERS = {
    "logistic": lambda: lm.LogisticRegression(max_iter=500),
    "logistic-liblinear": lambda: lm.LogisticRegression(solver="liblinear"),
    "logistic-multinomial": lambda: lm.LogisticRegression(multi_class="multinomial", max_iter=500),
    "logistic-ovr": lambda: lm.LogisticRegression(multi_class="ovr", max_iter=500),
    "logistic-saga": lambda: lm.LogisticRegression(solver="saga", penalty="elasticnet", l1_ratio=0.5),
    "logistic-cv": lambda: lm.LogisticRegressionCV(cv=3, max_iter=500),
    "passive-aggressive-classifier": lambda: lm.PassiveAggressiveClassifier(random_state=0),
    "perceptron": lambda: lm.Perceptron(random_state=0),
    "ridge-classifier": lambda: lm.RidgeClassifier(),
    "ridge-classifier-cv": lambda: lm.RidgeClassifierCV(),
    **{
        f"sgd-{loss}": lambda loss=loss: lm.SGDClassifier(loss=loss, random_state=0)
        for loss in (
            "hinge squared_hinge perceptron log_loss modified_huber squared_error huber epsilon_insensitive "
            "squared_epsilon_insensitive"
        ).split()
    },
}
CASES += [
    Case(f"linear-{name}-{data}", make, data)
    for name, make in CLASSIFIERS.items()
    for data in ["names", "two", "four"]
    if not (name == "logistic-liblinear" and data != "two")
]
