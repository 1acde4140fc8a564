"""scikit-learn's encoders, imputers and ColumnTransformer over data frames; shown is what they give."""

import numpy
from sklearn import compose, impute, preprocessing as pp
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import RandomForestClassifier
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import BayesianRidge, LinearRegression, LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import FeatureUnion, make_pipeline, make_union
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder
from sklearn.tree import DecisionTreeRegressor

import data
import tables
from case import Case
from cases.sklearn.trees import with_gaps
from shown import shown
from tables import NUMBERS, WORDS

WHOLE = dict(holes=False)
PORTS = ["port", "class"]
CASES = [
    shown(f"encode-{name}", make, tables.data(**frame))
    for name, frame, make in [
        ("hot", dict(columns=PORTS), lambda: OneHotEncoder()),
        ("hot-missing", dict(columns=WORDS), lambda: OneHotEncoder()),
        ("hot-missing-number", dict(columns=NUMBERS), lambda: OneHotEncoder(handle_unknown="ignore")),
        ("hot-ignore", dict(columns=PORTS, strange=True), lambda: OneHotEncoder(handle_unknown="ignore")),
        ("hot-warn", dict(columns=PORTS, strange=True), lambda: OneHotEncoder(handle_unknown="warn")),
        ("hot-first", dict(columns=PORTS), lambda: OneHotEncoder(drop="first")),
        ("hot-first-ignore", dict(columns=PORTS, strange=True), lambda: OneHotEncoder(drop="first", handle_unknown="ignore")),
        ("hot-binary", dict(columns=["sex", "port"], **WHOLE), lambda: OneHotEncoder(drop="if_binary")),
        ("hot-dropped", dict(columns=PORTS), lambda: OneHotEncoder(drop=["Cobh", 2])),
        ("hot-categories", dict(columns=["class"], strange=True), lambda: OneHotEncoder(categories=[[1, 2, 3, 4, 7]])),
        ("hot-infrequent", dict(columns=PORTS, strange=True), lambda: OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=10)),
        ("hot-share", dict(columns=PORTS, strange=True), lambda: OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=0.12)),
        ("hot-most", dict(columns=PORTS, strange=True), lambda: OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=3)),
        ("hot-most-first", dict(columns=PORTS), lambda: OneHotEncoder(drop="first", max_categories=3)),
        ("hot-rare-ignore", dict(columns=PORTS, strange=True), lambda: OneHotEncoder(handle_unknown="ignore", max_categories=3)),
        ("ordinal", dict(columns=PORTS), lambda: OrdinalEncoder()),
        ("ordinal-unknown", dict(columns=PORTS, strange=True), lambda: OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)),
        ("ordinal-missing", dict(columns=WORDS), lambda: OrdinalEncoder(encoded_missing_value=-2)),
        ("ordinal-order", dict(columns=["sex"], holes=False), lambda: OrdinalEncoder(categories=[["male", "female"]])),
        (
            "ordinal-infrequent",
            dict(columns=PORTS, strange=True),
            lambda: OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, min_frequency=10),
        ),
        ("ordinal-most", dict(columns=PORTS), lambda: OrdinalEncoder(max_categories=3)),
        ("target", dict(columns=PORTS), lambda: pp.TargetEncoder(random_state=0)),
        ("target-strange", dict(columns=PORTS, strange=True), lambda: pp.TargetEncoder(random_state=0, smooth=3.0)),
        ("target-missing", dict(columns=WORDS), lambda: pp.TargetEncoder(random_state=0)),
        ("target-numbers", dict(columns=PORTS, answers=tables.paid, strange=True), lambda: pp.TargetEncoder(random_state=0)),
        ("target-kinds", dict(columns=PORTS, answers=tables.kinds, strange=True), lambda: pp.TargetEncoder(random_state=0)),
    ]
]
CASES += [
    shown(f"encode-{name}-plain", make, tables.plain(tables.data(columns=["sex", "port"], **frame)))
    for name, frame, make in [
        ("hot", dict(holes=False), lambda: OneHotEncoder()),
        ("hot-ignore", dict(holes=False, strange=True), lambda: OneHotEncoder(handle_unknown="ignore")),
        ("ordinal", dict(holes=False), lambda: OrdinalEncoder()),
    ]
]
CASES += [
    shown(f"encode-{name}-codes", make, "categories")
    for name, make in {"hot": lambda: OneHotEncoder(handle_unknown="ignore"), "ordinal": lambda: OrdinalEncoder()}.items()
]
GAPS = with_gaps("numbers")


