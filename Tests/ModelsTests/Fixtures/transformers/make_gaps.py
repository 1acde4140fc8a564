"""Imputers, indicators, target encoders and unions: python3 make_gaps.py (scikit-learn 1.9.1)."""
import numpy as np
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import KNNImputer, MissingIndicator
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, StandardScaler, TargetEncoder

from cases import Family

random = np.random.RandomState(3)
full = np.round(random.randn(30, 4) * [1, 2, 3, 4], 3)
train = np.where(random.rand(30, 4) < 0.2, np.nan, full)
rows = np.where(random.rand(9, 4) < 0.3, np.nan, np.round(random.randn(9, 4), 3))
rows[0], rows[1], rows[2] = np.nan, [1, 2, 3, 4], train[5]
empty = train.copy()
empty[:, 2] = np.nan
classes = np.arange(30) % 3
family = Family("gaps")
add = family.add

for arguments in ({}, {"n_neighbors": 3}, {"n_neighbors": 100}, {"weights": "distance"}, {"add_indicator": True}):
    add(f"neighbours {arguments}", KNNImputer(**arguments), train, rows)
# Whole numbers, of which scikit-learn's own distances are exact.
whole = np.round(full * 3)
add("neighbours, exact", KNNImputer(weights="distance", n_neighbors=4), whole, np.where([[0, 1, 0, 0]], np.nan, whole[:3]))
add("neighbours, empty column", KNNImputer(), empty, rows)
add("neighbours, empty column kept", KNNImputer(keep_empty_features=True), empty, rows)
add("neighbours, minus one is missing", KNNImputer(missing_values=-1), np.nan_to_num(train, nan=-1), np.nan_to_num(rows, nan=-1))
add("indicator", MissingIndicator(), train, rows)
add("indicator of all", MissingIndicator(features="all"), train, rows)
some = np.column_stack([train[:, 0], full[:, 1], train[:, 2], full[:, 3]])
add("indicator, new ones", MissingIndicator(), some, rows, error=True)
add("indicator, new ones allowed", MissingIndicator(error_on_new=False), some, rows)

kinds = np.column_stack([random.randint(0, 4, 30), random.randint(0, 3, 30)]).astype(float)
asked = [[0.0, 1.0], [9.0, 2.0], [3.0, 7.0]]
add("target, numbers", TargetEncoder(), kinds, asked, full[:, 0])
add("target, two classes", TargetEncoder(), kinds, asked, classes > 0)
add("target, three classes", TargetEncoder(smooth=2.0), kinds, asked, classes)

union = [("scaled", StandardScaler()), ("parts", PCA(2)), ("best", SelectKBest(k=1))]
add("union", FeatureUnion(union), full, full[:4], classes)
add("union, weighed", FeatureUnion([*union, ("same", "passthrough"), ("none", "drop")], transformer_weights={"parts": 2.5, "same": -1}), full, full[:4], classes)
add("union, sparse", FeatureUnion([("bins", KBinsDiscretizer(3)), ("parts", PCA(2))]), full, full[:4], classes)
add("union before others", make_pipeline(FeatureUnion(union), PCA(2)), full, full[:4], classes)
texts = ["the quick fox", "a lazy dog", "the dog"]
add("union of texts", FeatureUnion([("words", CountVectorizer()), ("letters", HashingVectorizer(analyzer="char", n_features=8))]), texts, texts)
family.write()
