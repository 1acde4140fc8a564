#!/usr/bin/env python3
"""Trains the small models that the hostile files are made of, with the libraries of requirements.txt.

    make-seeds.py        writes seeds/*.pkl, seeds/boosters/*, and seeds/rows.json: rows that each of them takes

The other folders of seeds/ are copies, of fixtures of ONNXTests and of seeds of the fuzzer.
"""

import io
import json
import pathlib
import pickle

import joblib
import lightgbm
import numpy
import pandas
import xgboost
from sklearn import (
    calibration,
    cluster,
    decomposition,
    discriminant_analysis,
    ensemble,
    feature_extraction,
    feature_selection,
    gaussian_process,
    impute,
    kernel_approximation,
    linear_model,
    mixture,
    model_selection,
    multiclass,
    multioutput,
    naive_bayes,
    neighbors,
    neural_network,
    preprocessing,
    svm,
    tree,
)
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.pipeline import FeatureUnion, make_pipeline

SEEDS = pathlib.Path(__file__).resolve().parent / "seeds"
RANDOM = numpy.random.RandomState(5)
ROWS = numpy.round(RANDOM.uniform(0, 5, (24, 4)), 1)
KINDS = numpy.array(["a", "b", "c"])[numpy.argsort(numpy.argsort(ROWS.sum(axis=1))) // 8]
VALUES = ROWS @ [1.0, -2.0, 0.5, 3.0] + RANDOM.normal(0, 0.1, 24)
WORDS = "owl tiger rose oak lion fern crane wolf".split()
TEXTS = [" ".join(RANDOM.choice(WORDS, 4)) for _ in range(24)]
FRAME = pandas.DataFrame({"size": ROWS[:, 0], "weight": ROWS[:, 1], "colour": RANDOM.choice(["red", "blue"], 24)})

lr = lambda: linear_model.LogisticRegression(max_iter=200)

CLASSIFIERS = {
    "logistic": lr,
    "sgd": lambda: linear_model.SGDClassifier(loss="log_loss", random_state=0),
    "perceptron": lambda: linear_model.Perceptron(random_state=0),
    "ridge-classifier": lambda: linear_model.RidgeClassifier(),
    "gaussian-nb": lambda: naive_bayes.GaussianNB(),
    "multinomial-nb": lambda: naive_bayes.MultinomialNB(),
    "bernoulli-nb": lambda: naive_bayes.BernoulliNB(binarize=2.5),
    "lda": lambda: discriminant_analysis.LinearDiscriminantAnalysis(),
    "qda": lambda: discriminant_analysis.QuadraticDiscriminantAnalysis(reg_param=0.1),
    "neighbors": lambda: neighbors.KNeighborsClassifier(3),
    "nearest-centroid": lambda: neighbors.NearestCentroid(),
    "svc": lambda: svm.SVC(),
    "nu-svc": lambda: svm.NuSVC(nu=0.2),
    "linear-svc": lambda: svm.LinearSVC(),
    "tree": lambda: tree.DecisionTreeClassifier(max_depth=3, random_state=0),
    "forest": lambda: ensemble.RandomForestClassifier(3, max_depth=3, random_state=0),
    "gradient-boosting": lambda: ensemble.GradientBoostingClassifier(n_estimators=2, max_depth=2, random_state=0),
    "hist-boosting": lambda: ensemble.HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=2, max_bins=8),
    "ada-boost": lambda: ensemble.AdaBoostClassifier(n_estimators=2, random_state=0),
    "bagging": lambda: ensemble.BaggingClassifier(naive_bayes.GaussianNB(), n_estimators=2, random_state=0),
    "network": lambda: neural_network.MLPClassifier((3,), max_iter=20, random_state=0),
    "process-classifier": lambda: gaussian_process.GaussianProcessClassifier(),
    "voting": lambda: ensemble.VotingClassifier([("a", lr()), ("b", naive_bayes.GaussianNB())], voting="soft"),
    "stacking": lambda: ensemble.StackingClassifier([("a", lr()), ("b", naive_bayes.GaussianNB())], lr(), cv=2),
    "calibrated": lambda: calibration.CalibratedClassifierCV(naive_bayes.GaussianNB(), cv=2),
    "isotonic": lambda: calibration.CalibratedClassifierCV(naive_bayes.GaussianNB(), method="isotonic", cv=2),
    "one-vs-rest": lambda: multiclass.OneVsRestClassifier(lr()),
    "one-vs-one": lambda: multiclass.OneVsOneClassifier(lr()),
    "output-code": lambda: multiclass.OutputCodeClassifier(lr(), code_size=2, random_state=0),
    "grid-search": lambda: model_selection.GridSearchCV(lr(), {"C": [0.1, 1]}, cv=2),
    "pipeline": lambda: make_pipeline(preprocessing.StandardScaler(), lr()),
    "mixture-steps": lambda: make_pipeline(decomposition.PCA(2), neighbors.KNeighborsClassifier(2)),
}
REGRESSORS = {
    "least-squares": lambda: linear_model.LinearRegression(),
    "bayesian-ridge": lambda: linear_model.BayesianRidge(),
    "ridge": lambda: linear_model.Ridge(),
    "neighbors-regressor": lambda: neighbors.KNeighborsRegressor(3, weights="distance", algorithm="kd_tree"),
    "radius-regressor": lambda: neighbors.RadiusNeighborsRegressor(3.0),
    "svr": lambda: svm.SVR(kernel="poly", degree=2),
    "tree-regressor": lambda: tree.DecisionTreeRegressor(max_depth=3, random_state=0),
    "extra-trees": lambda: ensemble.ExtraTreesRegressor(2, max_depth=3, random_state=0),
    "hist-regressor": lambda: ensemble.HistGradientBoostingRegressor(
        max_iter=2, min_samples_leaf=2, max_bins=8, categorical_features=[3]
    ),
    "process": lambda: gaussian_process.GaussianProcessRegressor(),
    "network-regressor": lambda: neural_network.MLPRegressor(hidden_layer_sizes=(3,), max_iter=20, random_state=0),
    "target": lambda: TransformedTargetRegressor(linear_model.Ridge(), transformer=preprocessing.StandardScaler()),
}
TRANSFORMERS = {
    "min-max": lambda: preprocessing.MinMaxScaler(),
    "robust": lambda: preprocessing.RobustScaler(),
    "bins": lambda: preprocessing.KBinsDiscretizer(3, quantile_method="averaged_inverted_cdf"),
    "quantile": lambda: preprocessing.QuantileTransformer(n_quantiles=6),
    "power": lambda: preprocessing.PowerTransformer(),
    "polynomial": lambda: preprocessing.PolynomialFeatures(2),
    "splines": lambda: preprocessing.SplineTransformer(n_knots=3),
    "one-hot": lambda: preprocessing.OneHotEncoder(handle_unknown="ignore"),
    "ordinal": lambda: preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    "imputer": lambda: impute.SimpleImputer(add_indicator=True),
    "neighbor-imputer": lambda: impute.KNNImputer(n_neighbors=2),
    "svd": lambda: decomposition.TruncatedSVD(2, random_state=0),
    "nmf": lambda: decomposition.NMF(2, init="nndsvda", max_iter=500),
    "kernel-pca": lambda: decomposition.KernelPCA(2, kernel="rbf"),
    "nystroem": lambda: kernel_approximation.Nystroem(n_components=3, random_state=0),
    "select": lambda: feature_selection.SelectKBest(feature_selection.f_regression, k=2),
    "k-means": lambda: cluster.KMeans(2, n_init=1, random_state=0),
    "union": lambda: FeatureUnion([("a", preprocessing.StandardScaler()), ("b", decomposition.PCA(2))]),
    "function": lambda: preprocessing.FunctionTransformer(numpy.log1p, validate=True),
}
#: Models that keep matrices of all rows by all rows are trained with few.
LARGE = {"process", "process-classifier"}
OUTLIERS = {
    "isolation": lambda: ensemble.IsolationForest(n_estimators=2, max_samples=8, random_state=0),
    "one-class": lambda: svm.OneClassSVM(),
    "outlier-factor": lambda: neighbors.LocalOutlierFactor(3, novelty=True),
    "mixture": lambda: mixture.GaussianMixture(2, random_state=0),
}
LABELLED = {
    "multi-output": lambda: multioutput.MultiOutputClassifier(lr()),
    "chain": lambda: multioutput.ClassifierChain(lr()),
}
text = feature_extraction.text
TEXT_MODELS = {
    "tfidf": lambda: make_pipeline(text.TfidfVectorizer(ngram_range=(1, 2), max_features=12), lr()),
    "counts": lambda: make_pipeline(
        text.CountVectorizer(analyzer="char", max_features=12), naive_bayes.MultinomialNB()
    ),
    "hashing": lambda: make_pipeline(text.HashingVectorizer(n_features=32), lr()),
}


