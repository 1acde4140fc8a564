"""The models of the speed table: one estimator or more of each family, trained here, and rows to ask them for."""
import dataclasses
import typing

import numpy
import pandas
from sklearn import (
    calibration, cluster, compose, cross_decomposition, datasets, decomposition, discriminant_analysis, ensemble,
    feature_extraction, feature_selection, gaussian_process, impute, kernel_approximation, kernel_ridge, linear_model,
    mixture, multiclass, multioutput, naive_bayes, neighbors, neural_network, pipeline, preprocessing, svm, tree,
)

ROWS = 1000
WORDS = 4000


@dataclasses.dataclass
class Case:
    """A model; `make` gives it trained, with at least 1,000 rows to ask it for."""

    name: str
    make: typing.Callable[[], tuple]
    method: str = "predict"
    #: What saves and asks it: sklearn, xgboost, lightgbm, catboost or onnx.
    library: str = "sklearn"


def numbers(columns=30, classes=2, count=4000, seed=1):
    informative = max(2, columns // 2)
    rows, kinds = datasets.make_classification(
        count + ROWS, columns, n_informative=informative, n_redundant=0, n_classes=classes, random_state=seed
    )
    rows = numpy.round(rows, 4)
    return rows[:count], kinds[:count], rows[count:]


def values(columns=30, outputs=1, count=4000, seed=2):
    rows, answers = datasets.make_regression(
        count + ROWS, columns, n_targets=outputs, noise=5, random_state=seed
    )
    rows = numpy.round(rows, 4)
    return rows[:count], answers[:count] / 100, rows[count:]


def positive(columns=30, classes=4):
    rows, kinds, asked = numbers(columns, classes)
    return numpy.floor(numpy.abs(rows)), kinds, numpy.floor(numpy.abs(asked))


def holes(columns=30):
    """Rows of which a twentieth is missing."""
    rows, kinds, asked = numbers(columns)
    chance = numpy.random.RandomState(3)
    for part in (rows, asked):
        part[chance.rand(*part.shape) < 0.05] = numpy.nan
    return rows, kinds, asked


def categories(columns=8):
    chance = numpy.random.RandomState(4)
    rows = chance.randint(0, 12, (5000, columns)).astype(float)
    return rows[:4000], (rows.sum(axis=1) % 3)[:4000].astype(int), rows[4000:]


def texts(count=3000, length=60):
    """Texts of made-up words, as frequent as words of a language are; each kind prefers some of them."""
    chance = numpy.random.RandomState(5)
    syllables = [a + b for a in "bcdfghklmnprstvwz" for b in ("a", "e", "i", "o", "u", "ai", "ou")]
    words = ["".join(chance.choice(syllables, chance.randint(1, 5))) for _ in range(WORDS)]
    share = 1 / numpy.arange(1, WORDS + 1)
    rows, kinds = [], []
    for index in range(count + ROWS):
        kind = index % 4
        own = share * numpy.where(numpy.arange(WORDS) % 4 == kind, 3, 1)
        chosen = chance.choice(WORDS, chance.randint(length // 2, length * 3 // 2), p=own / own.sum())
        rows.append(" ".join(words[at] for at in chosen).capitalize() + ".")
        kinds.append(kind)
    return rows[:count], numpy.array(kinds[:count]), rows[count:]


def passengers(count=3000):
    """A data frame of numbers and names, with holes."""
    chance = numpy.random.RandomState(6)
    total = count + ROWS
    age = numpy.round(chance.uniform(1, 80, total), 1)
    age[chance.rand(total) < 0.1] = numpy.nan
    frame = pandas.DataFrame(
        {
            "age": age,
            "fare": numpy.round(chance.gamma(2, 15, total), 2),
            "relatives": chance.randint(0, 6, total).astype(float),
            "sex": chance.choice(["male", "female"], total),
            "port": chance.choice(["S", "C", "Q"], total),
            "deck": chance.choice(list("ABCDEFG"), total),
        }
    )
    kinds = ((frame["sex"] == "female") ^ (frame["fare"] > 40)).astype(int).to_numpy()
    return frame[:count], kinds[:count], frame[count:].reset_index(drop=True)


def fitted(estimator, data):
    rows, answers, asked = data
    return estimator.fit(rows, answers), asked


def plain(estimator, source=numbers, **options):
    """A case's `make`: the estimator fitted to a source of data."""
    return lambda: fitted(estimator, source(**options))


def family(prefix, table, method="predict"):
    return [Case(f"{prefix}{name}", make, method) for name, make in table.items()]


def forest(count=100):
    return ensemble.RandomForestClassifier(count, random_state=0)


def logistic():
    return linear_model.LogisticRegression(max_iter=500)


def scaled(last):
    return pipeline.make_pipeline(preprocessing.StandardScaler(), last)


LINEAR = family("", {
    "LinearRegression, 30": plain(linear_model.LinearRegression(), values),
    "Ridge, 30 to 8": plain(linear_model.Ridge(), values, outputs=8),
    "PoissonRegressor, 30": lambda: fitted_positive(linear_model.PoissonRegressor(max_iter=50)),
    "LogisticRegression, 30": plain(logistic()),
    "LogisticRegression, 64, 10 classes": plain(logistic(), columns=64, classes=10),
    "SGDClassifier, 30, 4 classes": plain(linear_model.SGDClassifier(random_state=0), classes=4),
    "PLSRegression, 30": plain(cross_decomposition.PLSRegression(5), values),
}) + family("predict_proba: ", {
    "LogisticRegression, 64, 10 classes": plain(logistic(), columns=64, classes=10),
    "GaussianNB, 30, 4 classes": plain(naive_bayes.GaussianNB(), classes=4),
}, "predict_proba")

MACHINES = family("", {
    "SVC rbf, 30": plain(svm.SVC(), count=2000),
    "SVC poly, 30, 4 classes": plain(svm.SVC(kernel="poly"), count=2000, classes=4),
    "SVC sigmoid, 30": plain(svm.SVC(kernel="sigmoid"), count=2000),
    "SVC linear, 30": plain(svm.SVC(kernel="linear", max_iter=20000), count=1000),
    "LinearSVC, 30": plain(svm.LinearSVC(dual=False)),
    "SVR rbf, 30": plain(svm.SVR(), values, count=2000),
    "OneClassSVM, 30": plain(svm.OneClassSVM(nu=0.2), count=2000),
})

NEIGHBORS = family("", {
    "KNeighbors brute, 4,000 x 30": plain(neighbors.KNeighborsClassifier(algorithm="brute")),
    "KNeighbors kd-tree, 4,000 x 6": plain(neighbors.KNeighborsClassifier(algorithm="kd_tree"), columns=6),
    "KNeighbors ball tree, 4,000 x 6": plain(neighbors.KNeighborsClassifier(algorithm="ball_tree"), columns=6),
    "KNeighbors manhattan kd-tree, 4,000 x 6": plain(
        neighbors.KNeighborsRegressor(metric="manhattan", algorithm="kd_tree", weights="distance"), values, columns=6
    ),
    "KNeighbors cosine brute, 4,000 x 30": plain(neighbors.KNeighborsClassifier(metric="cosine")),
    "KNeighbors chebyshev brute, 4,000 x 30": plain(
        neighbors.KNeighborsClassifier(metric="chebyshev", algorithm="brute")
    ),
    "RadiusNeighbors, 4,000 x 4": plain(neighbors.RadiusNeighborsRegressor(1.0), values, columns=4),
    "LocalOutlierFactor, 2,000 x 6": plain(neighbors.LocalOutlierFactor(novelty=True), columns=6, count=2000),
    "NearestCentroid, 30, 4 classes": plain(neighbors.NearestCentroid(), classes=4),
})

BAYES = family("", {
    "GaussianNB, 30, 4 classes": plain(naive_bayes.GaussianNB(), classes=4),
    "MultinomialNB, 30, 4 classes": plain(naive_bayes.MultinomialNB(), positive),
    "BernoulliNB, 30, 4 classes": plain(naive_bayes.BernoulliNB(), classes=4),
    "CategoricalNB, 8": plain(naive_bayes.CategoricalNB(), categories),
    "LDA, 30, 4 classes": plain(discriminant_analysis.LinearDiscriminantAnalysis(), classes=4),
    "QDA, 30, 4 classes": plain(discriminant_analysis.QuadraticDiscriminantAnalysis(), classes=4),
})

TREES = family("", {
    "DecisionTree, 30": plain(tree.DecisionTreeClassifier(random_state=0)),
    "RandomForest 100, 30, 4 classes": plain(forest(), classes=4),
    "RandomForestRegressor 100, 30": plain(ensemble.RandomForestRegressor(100, random_state=0), values, count=2000),
    "ExtraTrees 100, 30": plain(ensemble.ExtraTreesClassifier(100, random_state=0)),
    "GradientBoosting 100, 30": plain(ensemble.GradientBoostingClassifier(random_state=0)),
    "HistGradientBoosting, 30": plain(ensemble.HistGradientBoostingClassifier(random_state=0)),
    "HistGradientBoosting, holes, 4 classes": lambda: fitted(
        ensemble.HistGradientBoostingClassifier(max_iter=40, random_state=0), (lambda d: (d[0], d[1] + 2 * (d[0][:, 0] > 0), d[2]))(holes())
    ),
    "IsolationForest 100, 30": plain(ensemble.IsolationForest(random_state=0)),
})

META = family("", {
    "AdaBoost 50, 30": plain(ensemble.AdaBoostClassifier(random_state=0)),
    "Bagging of 10 trees, 30": plain(ensemble.BaggingClassifier(random_state=0)),
    "Bagging of 10 logistics, 30": plain(ensemble.BaggingClassifier(logistic(), random_state=0)),
    "Voting soft, 30": plain(ensemble.VotingClassifier(
        [("a", scaled(logistic())), ("b", naive_bayes.GaussianNB()), ("c", forest(20))], voting="soft"
    )),
    "Stacking, 30": plain(ensemble.StackingClassifier(
        [("a", scaled(logistic())), ("b", naive_bayes.GaussianNB())], logistic(), cv=3
    )),
    "Calibrated LinearSVC, 30": plain(calibration.CalibratedClassifierCV(svm.LinearSVC(dual=False), cv=3)),
    "Calibrated isotonic forest, 30": plain(
        calibration.CalibratedClassifierCV(forest(20), method="isotonic", cv=3), count=2000
    ),
    "OneVsRest of logistics, 30, 6 classes": plain(multiclass.OneVsRestClassifier(logistic()), classes=6),
    "OneVsOne of LinearSVC, 30, 5 classes": plain(multiclass.OneVsOneClassifier(svm.LinearSVC(dual=False)), classes=5),
    "MultiOutput of Ridge, 30 to 4": plain(multioutput.MultiOutputRegressor(linear_model.Ridge()), values, outputs=4),
    "RegressorChain of Ridge, 30 to 4": plain(multioutput.RegressorChain(linear_model.Ridge()), values, outputs=4),
})

NETWORKS = family("", {
    f"MLP {'-'.join(str(width) for width in widths)} {activation}, {columns}": plain(
        neural_network.MLPClassifier(widths, activation=activation, max_iter=15, random_state=0), columns=columns
    )
    for widths, activation, columns in [
        ((16,), "relu", 30), ((100,), "relu", 30), ((100,), "tanh", 30), ((100,), "logistic", 30),
        ((256, 128), "relu", 64), ((512, 512), "relu", 64),
    ]
})

CLUSTERS = family("", {
    "KMeans 8, 30": plain(cluster.KMeans(8, n_init=1, random_state=0)),
    "MiniBatchKMeans 50, 30": plain(cluster.MiniBatchKMeans(50, n_init=1, random_state=0)),
    "Birch, 8": plain(cluster.Birch(threshold=2.0, n_clusters=10), columns=8),
    "GaussianMixture full 5, 12": plain(mixture.GaussianMixture(5, random_state=0), columns=12),
    "BayesianGaussianMixture diag 5, 12": plain(
        mixture.BayesianGaussianMixture(n_components=5, covariance_type="diag", random_state=0), columns=12
    ),
    "GaussianProcess, 500 x 8": plain(gaussian_process.GaussianProcessRegressor(optimizer=None), values, columns=8, count=500),
    "KernelRidge rbf, 1,000 x 8": plain(kernel_ridge.KernelRidge(kernel="rbf"), values, columns=8, count=1000),
})

STEPS = family("transform: ", {
    "StandardScaler, 30": plain(preprocessing.StandardScaler()),
    "MinMaxScaler, 30": plain(preprocessing.MinMaxScaler()),
    "RobustScaler, 30": plain(preprocessing.RobustScaler()),
    "Normalizer, 30": plain(preprocessing.Normalizer()),
    "PCA 10, 30": plain(decomposition.PCA(10, random_state=0)),
    "TruncatedSVD 16, 64": plain(decomposition.TruncatedSVD(16, random_state=0), columns=64),
    "NMF 5, 30": plain(decomposition.NMF(5, init="nndsvda", random_state=0), positive),
    "KernelPCA rbf 5, 500 x 8": plain(decomposition.KernelPCA(5, kernel="rbf"), columns=8, count=500),
    "Nystroem 100, 30": plain(kernel_approximation.Nystroem(n_components=100, random_state=0)),
    "RBFSampler 100, 30": plain(kernel_approximation.RBFSampler(random_state=0)),
    "KMeans 8 distances, 30": plain(cluster.KMeans(8, n_init=1, random_state=0)),
    "QuantileTransformer, 30": plain(preprocessing.QuantileTransformer()),
    "QuantileTransformer normal, 30": plain(preprocessing.QuantileTransformer(output_distribution="normal")),
    "PowerTransformer, 30": plain(preprocessing.PowerTransformer()),
    "PolynomialFeatures 2, 30": plain(preprocessing.PolynomialFeatures(2)),
    "SplineTransformer, 10": plain(preprocessing.SplineTransformer(), columns=10),
    "KBinsDiscretizer one-hot, 30": plain(
        preprocessing.KBinsDiscretizer(5, encode="onehot-dense", quantile_method="averaged_inverted_cdf")
    ),
    "OneHotEncoder, 8": plain(preprocessing.OneHotEncoder(sparse_output=False, handle_unknown="ignore"), categories),
    "OrdinalEncoder, 8": plain(preprocessing.OrdinalEncoder(), categories),
    "TargetEncoder, 8": plain(preprocessing.TargetEncoder(random_state=0), categories),
    "SimpleImputer, 30": plain(impute.SimpleImputer(), holes),
    "KNNImputer, 10": lambda: fitted(impute.KNNImputer(), (lambda d: (d[0][:1000], d[1][:1000], d[2]))(holes(10))),
    "SelectKBest 10, 30": plain(feature_selection.SelectKBest(k=10)),
}, "transform")


def fitted_positive(estimator):
    rows, answers, asked = values()
    return estimator.fit(rows, numpy.exp(answers / answers.std() / 2)), asked


def columns_of(last, encoder):
    numeric = pipeline.make_pipeline(impute.SimpleImputer(strategy="median"), preprocessing.StandardScaler())
    return pipeline.make_pipeline(
        compose.ColumnTransformer([("numbers", numeric, ["age", "fare", "relatives"]), ("names", encoder, ["sex", "port", "deck"])]),
        last,
    )


TABLES = family("", {
    "ColumnTransformer, one-hot, LogisticRegression": plain(
        columns_of(logistic(), preprocessing.OneHotEncoder(handle_unknown="ignore")), passengers
    ),
    "ColumnTransformer, ordinal, HistGradientBoosting": plain(
        columns_of(ensemble.HistGradientBoostingClassifier(random_state=0), preprocessing.OrdinalEncoder()), passengers
    ),
})


def words(vectorizer, *rest):
    return lambda: fitted(pipeline.make_pipeline(vectorizer, *rest), texts())


def letters(last):
    vectorizer = feature_extraction.text.TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), max_features=20000)
    return lambda: fitted(pipeline.make_pipeline(vectorizer, last), texts(1000))


def sparse_machine():
    return fitted(pipeline.make_pipeline(feature_extraction.text.TfidfVectorizer(), svm.SVC()), texts(1000))


TEXTS = family("", {
    "CountVectorizer, MultinomialNB": words(feature_extraction.text.CountVectorizer(), naive_bayes.MultinomialNB()),
    "TfidfVectorizer 1-2, LogisticRegression": words(
        feature_extraction.text.TfidfVectorizer(ngram_range=(1, 2), min_df=2), logistic()
    ),
    "HashingVectorizer, SGDClassifier": words(
        feature_extraction.text.HashingVectorizer(n_features=2**18), linear_model.SGDClassifier(random_state=0)
    ),
    "TfidfVectorizer char_wb 2-4, LinearSVC": letters(svm.LinearSVC()),
    "TfidfVectorizer, TruncatedSVD 50, LogisticRegression": words(
        feature_extraction.text.TfidfVectorizer(), decomposition.TruncatedSVD(50, random_state=0), logistic()
    ),
    "TfidfVectorizer, SVC rbf (sparse)": sparse_machine,
})


def xgboost_model(classes, trees, depth=6):
    import xgboost

    rows, kinds, asked = numbers(classes=classes)
    options = {"max_depth": depth, "eta": 0.1}
    options |= {"objective": "binary:logistic"} if classes == 2 else {"objective": "multi:softprob", "num_class": classes}
    return xgboost.train(options, xgboost.DMatrix(rows, kinds), trees), asked


def lightgbm_model(classes, trees):
    import lightgbm

    rows, kinds, asked = numbers(classes=classes)
    options = {"objective": "binary", "verbose": -1} if classes == 2 else {
        "objective": "multiclass", "num_class": classes, "verbose": -1
    }
    return lightgbm.train(options, lightgbm.Dataset(rows, kinds), trees), asked


def catboost_model(trees):
    import catboost

    rows, kinds, asked = numbers()
    model = catboost.CatBoostClassifier(iterations=trees, verbose=False, allow_writing_files=False, random_seed=0)
    return model.fit(rows, kinds), asked


BOOSTERS = [
    Case("XGBoost 100, 30", lambda: xgboost_model(2, 100), library="xgboost"),
    Case("XGBoost 500, 30", lambda: xgboost_model(2, 500), library="xgboost"),
    Case("XGBoost 100, 30, 4 classes", lambda: xgboost_model(4, 100), library="xgboost"),
    Case("LightGBM 100, 30", lambda: lightgbm_model(2, 100), library="lightgbm"),
    Case("LightGBM 500, 30", lambda: lightgbm_model(2, 500), library="lightgbm"),
    Case("LightGBM 100, 30, 4 classes", lambda: lightgbm_model(4, 100), library="lightgbm"),
    Case("CatBoost 200, 30", lambda: catboost_model(200), "predict", library="catboost"),
]

GROUPS = {
    "Linear models": LINEAR, "Support vector machines": MACHINES, "Neighbours": NEIGHBORS, "Bayes and discriminants": BAYES,
    "Trees": TREES, "Estimators of estimators": META, "Networks": NETWORKS, "Clusters, mixtures, processes": CLUSTERS,
    "Data frames": TABLES, "Texts": TEXTS, "Boosters": BOOSTERS, "Transformers by themselves": STEPS,
}
