#!/usr/bin/env python3
"""Trains the support vector machines that the tests load, and keeps what scikit-learn answers.

    python3 train.py            with scikit-learn of the version whose file is wanted: <version>.json
                                (the newest also makes hostile.json: damaged models, and what must be said of them)

Made with scikit-learn 1.1.3, 1.5.2 and 1.9.1. Each model is a pickle, packed by zlib, in base64.
"""

import base64
import json
import pathlib
import pickle
import warnings
import zlib

import numpy
import sklearn
from scipy.sparse import csc_matrix, csr_matrix
from sklearn.datasets import load_iris
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR, NuSVC, NuSVR, OneClassSVM

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent
VERSION = ".".join(sklearn.__version__.split(".")[:2])
NEWEST = VERSION == "1.9"
KERNELS = ["linear", "poly", "rbf", "sigmoid"]
TEXTS = ["red apple", "green apple tree", "blue sea", "deep blue water", "fast red car", "old car and bus", "bus stop"]
TOPICS = ["fruit", "fruit", "sea", "sea", "road", "road", "road"]


def blobs(classes, columns, count, seed=1):
    chance = numpy.random.RandomState(seed)
    centers = chance.uniform(-3, 3, (classes, columns))
    kinds = numpy.arange(count) % classes
    return numpy.round(centers[kinds] + chance.normal(0, 1.5, (count, columns)), 2), kinds


def numeric():
    """Name, model and question rows."""
    iris = load_iris()
    rows, kinds, names = numpy.round(iris.data[::3], 1), iris.target[::3], iris.target_names
    few = rows[::6].tolist() + [[5.0, 3, 1, 0], [100, -3, 0, 7], [6.1, 2.8, 4.9, 1.6]]
    two = kinds < 2
    for kernel in KERNELS:
        yield f"svc-{kernel}", SVC(kernel=kernel).fit(rows, kinds), few
        yield f"svc-{kernel}-probability", SVC(kernel=kernel, probability=True, random_state=0).fit(rows, kinds), few
        if NEWEST:
            yield f"svr-{kernel}", SVR(kernel=kernel, degree=2, coef0=0.5).fit(rows, rows[:, 2] * 3), few
            yield f"svc-{kernel}-two", SVC(kernel=kernel, probability=True, random_state=0).fit(rows[two], kinds[two]), few
    yield "one-class", OneClassSVM(nu=0.2, gamma=0.4).fit(rows), few
    yield "linear-svc", LinearSVC(dual=False).fit(rows, names[kinds]), few
    yield "linear-svc-two", LinearSVC(dual=False, fit_intercept=False).fit(rows[two], kinds[two]), few
    yield "linear-svr", LinearSVR(random_state=0).fit(rows, rows[:, 0]), few
    yield "svr", SVR().fit(rows, rows[:, 0]), few
    yield "scaled", Pipeline([("scale", StandardScaler()), ("svc", SVC(C=3))]).fit(rows, names[kinds]), few
    sparse = rows - [5, 3, 0, 0]
    yield "sparse", SVC(gamma=0.5, probability=True, random_state=0).fit(csr_matrix(sparse), kinds), few
    if not NEWEST:
        return
    yield "sparse-linear", SVC(kernel="linear").fit(csr_matrix(sparse), kinds), few
    yield "sparse-poly-two", SVC(kernel="poly", coef0=1).fit(csr_matrix(sparse[two]), kinds[two]), few
    yield "sparse-svr", SVR(kernel="sigmoid", gamma=0.1).fit(csr_matrix(sparse), rows[:, 0]), few
    yield "sparse-one-class", OneClassSVM(gamma="auto").fit(csr_matrix(sparse)), few
    yield "nusvc", NuSVC(nu=0.3, probability=True, random_state=0).fit(rows, kinds == 1), few
    yield "nusvr", NuSVR(C=5).fit(rows, rows[:, 0]), few
    yield "weights", SVC(class_weight="balanced", gamma="auto", shrinking=False).fit(rows, kinds), few
    yield "no-frame", SVC(kernel="poly", degree=0).fit(rows, kinds), few
    yield "degree-5", SVC(kernel="poly", degree=5, gamma=0.2, coef0=-0.7, C=9).fit(rows, kinds), few
    yield "constant", SVR(epsilon=50).fit(rows, rows[:, 0]), few
    for classes in [5, 9]:
        many, of = blobs(classes, 3, 90)
        questions = blobs(classes, 3, 40, seed=2)[0].tolist()
        yield f"ties-{classes}", SVC(gamma=0.3, break_ties=True).fit(many, of), questions
        yield f"votes-{classes}", SVC(gamma=0.3, decision_function_shape="ovo").fit(many, of), questions
        yield f"coupled-{classes}", SVC(gamma=0.1, probability=True, random_state=0).fit(many, of), questions
    wide, of = blobs(3, 37, 60)
    yield "wide", SVC(gamma=0.01).fit(wide.astype(numpy.float32), of), wide[:9].tolist()