def frame_model():
    columns = ColumnTransformer(
        [
            ("scaled", preprocessing.StandardScaler(), ["size", "weight"]),
            ("kinds", preprocessing.OneHotEncoder(), ["colour"]),
        ]
    )
    return make_pipeline(columns, lr())


def pickles():
    """Name, fitted model and two rows for each pickle."""
    numbers = ROWS[:2].tolist()
    for name, make in CLASSIFIERS.items():
        few = slice(None, None, 3 if name in LARGE else 1)
        yield name, make().fit(ROWS[few], KINDS[few]), numbers
    for name, make in REGRESSORS.items():
        rows = numpy.column_stack([ROWS[:, :3], ROWS[:, 3].astype(int)]) if name == "hist-regressor" else ROWS
        few = slice(None, None, 3 if name in LARGE else 1)
        yield name, make().fit(rows[few], VALUES[few]), numbers
    for name, make in TRANSFORMERS.items():
        yield name, make_pipeline(make(), linear_model.LinearRegression()).fit(ROWS, VALUES), numbers
    for name, make in OUTLIERS.items():
        yield name, make().fit(ROWS), numbers
    for name, make in LABELLED.items():
        yield name, make().fit(ROWS, numpy.column_stack([ROWS[:, 0] > 2, ROWS[:, 1] > 2]).astype(int)), numbers
    for name, make in TEXT_MODELS.items():
        yield name, make().fit(TEXTS, KINDS), TEXTS[:2]
    yield "frame", frame_model().fit(FRAME, KINDS), FRAME.to_dict("records")[:2]


