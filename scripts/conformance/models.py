"""Trains what upstream's e2e tests look for below gs://kfserving-examples: models.py FOLDER.

Upstream's own files are not brought along. These are trained with the same libraries on the same kind of data, so that the
answers which the tests expect hold where they are a matter of sense: iris has its species. Where a test wants one number or
one class of a model that nobody can train again, the data holds the test's row with that answer.
"""
import pathlib
import sys

import joblib
import lightgbm
import numpy
import pandas
import xgboost
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

target = pathlib.Path(sys.argv[1]) / "models"
iris = load_iris()


def place(path):
    file = target / path
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def sklearn_models():
    joblib.dump(SVC(gamma="scale").fit(iris.data, iris.target), place("sklearn/1.0/model/model.joblib"))


def xgboost_models():
    settings = {"max_depth": 6, "eta": 0.1, "objective": "multi:softmax", "num_class": 3, "seed": 0, "nthread": 1}
    booster = xgboost.train(settings, xgboost.DMatrix(iris.data, iris.target), 10)
    for folder in ("iris", "1.5/model"):
        booster.save_model(place(f"xgboost/{folder}/model.bst"))


def lightgbm_models():
    names = [name.replace(" ", "_") for name in iris.feature_names]
    settings = {"objective": "multiclass", "metric": "softmax", "num_class": 3, "verbose": -1, "num_threads": 1}
    for folder in ("iris", "v2/iris"):
        data = lightgbm.Dataset(iris.data, label=iris.target, feature_name=names)
        lightgbm.train(settings, data).save_model(place(f"lightgbm/{folder}/model.bst"))


def prices():
    """Houses with their kinds and sizes, and the logarithm of what was paid for them."""
    chance = numpy.random.default_rng(0)
    words = {
        "MSZoning": ["RL", "RM", "FV"], "LotShape": ["Reg", "IR1", "IR2"], "Utilities": ["AllPub", "NoSeWa"],
        "Neighborhood": ["CollgCr", "Veenker", "Crawfor", "NoRidge"], "SaleType": ["WD", "New", "COD"],
    }
    numbers = {"LotArea": (1500, 20000), "YrSold": (2006, 2011), "OverallQual": (1, 11), "YearBuilt": (1900, 2010),
               "GarageArea": (0, 1200)}
    frame = pandas.DataFrame(
        {name: chance.choice(kinds, 300) for name, kinds in words.items()}
        | {name: chance.integers(low, high, 300) for name, (low, high) in numbers.items()})
    paid = 11 + 0.15 * frame["OverallQual"].to_numpy() + chance.normal(0, 0.1, 300)
    frame.loc[0] = {"MSZoning": "RL", "LotArea": 8450, "LotShape": "Reg", "Utilities": "AllPub", "YrSold": 2008,
                    "Neighborhood": "CollgCr", "OverallQual": 7, "YearBuilt": 2003, "SaleType": "WD", "GarageArea": 548}
    paid[0] = 12.202832815138274
    columns = make_column_transformer((OneHotEncoder(), list(words)), remainder="passthrough", sparse_threshold=0)
    model = make_pipeline(columns, DecisionTreeRegressor(random_state=0)).fit(frame, paid)
    joblib.dump(model, place("sklearn/1.3/mixedtype/model.joblib"))


def news():
    """Texts of twenty groups; the last is the one that the test's text belongs to."""
    topics = [
        "god atheism belief argument moral", "image graphics pixel polygon render", "windows driver file dos manager",
        "ibm scsi drive controller bus", "apple mac quadra monitor simm", "xterm motif widget server display",
        "sale offer shipping price condition", "car engine dealer oil tires", "bike motorcycle ride helmet dod",
        "baseball pitcher team hit season", "hockey goal playoff nhl team", "key encryption clipper chip security",
        "circuit voltage amp battery wire", "patient doctor disease medical treatment", "space orbit nasa launch moon",
        "church jesus christ bible faith", "gun weapon firearm police fbi", "israel arab jews turkish armenian",
        "president government tax congress money", "order law word sin quoting man knowledge magick frater years",
    ]
    texts, groups = [], []
    for group, words in enumerate(topics):
        words = words.split()
        for turn in range(len(words)):
            texts.append(" ".join(words[turn:] + words[:turn] + [words[turn]] * 2))
            groups.append(group)
    model = make_pipeline(CountVectorizer(), TfidfTransformer(), MultinomialNB()).fit(texts, groups)
    joblib.dump(model, place("sklearn/newsgroup/model.joblib"))


def pmml():
    """A decision tree over iris, written as R's rpart and pmml packages write one."""
    tree = DecisionTreeClassifier(max_depth=2, random_state=0).fit(iris.data, iris.target).tree_
    fields = ["Sepal_Length", "Sepal_Width", "Petal_Length", "Petal_Width"]
    kinds = list(iris.target_names)

    def node(index, predicate, identity):
        counts = numpy.round(tree.value[index][0] * tree.n_node_samples[index]).astype(int)
        spread = "".join(
            f'<ScoreDistribution value="{kind}" recordCount="{count}" confidence="{count / counts.sum():.10g}"/>'
            for kind, count in zip(kinds, counts))
        inner = ""
        if tree.children_left[index] >= 0:
            field, bound = fields[tree.feature[index]], tree.threshold[index]
            sides = ((tree.children_left[index], "lessOrEqual"), (tree.children_right[index], "greaterThan"))
            inner = "".join(
                node(child, f'<SimplePredicate field="{field}" operator="{operator}" value="{bound:.10g}"/>',
                     2 * identity + side)
                for side, (child, operator) in enumerate(sides))
        score = kinds[int(counts.argmax())]
        return (f'<Node id="{identity}" score="{score}" recordCount="{counts.sum()}">'
                f"{predicate}{spread}{inner}</Node>\n")

    dictionary = "".join(f'<DataField name="{name}" optype="continuous" dataType="double"/>' for name in fields)
    values = "".join(f'<Value value="{kind}"/>' for kind in kinds)
    mining = "".join(f'<MiningField name="{name}"/>' for name in fields)
    outputs = "".join(
        f'<OutputField name="Probability_{kind}" optype="continuous" dataType="double" feature="probability" value="{kind}"/>'
        for kind in kinds)
    place("pmml/single_iris_dectree.pmml").write_text(f"""<?xml version="1.0"?>
<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4">
<Header/>
<DataDictionary>{dictionary}
<DataField name="Species" optype="categorical" dataType="string">{values}</DataField></DataDictionary>
<TreeModel functionName="classification" splitCharacteristic="binarySplit">
<MiningSchema>{mining}<MiningField name="Species" usageType="target"/></MiningSchema>
<Output>{outputs}<OutputField name="Node_Id" optype="categorical" dataType="string" feature="entityId"/></Output>
{node(0, "<True/>", 1)}</TreeModel>
</PMML>
""")


def rollouts():
    """Two versions of a model that nobody loads: what stands in for their server only listens."""
    for folder in ("flowers", "flowers-2"):
        place(f"tensorflow/{folder}/README").write_text("a version to be rolled out\n")


sklearn_models()
rollouts()
xgboost_models()
lightgbm_models()
prices()
news()
pmml()