def textual():
    for kernel in KERNELS:
        model = SVC(kernel=kernel, C=5, gamma=0.8, coef0=0.1, probability=kernel == "rbf", random_state=0)
        yield f"texts-{kernel}", Pipeline([("tfidf", TfidfVectorizer()), ("svc", model)]).fit(TEXTS * 2, TOPICS * 2)


def damaged():
    """Models with one member changed, and what a loader must say."""
    rows, kinds = blobs(3, 2, 12)
    of = numpy.array

    def svc(**options):
        return SVC(**{"probability": True, "random_state": 0, **options}).fit(rows, kinds)

    def sparse():
        return SVC(gamma=0.5).fit(csr_matrix(rows), kinds)

    def change(model, **members):
        for name, value in members.items():
            if value is None:
                del model.__dict__[name]
            else:
                model.__dict__[name] = value
        return model

    def entries(**members):
        model = sparse()
        for name, value in members.items():
            model.support_vectors_.__dict__[name] = value
        return model

    count = len(svc().support_)
    for name in ["classes_", "support_vectors_", "_intercept_", "_dual_coef_", "kernel", "_gamma"]:
        yield change(svc(), **{name: None}), f"model: has no {name}; is the model fitted?"
    yield change(svc(), _n_support=None), "model: has no n_support_; is the model fitted?"
    yield change(svc(), _probA=None), "model: has no probA_; is the model fitted?"
    yield change(svc(), support_vectors_=of([1.0, 2])), "support_vectors_: is of shape [2], expected are rows and columns"
    yield change(svc(), support_vectors_=of([[1.0, 2]])), "_n_support: holds "
    yield change(svc(), support_vectors_=numpy.zeros((count, 3))), "support_vectors_: has 3 columns, expected are 2"
    yield change(svc(), support_vectors_=numpy.zeros((count, 0))), "support_vectors_: has no columns"
    yield change(svc(), support_vectors_=of(["a"])), "support_vectors_: is an array of U1, expected are numbers"
    yield change(svc(), support_vectors_="a"), "support_vectors_: is a text, expected is an array of numbers"
    yield change(svc(), _n_support=of([-1, 2, 2])), f"_n_support: holds -1.0, expected are counts of {count} support vectors"
    yield change(svc(), _n_support=of([1e300, 2, 2])), "_n_support: holds 1e+300, expected are counts of"
    yield change(svc(), _n_support=of([0.5, 2, 2])), "_n_support: holds 0.5, expected are counts of"
    yield change(svc(), _n_support=of([1, 1, 1])), f"_n_support: counts 3 support vectors, but there are {count}"
    yield change(svc(), _n_support=of([1, 1])), "_n_support: holds 2 numbers, expected are 3"
    yield change(svc(), n_features_in_=3), "support_vectors_: has 2 columns, expected are 3"
    yield change(svc(), n_features_in_=-1), "n_features_in_: is -1, expected is a number of columns"
    yield change(svc(), _dual_coef_=of([[1.0]])), f"_dual_coef_: holds 1 numbers, expected are {2 * count}"
    yield change(svc(), _intercept_=of([1.0, 2])), "_intercept_: holds 2 numbers, expected are 3"
    yield change(svc(), _probA=of([1.0, 2])), "_probA: holds 2 numbers, expected are 3"
    yield change(svc(), classes_=of([1])), "classes_: holds fewer than two classes"
    yield change(svc(), classes_=numpy.zeros(400000, numpy.int8)), "_n_support: holds 3 numbers, expected are 400000"
    yield change(svc(), kernel="precomputed"), "kernel: a kernel that is precomputed is not native, known are linear, poly"
    yield change(svc(), kernel=rbf_kernel), (
        "kernel: a kernel that is sklearn.metrics.pairwise.rbf_kernel is not native, known are linear, poly, rbf, sigmoid")
    yield change(svc(), _gamma=float("nan")), "_gamma: is nan, expected is a finite number"
    yield change(svc(), _gamma=-0.5), "_gamma: is -0.5, expected is no number below 0"
    yield change(svc(kernel="poly"), degree=-1), "degree: is -1.0, expected is a whole number from 0 on"
    yield change(svc(kernel="poly"), degree=1e300), "degree: is 1e+300, expected is a whole number from 0 on"
    yield change(svc(kernel="sigmoid"), coef0=float("inf")), "coef0: is inf, expected is a finite number"
    yield change(svc(probability=False), break_ties=True, decision_function_shape="ovo"), (
        "break_ties: break_ties must be False when decision_function_shape is 'ovo'")
    yield change(sparse(), support_vectors_=csc_matrix(rows)), (
        "support_vectors_: is an instance of scipy.sparse._csc.csc_matrix, expected is a matrix of compressed rows")
    misfit = "support_vectors_: has rows, columns and entries that do not fit together"
    yield entries(indptr=of([0, 1])), misfit
    yield entries(indptr=sparse().support_vectors_.indptr[::-1]), misfit
    yield entries(indices=sparse().support_vectors_.indices + 1), misfit
    yield entries(indices=sparse().support_vectors_.indices - 1), misfit
    yield entries(data=of([1.0])), misfit
    yield entries(_shape=(-3, 2)), misfit
    yield entries(_shape=(1 << 40, 2)), misfit
    yield entries(_shape=(3,)), "support_vectors_: is of 1 axes, expected are rows and columns"
    yield entries(_shape=(len(sparse().support_), 1 << 29)), "support_vectors_: pickle names the same values too many times"
    yield entries(indices=sparse().support_vectors_.indices + 0.5), "support_vectors_.indices: holds 0.5, expected is an integer"
    yield change(sparse(), _dual_coef_=of([[1.0]])), "_dual_coef_: is an array, expected is an object"


def packed(model):
    return base64.b64encode(zlib.compress(pickle.dumps(model, protocol=4), 9)).decode()


def kept(model, questions):
    case = {
        "pickle": packed(model),
        "instances": questions,
        "predictions": model.predict(questions).tolist(),
    }
    if hasattr(model, "predict_proba"):
        case["probabilities"] = model.predict_proba(questions).tolist()
    return case


if __name__ == "__main__":
    cases = {name: kept(model, questions) for name, model, questions in numeric()}
    for name, model in textual():
        cases[name] = kept(model, TEXTS[:4] + ["", "a red bus", "unknown words"])
    (HERE / f"{VERSION}.json").write_text(json.dumps(cases, separators=(",", ":")))
    if NEWEST:
        hostile = [{"pickle": packed(model), "defect": defect} for model, defect in damaged()]
        (HERE / "hostile.json").write_text(json.dumps(hostile, separators=(",", ":")))
