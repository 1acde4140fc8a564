#!/usr/bin/env python3
"""Trains the example models, and the tiny models that the tests load, with scikit-learn.

    python3 -m venv /tmp/sk && /tmp/sk/bin/pip install scikit-learn
    /tmp/sk/bin/python examples/models/train.py examples
    /tmp/sk/bin/python examples/models/train.py fixtures Tests/ModelsTests/Fixtures

The fixtures were made with scikit-learn 0.24.2, 1.2.2, 1.5.2 and 1.9.1; each version adds its own files, and
`expected-<version>.json` with what scikit-learn itself answers. Older versions make fewer files.
"""

import json
import pathlib
import pickle
import sys

import joblib
import numpy
import sklearn
from sklearn.datasets import load_iris
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

HERE = pathlib.Path(__file__).parent
VERSION = ".".join(sklearn.__version__.split(".")[:2])
NEWEST = VERSION == "1.9"

ANIMALS = "elephant tiger lion wolf bear horse zebra giraffe monkey rabbit fox deer otter badger camel".split()
BIRDS = "sparrow eagle parrot owl robin swan heron finch raven stork pigeon crane wren thrush kestrel".split()
PLANTS = "sunflower rose tulip oak fern daisy lily cactus maple orchid clover pine willow moss poppy".split()

TEXTS = [
    "The striped tiger hunts at night in the forest",
    "An elephant remembers every path through the forest",
    "A sparrow sings in the oak at dawn",
    "The eagle circles over the lake, hunting fish",
    "Roses and sunflowers bloom in the garden",
    "The oak in the garden is a hundred years old",
    "Käse und Äpfel: ÉCLAIRS à la crème, 12½ €",
    "ΟΔΥΣΣΕΥΣ sails home; naïve café_owner waits x y z",
]
TOPICS = [0, 0, 1, 1, 2, 2, 0, 1]
QUESTIONS = [
    "tiger", "the Eagle hunts in the GARDEN", "sunflowers  and\troses", "", "nothing known here at all",
    "ÄPFEL und käse — 12½ crème", "οδυσσευς ΟΔΥΣΣΕΥΣ Σ café_owner", "a b c x y z", "oak oak oak forest",
    "hunts at night in the forest the striped tiger",
]


def iris():
    data = load_iris()
    return numpy.round(data.data, 1), data.target, data.target_names


def examples():
    rows, kinds, _ = iris()
    for name, strength in [("iris", 1.0), ("iris-v2", 0.1)]:
        model = Pipeline([("scale", StandardScaler()), ("classify", LogisticRegression(C=strength, max_iter=1000))])
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        joblib.dump(model.fit(rows, kinds), folder / "model.joblib")
    words = ANIMALS + BIRDS + PLANTS
    classes = [0] * len(ANIMALS) + [1] * len(BIRDS) + [2] * len(PLANTS)
    model = Pipeline([("tfidf", TfidfVectorizer()), ("classify", LogisticRegression(C=10.0, max_iter=1000))])
    model.fit(words, classes)
    (HERE / "words").mkdir(exist_ok=True)
    (HERE / "words" / "model.pkl").write_bytes(pickle.dumps(model, protocol=4))
    print(model.predict(["sparrow", "elephant", "sunflower"]))


def scaled(**options):
    return Pipeline([("scale", StandardScaler()), ("lr", LogisticRegression(max_iter=1000, **options))])


