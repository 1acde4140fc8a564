"""Makes models that no reader of data can serve, and what their library answers: models.py FOLDER.

A folder for each model; answers.json has for each the rows, and what predict and predict_proba say of them.
"""
import json
import os
import pathlib
import sys

import cloudpickle
import joblib
import numpy
import pandas
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

folder = pathlib.Path(sys.argv[1])
numbers, classes = load_iris(return_X_y=True)
frame = pandas.DataFrame(numbers, columns=["a", "b", "c", "d"])
names = numpy.array(["setosa", "versicolor", "virginica"])[classes]


class Fragile:
    """Answers by code of its own; ends its process where it is asked for a negative number."""

    def predict(self, rows):
        if numpy.min(rows) < 0:
            os.abort()
        return rows.sum(axis=1)


def save(name, model, dump=cloudpickle.dump, file="model.pkl"):
    (folder / name).mkdir(parents=True)
    with open(folder / name / file, "wb") as target:
        dump(model, target)


doubled = make_pipeline(FunctionTransformer(lambda rows: rows * 2), LogisticRegression(max_iter=1000)).fit(numbers, classes)
framed = make_pipeline(
    FunctionTransformer(lambda rows: rows.assign(e=rows["a"] * rows["b"])), RandomForestClassifier(10, random_state=0)
).fit(frame, names)
save("doubled", doubled)
save("framed", framed)
save("fragile", Fragile())
save("native", LogisticRegression(max_iter=1000).fit(numbers, classes), joblib.dump, "model.joblib")

rows = numbers[::30]
answers = {
    "rows": rows.tolist(),
    "doubled": doubled.predict(rows).tolist(),
    "doubled-proba": doubled.predict_proba(rows).tolist(),
    "framed": framed.predict(frame.iloc[::30]).tolist(),
    "fragile": rows.sum(axis=1).tolist(),
}
(folder.parent / "answers.json").write_text(json.dumps(answers))
