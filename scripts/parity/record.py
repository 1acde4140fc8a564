"""Run by the Python of a library version: keeps some of the cases as fixtures of Models' tests.

    record.py Tests/ModelsTests/Fixtures/estimators            (made with scikit-learn 0.24.2, 1.2.2 and 1.9.1)
    record.py Tests/ModelsTests/Fixtures/estimators steps      (made with scikit-learn 0.24.2 and 1.9.1)

Writes <version>.json, or steps-<version>.json: for each case the pickle, packed by zlib, in base64, rows, and what scikit-learn answers.
"""

import base64
import json
import pathlib
import pickle
import sys
import warnings
import zlib

import numpy
import sklearn

import data
from train import cases, instances, plain

#: One case for each rule that estimators follow.
KEPT = """
linear-least-squares linear-pls-2 linear-multi-lasso-2 linear-poisson linear-tweedie-identity linear-ransac
linear-least-squares-column linear-ridge-table linear-sgd-one-class linear-logistic-cv-names linear-perceptron-four
linear-ridge-classifier-two linear-sgd-log_loss-four linear-sgd-modified_huber-names linear-sgd-modified_huber-two
bayes-bernoulli bayes-categorical bayes-complement bayes-multinomial bayes-gaussian-names bayes-lda-names bayes-lda-two
bayes-qda-names bayes-qda-two meta-bagging-features-names meta-bagging-votes-two meta-calibrated-isotonic-names
meta-calibrated-sigmoid-two meta-calibrated-one-names meta-calibrated-temperature-names meta-dummy-prior-names
meta-dummy-frequent-two meta-frozen-names meta-grid-pipeline-names meta-one-vs-one-names meta-one-vs-one-bayes-two
meta-one-vs-rest-bayes-names meta-one-vs-rest-table meta-output-code-names meta-stacking-two
meta-stacking-passthrough-names meta-voting-hard-weights-names meta-voting-soft-weights-two meta-ada-boost-logistic-names
meta-ada-boost-samme-names meta-ada-boost-samme-two meta-ada-boost-trees-two meta-fixed-threshold-positive-two_names
meta-ada-boost-numbers meta-bagging-numbers meta-dummy-numbers meta-voting-numbers meta-target-scaler-numbers
meta-target-log meta-multi-output meta-multi-output-classes meta-chain meta-chain-classes meta-chain-probabilities
meta-self-training meta-isotonic-clip meta-isotonic-nan neighbors-classifier-plain-grid
neighbors-classifier-ball-names neighbors-classifier-p3-names neighbors-classifier-canberra-names
neighbors-classifier-wide neighbors-classifier-2 neighbors-regressor-distance neighbors-regressor-cosine
neighbors-radius-classifier neighbors-radius-regressor-distance neighbors-outliers neighbors-envelope
neighbors-centroid-empirical-counts neighbors-centroid-manhattan-names clusters-birch clusters-bisecting clusters-means
clusters-mean-shift mixture-plain-full mixture-plain-tied mixture-bayes-diag mixture-bayes-finite-spherical mixture-one
network-classifier-relu-names network-classifier-tanh-two network-classifier-logistic-table_of_labels
network-regressor-two_numbers kernel-ridge-rbf kernel-ridge-polynomial process-rbf-lengths process-matern
process-quadratic
""".split()

#: Steps before others, shown by a model that answers with its row, and what came after the first list.
STEPS = """
tree-one-two_numbers tree-one-two_texts tree-boosting-init-tree-values tree-embedding
tree-embedding-dense impute-iterative impute-iterative-tree impute-iterative-marked parts-nmf-mu-kullback parts-nmf-mu-half
parts-nmf-batches parts-topics parts-dictionary-omp parts-dictionary-lars parts-dictionary-lasso-lars
parts-coder-threshold parts-coder-lasso_cd parts-sparse-pca parts-machine parts-agglomeration-median parts-neighbours
parts-neighbours-radius kernel-count-sketch-3 process-classifier-noise-two
semi-propagation semi-spreading-knn neighbors-points-euclidean-distance neighbors-points-chebyshev-uniform every-VotingClassifier-shown every-StackingClassifier-shown
every-KernelCenterer-shown function-around-numbers columns-grid-last function-unchecked
""".split()

warnings.filterwarnings("ignore")


def record(case):
    rows, answers, asked = case.data() if callable(case.data) else getattr(data, case.data)()
    asked = asked[-9:]
    model = case.fit(case.make(), rows, answers)
    recorded = {
        "pickle": base64.b64encode(zlib.compress(pickle.dumps(model), 9)).decode(),
        "instances": instances(asked),
        "predictions": numpy.asarray(model.predict(asked)).tolist(),
    }
    if hasattr(model, "predict_proba") and (chances := plain(model.predict_proba(asked))) is not None:
        recorded["probabilities"] = chances
    return recorded


def finite(value):
    """The same with null for NaN, which JSON has no word for."""
    if isinstance(value, dict):
        return {key: finite(element) for key, element in value.items()}
    if isinstance(value, list):
        return [finite(element) for element in value]
    return None if isinstance(value, float) and value != value else value


def main():
    steps = sys.argv[2:] == ["steps"]
    kept, prefix = (STEPS, "steps-") if steps else (KEPT, "")
    out = {}
    for case in cases("sklearn"):
        if case.name in kept:
            try:
                out[case.name] = record(case)
            except Exception as error:  # versions that lack an option do without the case
                print(case.name, type(error).__name__, error)
    version = ".".join(sklearn.__version__.split(".")[:2])
    text = json.dumps(finite(out), indent=0)
    (pathlib.Path(sys.argv[1]) / f"{prefix}{version}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
