"""scikit-learn's support vector machines."""

from scipy.sparse import csr_matrix
from sklearn import svm

import data
from case import Case


def sparse(name):
    """Rows to fit as a sparse matrix; asked are plain ones."""
    rows, answers, asked = getattr(data, name)()
    return csr_matrix(rows), answers, asked


KERNELS = {
    "linear": {"kernel": "linear"},
    "poly": {"kernel": "poly", "degree": 2, "coef0": 0.7},
    "rbf": {},
    "rbf-auto": {"gamma": "auto"},
    "sigmoid": {"kernel": "sigmoid", "gamma": 0.02, "coef0": 0.1},
}
CASES = [
    Case(f"svm-{name}-{kernel}-{data}", lambda make=make, options=options: make(**options), data)
    for kernel, options in KERNELS.items()
    for data in ["names", "two", "four"]
    for name, make in {
        "classifier": lambda **options: svm.SVC(**options),
        "probability": lambda **options: svm.SVC(probability=True, random_state=0, **options),
        "nu": lambda **options: svm.NuSVC(nu=0.2, **options),
    }.items()
    if not (name == "nu" and kernel == "sigmoid")
]
CASES += [
    Case(f"svm-{name}-{data}", make, data)
    for data in ["names", "two_names", "four", "flags"]
    for name, make in {
        "one-versus-one": lambda: svm.SVC(decision_function_shape="ovo"),
        "ties": lambda: svm.SVC(break_ties=True),
        "weights": lambda: svm.SVC(class_weight="balanced", probability=True, random_state=0),
        "sparse": lambda: svm.SVC(probability=True, random_state=0),
        "liblinear": lambda: svm.LinearSVC(random_state=0),
        "liblinear-hinge": lambda: svm.LinearSVC(loss="hinge", random_state=0, max_iter=5000),
        "liblinear-l1": lambda: svm.LinearSVC(penalty="l1", dual=False, random_state=0),
        "crammer-singer": lambda: svm.LinearSVC(multi_class="crammer_singer", random_state=0),
        "unscaled": lambda: svm.LinearSVC(fit_intercept=False, dual=False),
    }.items()
]
CASES += [
    Case(f"svm-{name}-{kernel}", lambda make=make, options=options: make(**options), data)
    for kernel, options in KERNELS.items()
    for name, data, make in [
        ("regressor", "numbers", lambda **options: svm.SVR(**options)),
        ("nu-regressor", "numbers", lambda **options: svm.NuSVR(**options)),
        ("one-class", "blobs", lambda **options: svm.OneClassSVM(nu=0.2, **options)),
    ]
]
CASES += [
    Case("svm-liblinear-regressor", lambda: svm.LinearSVR(random_state=0, max_iter=5000), "numbers"),
    Case("svm-liblinear-regressor-2", lambda: svm.LinearSVR(loss="squared_epsilon_insensitive", dual=False), "numbers"),
    Case("svm-sparse-classifier", lambda: svm.SVC(probability=True, random_state=0), lambda: sparse("names")),
    Case("svm-sparse-linear", lambda: svm.SVC(kernel="linear"), lambda: sparse("four")),
    Case("svm-sparse-nu", lambda: svm.NuSVC(nu=0.2), lambda: sparse("two")),
    Case("svm-sparse-regressor", lambda: svm.SVR(), lambda: sparse("numbers")),
    Case("svm-sparse-one-class", lambda: svm.OneClassSVM(nu=0.3), lambda: sparse("blobs")),
    Case("svm-sparse-liblinear", lambda: svm.LinearSVC(random_state=0), lambda: sparse("names")),
    Case(
        "svm-function",
        lambda: svm.SVC(kernel=product),
        "names",
        foreign="the kernel is a function of the user's own",
    ),
]


def product(one, other):
    return one @ other.T
