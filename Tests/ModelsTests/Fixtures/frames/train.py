#!/usr/bin/env python3
"""Trains models that take data frames, and keeps what scikit-learn answers to rows as objects.

    python3 train.py            with scikit-learn of the version whose file is wanted: <version>.json
                                (the newest also makes hostile.json: damaged models, and what must be said of them)

Made with scikit-learn 1.1.3, 1.5.2 and 1.9.1, each with its pandas. Each model is a pickle, packed by zlib, in base64.
"""

import base64
import json
import pathlib
import pickle
import warnings
import zlib

import numpy
import pandas
import sklearn
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent
VERSION = ".".join(sklearn.__version__.split(".")[:2])
NEWEST = VERSION == "1.9"
COUNT = 60


def passengers(seed=1, holes=True):
    chance = numpy.random.RandomState(seed)
    frame = pandas.DataFrame({
        "age": numpy.round(chance.uniform(1, 80, COUNT)),
        "fare": numpy.round(chance.gamma(2, 20, COUNT), 1),
        "sex": chance.choice(["male", "female"], COUNT),
        "port": chance.choice(["Cobh", "Süd", "Cherbourg", "Rare", "Rarer"], COUNT, p=[0.4, 0.3, 0.2, 0.06, 0.04]),
        "class": chance.choice([1, 2, 3], COUNT),
        "note": chance.choice(["red fox", "blue sea", "red sea", "fox"], COUNT),
    })
    if holes:
        frame.loc[::7, "age"] = None
        frame.loc[::9, "fare"] = None
        frame.loc[::11, "sex"] = None
    return frame


FRAME = passengers()
WHOLE = passengers(holes=False)
SURVIVED = ["yes" if value else "no" for value in numpy.random.RandomState(3).uniform(size=COUNT) < 0.5]
NUMBERS, WORDS = ["age", "fare"], ["sex", "port"]


def model(*parts, before=None, **options):
    steps = [("columns", ColumnTransformer([(f"part{index}", *part) for index, part in enumerate(parts)], **options))]
    return Pipeline((before or []) + steps + [("lr", LogisticRegression())])


def numbers(**options):
    return Pipeline([("fill", SimpleImputer(**options)), ("scale", StandardScaler())])


def words(**options):
    return Pipeline([("fill", SimpleImputer(strategy="most_frequent")), ("hot", OneHotEncoder(**options))])