def between():
    """Asked are no rows of the training, whose distance of 0 the library misses by what the processor rounds."""
    rows, values, asked = GAPS()
    return rows, values, asked[20:]


def empty_column():
    """A column of which training knows nothing."""
    rows, values, asked = GAPS()
    rows[:, 2] = numpy.nan
    return rows, values, asked


IMPUTERS = {
    "mean": lambda: impute.SimpleImputer(),
    "median": lambda: impute.SimpleImputer(strategy="median"),
    "frequent": lambda: impute.SimpleImputer(strategy="most_frequent"),
    "constant": lambda: impute.SimpleImputer(strategy="constant", fill_value=-7),
    "marked": lambda: impute.SimpleImputer(add_indicator=True),
    "neighbours": lambda: impute.KNNImputer(),
    "neighbours-distance": lambda: impute.KNNImputer(n_neighbors=3, weights="distance"),
    "neighbours-marked": lambda: impute.KNNImputer(n_neighbors=2, add_indicator=True),
    "iterative": lambda: impute.IterativeImputer(random_state=0, max_iter=4),
    "iterative-ridge": lambda: impute.IterativeImputer(Ridge(), random_state=0, initial_strategy="median"),
    "iterative-tree": lambda: impute.IterativeImputer(DecisionTreeRegressor(max_depth=3, random_state=0), max_iter=2),
    "iterative-neighbours": lambda: impute.IterativeImputer(KNeighborsRegressor(4), max_iter=2, imputation_order="roman"),
    "iterative-nearest": lambda: impute.IterativeImputer(n_nearest_features=3, random_state=0, max_iter=3),
    "iterative-bounds": lambda: impute.IterativeImputer(min_value=-0.3, max_value=0.4, max_iter=3, random_state=0),
    "iterative-marked": lambda: impute.IterativeImputer(add_indicator=True, max_iter=2, random_state=0),
    "iterative-first": lambda: impute.IterativeImputer(max_iter=0),
    "indicator": lambda: impute.MissingIndicator(features="all"),
    "indicator-seen": lambda: impute.MissingIndicator(error_on_new=False),
}
CASES += [shown(f"impute-{name}", make, between) for name, make in IMPUTERS.items()]
CASES += [
    shown(f"impute-{name}-empty", IMPUTERS[name], empty_column)
    for name in ["mean", "marked", "constant", "neighbours", "iterative"]
]
CASES += [
    shown("impute-kept-empty", lambda: impute.SimpleImputer(keep_empty_features=True), empty_column),
    shown("impute-iterative-kept-empty", lambda: impute.IterativeImputer(keep_empty_features=True, max_iter=2), empty_column),
    shown("impute-neighbours-kept-empty", lambda: impute.KNNImputer(keep_empty_features=True), empty_column),
    shown("impute-minus", lambda: impute.SimpleImputer(missing_values=-1), lambda: minus()),
    shown("impute-pairs", lambda: make_union(impute.SimpleImputer(), impute.MissingIndicator(features="all")), GAPS),
]


def minus():
    rows, kinds, asked = data.categories()
    return rows - 1, kinds, asked - 1


def numbers(**options):
    return make_pipeline(impute.SimpleImputer(**options), pp.StandardScaler())