def numeric_models():
    """Name, model and question rows of models that take numbers."""
    rows, kinds, names = iris()
    few = rows[::29].tolist() + [[5.0, 3, 1, 0]]
    two = kinds < 2
    yield "iris", scaled().fit(rows, kinds), few
    yield "two", scaled().fit(rows[two], kinds[two]), few
    yield "names", scaled().fit(rows, names[kinds]), few
    yield "unscaled", LogisticRegression(max_iter=5000).fit(rows, kinds), few
    if NEWEST:
        yield "object-names", scaled().fit(rows, names[kinds].astype(object)), few
        yield "flags", scaled().fit(rows, kinds == 1), few
        yield "floats", scaled().fit(rows, kinds.astype(float)), few
        yield "no-mean", Pipeline([
            ("scale", StandardScaler(with_mean=False)), ("none", "passthrough"),
            ("inner", Pipeline([("scale", StandardScaler(with_std=False)), ("lr", LogisticRegression())])),
        ]).fit(rows, kinds), few
        yield "float32", scaled().fit(rows.astype(numpy.float32), kinds.astype(numpy.int8)), few
        yield "random-state", scaled(random_state=numpy.random.RandomState(1)).fit(rows, kinds), few
        yield "no-intercept", scaled(fit_intercept=False, solver="liblinear").fit(rows[two], kinds[two]), few
    else:
        yield "one-versus-rest", scaled(multi_class="ovr").fit(rows, kinds), few
        yield "liblinear", scaled(solver="liblinear").fit(rows, kinds), few
        yield "two-multinomial", scaled(multi_class="multinomial").fit(rows[two], kinds[two]), few


def text_model(*steps):
    named = [(f"step{index}", step) for index, step in enumerate(steps)]
    return Pipeline(named + [("lr", LogisticRegression(C=10.0))]).fit(TEXTS, TOPICS)


def text_models():
    """Name and model of models that take texts."""
    yield "tfidf", text_model(TfidfVectorizer())
    yield "tfidf-ngrams", text_model(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, norm="l1"))
    yield "count", text_model(CountVectorizer(ngram_range=(2, 3), stop_words=["the", "at"]), TfidfTransformer())
    if not NEWEST:
        return
    yield "tfidf-english", text_model(TfidfVectorizer(stop_words="english", ngram_range=(1, 2), smooth_idf=False))
    yield "tfidf-plain", text_model(TfidfVectorizer(use_idf=False, norm=None, lowercase=False, binary=True))
    yield "tfidf-char", text_model(TfidfVectorizer(analyzer="char", ngram_range=(1, 3)))
    yield "tfidf-char-wb", text_model(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)))
    yield "tfidf-letters", text_model(TfidfVectorizer(token_pattern=r"(?u)\b\w+\b", max_features=20))
    yield "count-scaled", text_model(CountVectorizer(), StandardScaler(with_mean=False))
    yield "count-fixed", text_model(CountVectorizer(vocabulary=["tiger", "oak", "garden", "eagle"]))


def fixtures(folder):
    expected = {}

    def keep(name, model, questions, writers):
        answers = {
            "instances": questions,
            "predictions": model.predict(questions).tolist(),
            "probabilities": model.predict_proba(questions).tolist(),
        }
        for ending, write in writers.items():
            path = folder / f"{name}-{VERSION}{ending}"
            write(model, path)
            expected[path.name] = answers

    def pickled(protocol):
        return lambda model, path: path.write_bytes(pickle.dumps(model, protocol=protocol))

    def dumped(compress):
        return lambda model, path: joblib.dump(model, path, compress=compress)

    every = {f"-p{protocol}.pkl": pickled(protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)}
    every.update({".joblib": dumped(0), "-zlib.joblib": dumped(("zlib", 3)), "-gzip.joblib": dumped(("gzip", 3))})
    one = {".pkl": pickled(4)}
    for name, model, questions in numeric_models():
        keep(name, model, questions, every if NEWEST and name == "names" else {"-p2.pkl": pickled(2), ".joblib": dumped(0)}
             if name in ("iris", "object-names") else one)
    for name, model in text_models():
        keep(name, model, QUESTIONS, {**one, "-p0.pkl": pickled(0), ".joblib": dumped(0)} if name == "tfidf" else one)
    (folder / f"expected-{VERSION}.json").write_text(json.dumps(expected, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    if sys.argv[1:2] == ["examples"]:
        examples()
    elif sys.argv[1:2] == ["fixtures"] and len(sys.argv) == 3:
        fixtures(pathlib.Path(sys.argv[2]))
    else:
        sys.exit(__doc__)