def models():
    """Name, fitted model, and the frame whose rows are the questions."""
    questions = passengers(seed=2).iloc[:12]
    strange = passengers(seed=2, holes=False).iloc[:8].assign(port=["Rare", "new", "Cobh", "Süd"] * 2, sex=["male", "x"] * 4)
    usual = model((numbers(), NUMBERS), (words(handle_unknown="ignore"), WORDS))
    yield "usual", usual.fit(FRAME, SURVIVED), questions
    yield "usual-strange", usual, strange
    yield "usual-other-order", usual, questions[questions.columns[::-1]]
    rest = model((numbers(strategy="median"), NUMBERS), (OneHotEncoder(), ["port"]), ("drop", WORDS[:1] + ["note"]), remainder="passthrough")
    yield "rest", rest.fit(FRAME, SURVIVED), questions.assign(port="Cobh")
    places = model((numbers(strategy="constant", fill_value=-1), slice(0, 2)), (words(drop="if_binary"), [2]), (OneHotEncoder(), [-2]))
    yield "places", places.fit(FRAME, SURVIVED), questions
    ordinal = model(
        (MinMaxScaler(), ["class"]),
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-2), ["port"]),
        (SimpleImputer(add_indicator=True), NUMBERS))
    yield "ordinal", ordinal.fit(FRAME, SURVIVED), strange
    yield "texts", model((TfidfVectorizer(), "note"), (MinMaxScaler(clip=True), ["class"])).fit(FRAME, SURVIVED), questions
    if not NEWEST:
        return
    rare = model((OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=8), ["port"]), (OneHotEncoder(drop="first"), ["class"]))
    yield "rare", rare.fit(FRAME, SURVIVED), strange
    grouped = model((OneHotEncoder(drop="first", max_categories=3), ["port", "class"]))
    yield "rare-dropped", grouped.fit(FRAME, SURVIVED), questions
    few = model((OrdinalEncoder(max_categories=3, encoded_missing_value=-1), ["port", "class", "sex"]))
    yield "rare-ordinal", few.fit(FRAME, SURVIVED), questions
    holes = model((OneHotEncoder(), ["sex"]), (OneHotEncoder(), ["class"]), transformer_weights={"part1": 0.25})
    yield "missing-category", holes.fit(FRAME, SURVIVED), questions
    chosen = model(
        (numbers(), make_column_selector(dtype_include="number")), (OneHotEncoder(sparse_output=False), [False] * 3 + [True] + [False] * 2),
        (FunctionTransformer(None), numpy.array([4])), (OneHotEncoder(), slice("sex", "port")), sparse_threshold=1)
    yield "chosen", chosen.fit(WHOLE, SURVIVED), passengers(seed=2, holes=False).iloc[:9]
    nested = model((ColumnTransformer([("a", numbers(), NUMBERS)]), NUMBERS + ["class"]), (OneHotEncoder(), ["sex"]))
    yield "nested", nested.fit(FRAME, SURVIVED), questions
    yield "plain", Pipeline([("scale", StandardScaler()), ("lr", LogisticRegression())]).fit(WHOLE[NUMBERS], SURVIVED), WHOLE[NUMBERS][:5]
    words_only = Pipeline([("fill", SimpleImputer(strategy="constant", fill_value="?")), ("hot", OneHotEncoder()), ("lr", LogisticRegression())])
    yield "words-only", words_only.fit(FRAME[WORDS], SURVIVED), questions[WORDS]
    marked = model((SimpleImputer(missing_values=3), ["class"]), (SimpleImputer(missing_values="Rare", strategy="most_frequent"), []))
    yield "marked", marked.fit(FRAME, SURVIVED), questions
    codes = Pipeline([("codes", OrdinalEncoder()), ("lr", LogisticRegression())])
    yield "codes", codes.fit(FRAME[["class"]], SURVIVED), questions[["class"]]


def refused():
    """Model, rows that it does not take, and scikit-learn's words."""
    usual = model((numbers(), NUMBERS), (OneHotEncoder(), ["port"])).fit(FRAME, SURVIVED)
    plain = Pipeline([("scale", StandardScaler()), ("lr", LogisticRegression())]).fit(WHOLE[NUMBERS], SURVIVED)
    questions = passengers(seed=2, holes=False).iloc[:3]
    for fitted, frame in [
        (usual, questions.drop(columns=["fare"])), (usual, questions.assign(port=["new", "Cobh", "new"])),
        (plain, questions[["fare", "age"]]), (plain, questions[["age", "class"]]),
        (plain, questions[["age", "fare", "class"]]), (plain, questions[["age", "fare"]].assign(fare="much")),
    ]:
        try:
            fitted.predict(frame)
        except ValueError as error:
            yield {"pickle": packed(fitted), "columns": list(frame.columns), "instances": rows(frame), "defect": str(error)}