def words(**options):
    return make_pipeline(impute.SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore", **options))


def parts(*listed, **options):
    return ColumnTransformer([(f"part{index}", *part) for index, part in enumerate(listed)], **options)


def as_frame(transformer):
    return transformer.set_output(transform="pandas")


def chosen(frame):
    return [name for name in frame.columns if name.startswith("a")]


TRANSFORMERS = {
    "named": lambda: parts((numbers(), NUMBERS), (words(), WORDS)),
    "positional": lambda: parts((numbers(strategy="median"), [0, 1]), (words(), [2, 3]), (OneHotEncoder(), [-2])),
    "slices": lambda: parts((numbers(), slice(0, 2)), (words(), slice(2, 4))),
    "named-slices": lambda: parts((numbers(), slice("age", "fare")), (words(), slice("sex", "port"))),
    "mask": lambda: parts((numbers(), [True, True, False, False, False, False]), ("passthrough", [4])),
    "callable": lambda: parts((numbers(), make_column_selector("age|fare")), (OneHotEncoder(), ["class"])),
    "types": lambda: parts((numbers(), make_column_selector(dtype_include="number"))),
    "text": lambda: parts((TfidfVectorizer(), "note"), (numbers(), NUMBERS)),
    "text-position": lambda: parts((CountVectorizer(), 5), (numbers(), [0])),
    "remainder": lambda: parts((words(), WORDS), ("drop", ["note"]), (numbers(), NUMBERS), remainder="passthrough"),
    "remainder-estimator": lambda: parts((words(), WORDS), ("drop", ["note"]), remainder=numbers()),
    "weights": lambda: parts((numbers(), NUMBERS), (words(), WORDS), transformer_weights={"part1": 0.25}),
    "sparse": lambda: parts((words(), WORDS), (numbers(), ["age"]), sparse_threshold=1.0),
    "dense": lambda: parts((words(), WORDS), sparse_threshold=0),
    "one": lambda: parts((numbers(), ["age"])),
    "empty": lambda: parts((numbers(), NUMBERS), (OneHotEncoder(), [])),
    "nested": lambda: parts((parts((numbers(), ["age"]), remainder=numbers()), NUMBERS), (words(), WORDS)),
    "union": lambda: parts((make_union(numbers(), numbers(strategy="median")), NUMBERS), (words(), WORDS)),
    "ordinal": lambda: parts(
        (make_pipeline(impute.SimpleImputer(strategy="constant", fill_value="?"), OrdinalEncoder()), WORDS),
        (pp.KBinsDiscretizer(2, encode="ordinal"), ["class"]),
    ),
    "iterative": lambda: parts((impute.IterativeImputer(max_iter=3, random_state=0), NUMBERS), (words(), WORDS)),
    "function": lambda: parts((make_pipeline(impute.SimpleImputer(), pp.FunctionTransformer(numpy.log1p)), NUMBERS)),
    "plain-names": lambda: parts((numbers(), NUMBERS), (words(), WORDS), verbose_feature_names_out=False),
    "plain-names-dense": lambda: parts((numbers(), NUMBERS), (words(sparse_output=False), WORDS), verbose_feature_names_out=False),
    "indices": lambda: parts((numbers(), numpy.array([0, 1])), ("passthrough", numpy.array([4]))),
}
CASES += [shown(f"columns-{name}", make, tables.data()) for name, make in TRANSFORMERS.items()]
CASES += [
    shown(
        "columns-own-callable",
        lambda: parts((numbers(), chosen), ("passthrough", ["class"])),
        tables.data(),
        foreign="the choice of columns is a function of the user's own",
    )
]
CASES += [
    shown(f"columns-{name}-output", lambda make=TRANSFORMERS[name]: as_frame(make()), tables.data())
    for name in ["types", "ordinal", "one", "iterative", "plain-names-dense"]
]
CASES += [
    shown("columns-scaler-output", lambda: as_frame(pp.StandardScaler()), tables.data(columns=NUMBERS, holes=False)),
    shown("columns-encoder-output", lambda: as_frame(OneHotEncoder(sparse_output=False)), tables.data(columns=PORTS)),
    shown("columns-grid", lambda: parts((pp.StandardScaler(), [0, 2]), ("passthrough", slice(1, 2))), "numbers"),
    shown("columns-grid-last", lambda: parts((pp.StandardScaler(), [-1]), (pp.MinMaxScaler(), slice(-3, None, 2))), "numbers"),
    shown("columns-grid-remainder", lambda: parts((pp.StandardScaler(), [0]), remainder="passthrough"), "numbers"),
    shown("columns-grid-mask", lambda: parts((pp.StandardScaler(), numpy.array([True, False] * 2 + [True]))), "numbers"),
    shown(
        "columns-words",
        lambda: make_pipeline(impute.SimpleImputer(strategy="constant", fill_value="?"), OneHotEncoder(handle_unknown="ignore")),
        tables.data(columns=WORDS),
    ),
]
CASES += [
    Case(f"columns-whole-{name}", make, tables.data(strange=True))
    for name, make in {
        "logistic": lambda: make_pipeline(TRANSFORMERS["named"](), LogisticRegression()),
        "forest": lambda: make_pipeline(TRANSFORMERS["remainder"](), RandomForestClassifier(9, random_state=0)),
        "text": lambda: make_pipeline(TRANSFORMERS["text"](), LogisticRegression()),
    }.items()
]
CASES += [
    Case("columns-whole-numbers", lambda: make_pipeline(TRANSFORMERS["named"](), Ridge()), tables.data(answers=tables.paid)),
    Case("columns-frame", lambda: LinearRegression(), tables.data(columns=NUMBERS, holes=False, answers=tables.paid)),
]