def boosters(folder):
    kinds = numpy.searchsorted(["a", "b", "c"], KINDS)
    data = xgboost.DMatrix(ROWS, kinds, feature_names=["p", "q", "r", "s"])
    plain = {"max_depth": 2, "num_class": 3, "objective": "multi:softprob"}
    xgboost.train(plain, data, 2).save_model(folder / "trees.json")
    xgboost.train(plain, data, 2).save_model(folder / "trees.ubj")
    values = xgboost.DMatrix(ROWS, VALUES)
    xgboost.train({"booster": "dart", "max_depth": 2, "rate_drop": 0.5}, values, 3).save_model(folder / "dart.json")
    xgboost.train({"booster": "gblinear"}, values, 2).save_model(folder / "linear.ubj")
    table = pandas.DataFrame(ROWS[:, :3], columns=list("pqr"))
    table["s"] = pandas.Categorical(ROWS[:, 3].astype(int))
    categories = xgboost.DMatrix(table, VALUES, enable_categorical=True)
    xgboost.train({"max_depth": 2, "tree_method": "hist"}, categories, 2).save_model(folder / "categories.json")
    options = {"verbose": -1, "min_data_in_leaf": 2, "num_leaves": 4, "min_data_in_bin": 1}
    multi = {**options, "objective": "multiclass", "num_class": 3}
    lightgbm.train(multi, lightgbm.Dataset(ROWS, kinds), 2).save_model(folder / "classes.txt")
    whole = numpy.column_stack([ROWS[:, :3], ROWS[:, 3].astype(int)])
    sets = lightgbm.Dataset(whole, VALUES, categorical_feature=[3])
    lightgbm.train({**options, "cat_smooth": 0, "min_data_per_group": 1}, sets, 2).save_model(folder / "categories.txt")
    linear = lightgbm.Dataset(ROWS, VALUES, params={"linear_tree": True})
    lightgbm.train({**options, "linear_tree": True}, linear, 2).save_model(folder / "linear.txt")


def main():
    (SEEDS / "boosters").mkdir(parents=True, exist_ok=True)
    rows = {}
    for name, model, asked in pickles():
        (SEEDS / f"{name}.pkl").write_bytes(pickle.dumps(model, protocol=4))
        rows[name] = asked
    numpy_objects = make_pipeline(preprocessing.OneHotEncoder(), lr()).fit(FRAME[["colour"]], KINDS)
    for name, compress in {
        "plain": 0,
        "zlib": ("zlib", 3),
        "gzip": ("gzip", 3),
        "bz2": ("bz2", 3),
        "xz": ("xz", 3),
        "lzma": ("lzma", 3),
        "lz4": "lz4",
    }.items():
        held = io.BytesIO()
        joblib.dump(
            {"plain": numpy_objects}.get(name, CLASSIFIERS["pipeline"]().fit(ROWS, KINDS)), held, compress=compress
        )
        (SEEDS / f"{name}.joblib").write_bytes(held.getvalue())
    boosters(SEEDS / "boosters")
    (SEEDS / "rows.json").write_text(json.dumps(rows))


main()