def damaged():
    """Models with one member changed, and what a loader must say."""
    def transformer(*parts, **members):
        fitted = ColumnTransformer([(f"part{index}", *part) for index, part in enumerate(parts)]).fit(WHOLE)
        fitted.__dict__.update(members)
        return Pipeline([("columns", fitted), ("lr", None)])

    def encoder(kind=OneHotEncoder, columns=("class", "port"), **members):
        fitted = kind().fit(WHOLE[list(columns)])
        fitted.__dict__.update(members)
        return Pipeline([("hot", fitted), ("lr", None)])

    def parts(*listed):
        return transformer((MinMaxScaler(), ["age"]), transformers_=list(listed))

    scaler = MinMaxScaler().fit(WHOLE[["age"]])
    first = "steps[0][1].transformers_[0]"
    yield parts(("a", scaler)), f"{first}: is not a name, a transformer and columns"
    yield parts(("a", scaler, ["nowhere"])), f"{first}[2][0]: names nowhere, which is no column"
    yield parts(("a", scaler, [6])), f"{first}[2][0]: is column 6 of 6"
    yield parts(("a", scaler, [-7])), f"{first}[2][0]: is column -7 of 6"
    yield parts(("a", scaler, numpy.array([1 << 40]))), f"{first}[2]: names column 1099511627776 of 6"
    yield parts(("a", scaler, [True])), f"{first}[2]: is a mask of 1 columns, there are 6"
    yield parts(("a", scaler, slice(0, 4, 2))), f"{first}[1]: takes 1 columns, it is given 2"
    yield parts(("a", scaler, None)), f"{first}[2]: is None, expected is a list"
    yield parts(("a", scaler, [0, 1])), f"{first}[1]: takes 1 columns, it is given 2"
    yield parts(("a", "scale", [0])), f"{first}[1]: is a text, expected is an estimator"
    yield parts(("a", OneHotEncoder().fit(WHOLE[WORDS]), [0])), f"{first}[1]: takes 2 columns, it is given 1"
    yield parts(("a", SimpleImputer(strategy="most_frequent").fit(WHOLE[["sex"]]), [2])), f"{first}[1]: gives texts, expected are numbers"
    yield parts(("a", TfidfVectorizer().fit(WHOLE["note"]), ["note"])), f"{first}[1]: takes texts, it is given rows of columns"
    yield parts(("a", "drop", [0])), "steps[0][1]: has no part that takes columns"
    yield transformer((MinMaxScaler(), ["age"]), n_features_in_=5), "steps[0][1]: has 6 names for 5 columns"
    yield encoder(categories_=[]), "steps[0][1].categories_: is empty"
    yield encoder(categories_=[numpy.array([1])]), "steps[0][1]: has 2 names for 1 columns"
    yield encoder(categories_=[[{}], [1]]), "steps[0][1].categories_[0][0]: is a dict, expected is a number, a text or None"
    yield encoder(drop_idx_=numpy.array([0])), "steps[0][1].drop_idx_: holds 1 values for 2 columns"
    yield encoder(drop_idx_=numpy.array([3, 0])), "steps[0][1].drop_idx_: names category 3.0 of 3"
    yield encoder(drop_idx_=numpy.array([-1, 0])), "steps[0][1].drop_idx_: names category -1.0 of 3"
    yield encoder(_infrequent_enabled=True), "steps[0][1]: has no _default_to_infrequent_mappings; is the model fitted?"
    yield encoder(_infrequent_enabled=True, _default_to_infrequent_mappings=[None]), "steps[0][1]: has 1 groupings for 2 columns"
    yield encoder(_infrequent_enabled=True, _default_to_infrequent_mappings=[numpy.array([0, 9, 1]), None]), (
        "steps[0][1]._default_to_infrequent_mappings[0]: holds 9, expected are integers from 0 to 2")
    yield encoder(_infrequent_enabled=True, _default_to_infrequent_mappings=[numpy.array([0]), None]), (
        "steps[0][1]._default_to_infrequent_mappings[0]: groups 1 of 3 categories")
    yield encoder(MinMaxScaler, ["age"], scale_=numpy.array([1.0, 2])), "steps[0][1].scale_: holds 2 numbers, expected are 1"
    yield encoder(MinMaxScaler, ["age"], clip=True, feature_range=(3, 1)), "steps[0][1].feature_range: begins at 3.0 and ends at 1.0"


def rows(frame):
    return json.loads(frame.to_json(orient="records"))


def packed(fitted):
    return base64.b64encode(zlib.compress(pickle.dumps(fitted, protocol=4), 9)).decode()


if __name__ == "__main__":
    cases = {}
    for name, fitted, frame in models():
        cases[name] = {
            "pickle": packed(fitted), "columns": list(frame.columns), "instances": rows(frame),
            "predictions": fitted.predict(frame).tolist(), "probabilities": fitted.predict_proba(frame).tolist(),
        }
    (HERE / f"{VERSION}.json").write_text(json.dumps(cases, separators=(",", ":")))
    if NEWEST:
        hostile = [{"pickle": packed(fitted), "defect": defect} for fitted, defect in damaged()]
        (HERE / "hostile.json").write_text(json.dumps(hostile, separators=(",", ":")))
        (HERE / "refused.json").write_text(json.dumps(list(refused()), separators=(",", ":")))
