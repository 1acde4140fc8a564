"""Trains the models of the comparison and of the benchmarks, the same files each time: train.py FOLDER.

A model is a folder with one file in it, as KServe wants it. Iris with logistic regression and the texts are in
examples/models; the 100 trees that budgets are measured with are kept in Benchmarks/models.
"""
import pathlib
import sys

import joblib
import lightgbm
import numpy
import pandas
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

target = pathlib.Path(sys.argv[1])


def place(name, file):
    folder = target / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder / file


def iris():
    data = load_iris()
    rows, kinds = numpy.round(data.data, 1), data.target
    joblib.dump(SVC(probability=True, random_state=0).fit(rows, kinds), place("iris-svc", "model.joblib"))
    joblib.dump(RandomForestClassifier(100, random_state=0).fit(rows, kinds), place("iris-forest", "model.joblib"))
    joblib.dump(DecisionTreeClassifier(random_state=0).fit(rows, kinds.astype(float)), place("iris-tree", "model.joblib"))
    named = LogisticRegression(max_iter=1000).fit(rows, data.target_names[kinds])
    joblib.dump(named, place("iris-names", "model.joblib"))
    booster = xgboost.train(
        {"objective": "multi:softprob", "num_class": 3, "max_depth": 3, "nthread": 1, "seed": 0},
        xgboost.DMatrix(rows, kinds), 20)
    booster.save_model(place("iris-xgb", "model.ubj"))
    settings = {"objective": "multiclass", "num_class": 3, "num_leaves": 7, "num_threads": 1, "seed": 0, "verbose": -1}
    columns = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    frame = pandas.DataFrame(rows, columns=columns)
    lightgbm.train(settings, lightgbm.Dataset(frame, kinds), 20).save_model(place("iris-lgb", "model.bst"))


def cancer():
    rows, kinds = load_breast_cancer(return_X_y=True)
    settings = {"objective": "binary:logistic", "max_depth": 6, "nthread": 1, "seed": 0}
    for trees in (100, 500):
        name = "cancer-xgb" if trees == 100 else f"cancer-xgb-{trees}"
        xgboost.train(settings, xgboost.DMatrix(rows, kinds), trees).save_model(place(name, "model.ubj"))


def diabetes():
    rows, values = load_diabetes(return_X_y=True)
    joblib.dump(GradientBoostingRegressor(n_estimators=30, random_state=0).fit(rows, values), place("diabetes", "model.pkl"))


def loans():
    """A pipeline that wants a data frame: numbers scaled, words one-hot."""
    chance = numpy.random.default_rng(0)
    count = 300
    frame = pandas.DataFrame({
        "age": chance.integers(18, 80, count),
        "income": numpy.round(chance.normal(40_000, 12_000, count), 2),
        "city": chance.choice(["Berlin", "Köln", "Roma"], count),
        "owner": chance.choice(["yes", "no"], count),
    })
    good = (frame.income + 9_000 * (frame.owner == "yes") + 200 * (frame.age - 40) > 42_000).astype(int)
    columns = ColumnTransformer([
        ("numbers", StandardScaler(), ["age", "income"]),
        ("words", OneHotEncoder(handle_unknown="ignore"), ["city", "owner"]),
    ])
    model = Pipeline([("columns", columns), ("classify", LogisticRegression(max_iter=1000))]).fit(frame, good)
    joblib.dump(model, place("loans", "model.joblib"))


for train in (iris, cancer, diabetes, loans):
    train()
