"""Models of scikit-learn, XGBoost and LightGBM as sklearn2pmml writes them, with JPMML's evaluator as the judge."""

import lightgbm
import numpy
import pandas
import xgboost
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    BayesianRidge,
    ElasticNet,
    GammaRegressor,
    HuberRegressor,
    Lasso,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    QuantileRegressor,
    Ridge,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR, NuSVC, NuSVR, OneClassSVM
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from case import Case
from judge import ask, fit, save


def iris(names=True):
    def rows():
        data = load_iris()
        order = numpy.random.RandomState(7).permutation(150)
        table = pandas.DataFrame(numpy.round(data.data[order], 1), columns=["sl", "sw", "pl", "pw"])
        kinds = data.target[order]
        answers = pandas.Series(numpy.array(["setosa", "versicolor", "virginica"])[kinds] if names else kinds, name="kind")
        return table, answers, pandas.concat([table.iloc[:20], table.iloc[20:50] + 0.0437, table.iloc[50:58] * 3.3 - 4.1])

    return rows


def two():
    table, answers, asked = iris(False)()
    return table, (answers == 1).astype(int).rename("kind"), asked


def numbers():
    random = numpy.random.RandomState(11)
    table = pandas.DataFrame(random.normal(0, 2, (160, 5)), columns=list("abcde"))
    value = table["a"] * 3 - table["b"] ** 2 + numpy.sin(table["c"]) + random.normal(0, 0.3, 160)
    return table.iloc[:120], value.iloc[:120].rename("value"), table.iloc[100:]


def positive():
    table, answers, asked = numbers()
    return table, numpy.round(numpy.exp(answers / 8)).clip(1, 40).rename("value"), asked


def frame(missing=False):
    """Numbers and words together; some missing where the model takes that."""

    def rows():
        random = numpy.random.RandomState(5)
        table = pandas.DataFrame(
            {
                "age": random.randint(18, 80, 200).astype(float),
                "income": numpy.round(random.gamma(3, 900, 200), 2),
                "town": random.choice(["Ulm", "Köln", "Berlin", "Bonn"], 200),
                "plan": random.choice(["basic", "plus", "pro"], 200),
            }
        )
        score = table["age"] / 40 + table["income"] / 4000 + (table["plan"] == "pro") - (table["town"] == "Bonn")
        answers = pandas.Series(numpy.where(score > score.median(), "yes", "no"), name="buys")
        asked = table.iloc[150:].copy()
        if missing:
            asked.loc[asked.index[::7], "age"] = numpy.nan
            asked.loc[asked.index[3::9], "income"] = numpy.nan
        return table.iloc[:170], answers.iloc[:170], asked

    return rows


def frame_numbers(missing=False):
    def rows():
        table, answers, asked = frame(missing)()
        return table, (table["age"] * 2 + table["income"] / 100 + (table["plan"] == "plus") * 9).rename("worth"), asked

    return rows


def texts():
    random = numpy.random.RandomState(3)
    words = "tiger lion wolf bear rose tulip oak fern owl robin swan heron".split()
    rows = [" ".join(random.choice(words, 6)) for _ in range(80)]
    answers = pandas.Series(["cat" if "tiger" in row or "lion" in row else "other" for row in rows], name="kind")
    return pandas.Series(rows, name="text"), answers, pandas.Series(rows[:20] + ["A tiger, an owl.", "nothing known"], name="text")


def case(name, make, data, tolerance=1e-9):
    return Case(f"pmml-{name}", make, data, tolerance, ("predict",), save, fit=fit, ask=ask)


def one_hot(estimator, numeric=StandardScaler):
    def make():
        columns = ColumnTransformer(
            [("n", numeric(), ["age", "income"]), ("c", OneHotEncoder(handle_unknown="ignore"), ["town", "plan"])]
        )
        return [("columns", columns), ("model", estimator())]

    return make


def ordinal(estimator):
    def make():
        columns = ColumnTransformer(
            [("n", "passthrough", ["age", "income"]), ("c", OrdinalEncoder(), ["town", "plan"])]
        )
        return [("columns", columns), ("model", estimator())]

    return make


def after(step, estimator):
    return lambda: [("step", step()), ("model", estimator())]


def alone(estimator):
    return lambda: [("model", estimator())]


CASES = [
    case("tree-names", alone(lambda: DecisionTreeClassifier(max_depth=4, random_state=1)), iris()),
    case("tree-labels", alone(lambda: DecisionTreeClassifier(max_depth=3, random_state=1)), iris(False)),
    case("tree-numbers", alone(lambda: DecisionTreeRegressor(max_depth=6, random_state=1)), numbers),
    case("tree-frame", one_hot(lambda: DecisionTreeClassifier(max_depth=5, random_state=1)), frame()),
    case("forest-names", alone(lambda: RandomForestClassifier(20, max_depth=5, random_state=1)), iris()),
    case("forest-frame", one_hot(lambda: RandomForestClassifier(15, max_depth=6, random_state=1)), frame()),
    case("forest-ordinal", ordinal(lambda: RandomForestClassifier(15, max_depth=6, random_state=1)), frame()),
    case("forest-numbers", alone(lambda: RandomForestRegressor(20, max_depth=6, random_state=1)), numbers),
    case("extra-names", alone(lambda: ExtraTreesClassifier(10, max_depth=5, random_state=1)), iris()),
    case("extra-numbers", alone(lambda: ExtraTreesRegressor(10, max_depth=6, random_state=1)), numbers),
    case("boosting-names", alone(lambda: GradientBoostingClassifier(n_estimators=12, random_state=1)), iris()),
    case("boosting-two", alone(lambda: GradientBoostingClassifier(n_estimators=12, random_state=1)), two),
    case("boosting-numbers", alone(lambda: GradientBoostingRegressor(n_estimators=20, random_state=1)), numbers),
    case("boosting-frame", one_hot(lambda: GradientBoostingClassifier(n_estimators=12, random_state=1)), frame()),
    case("histogram-names", alone(lambda: HistGradientBoostingClassifier(max_iter=8, random_state=1)), iris()),
    case("histogram-numbers", alone(lambda: HistGradientBoostingRegressor(max_iter=12, random_state=1)), numbers),
    case("ada-numbers", alone(lambda: AdaBoostRegressor(n_estimators=8, random_state=1)), numbers),
    case("bagging-names", alone(lambda: BaggingClassifier(n_estimators=5, random_state=1)), iris()),
    case("bagging-numbers", alone(lambda: BaggingRegressor(n_estimators=5, random_state=1)), numbers),
    case("isolation", alone(lambda: IsolationForest(20, random_state=1)), lambda: (numbers()[0], None, numbers()[2])),
    case("xgboost-names", alone(lambda: xgboost.XGBClassifier(n_estimators=8, max_depth=3)), iris(False), 1e-6),
    case("xgboost-two", alone(lambda: xgboost.XGBClassifier(n_estimators=12, max_depth=3)), two, 1e-6),
    case("xgboost-numbers", alone(lambda: xgboost.XGBRegressor(n_estimators=15, max_depth=4)), numbers, 1e-6),
    case("xgboost-missing", ordinal(lambda: xgboost.XGBRegressor(n_estimators=15, max_depth=4)), frame_numbers(True), 1e-6),
    case("lightgbm-names", alone(lambda: lightgbm.LGBMClassifier(n_estimators=8, num_leaves=7, verbose=-1)), iris()),
    case("lightgbm-two", alone(lambda: lightgbm.LGBMClassifier(n_estimators=12, num_leaves=7, verbose=-1)), two),
    case("lightgbm-numbers", alone(lambda: lightgbm.LGBMRegressor(n_estimators=15, num_leaves=9, verbose=-1)), numbers),
    case("lightgbm-missing", ordinal(lambda: lightgbm.LGBMRegressor(n_estimators=12, verbose=-1)), frame_numbers(True)),
    case("linear", alone(LinearRegression), numbers),
    case("linear-frame", one_hot(LinearRegression), frame_numbers()),
    case("ridge-polynomial", after(lambda: PolynomialFeatures(2), Ridge), numbers),
    case("lasso", after(StandardScaler, lambda: Lasso(alpha=0.05)), numbers),
    case("elastic-net", after(RobustScaler, lambda: ElasticNet(alpha=0.05)), numbers),
    case("bayesian-ridge", after(MaxAbsScaler, BayesianRidge), numbers),
    case("huber", after(MinMaxScaler, HuberRegressor), numbers),
    case("poisson", alone(PoissonRegressor), positive),
    case("gamma", alone(GammaRegressor), positive),
    case("quantile", alone(lambda: QuantileRegressor(alpha=0.1)), numbers),
    case("logistic-names", after(StandardScaler, LogisticRegression), iris()),
    case("logistic-two", alone(lambda: LogisticRegression(max_iter=500)), two),
    case("logistic-frame", one_hot(LogisticRegression), frame()),
    case("logistic-bins", after(lambda: KBinsDiscretizer(4, encode="onehot-dense"), LogisticRegression), iris()),
    case("logistic-binary", after(lambda: Binarizer(threshold=3.0), LogisticRegression), iris()),
    case("logistic-pca", after(lambda: PCA(2), LogisticRegression), iris()),
    case("logistic-best", after(lambda: SelectKBest(k=2), LogisticRegression), iris()),
    case("logistic-power", after(PowerTransformer, LogisticRegression), iris()),
    case("logistic-log", after(lambda: FunctionTransformer(numpy.log1p), LogisticRegression), iris()),
    case("logistic-imputed", one_hot(LogisticRegression, SimpleImputer), frame(True)),
    case("one-vs-rest", alone(lambda: OneVsRestClassifier(LogisticRegression())), iris()),
    case("ridge-classifier", alone(RidgeClassifier), iris()),
    case("sgd-log", after(StandardScaler, lambda: SGDClassifier(loss="log_loss", random_state=1)), iris()),
    case("discriminant", alone(LinearDiscriminantAnalysis), iris()),
    case("bayes", alone(GaussianNB), iris()),
    case("network-names", after(StandardScaler, lambda: MLPClassifier((6, 4), max_iter=300, random_state=1)), iris()),
    case("network-two", after(StandardScaler, lambda: MLPClassifier((5,), activation="tanh", max_iter=300, random_state=1)), two),
    case("network-numbers", after(StandardScaler, lambda: MLPRegressor(hidden_layer_sizes=(6,), activation="logistic", max_iter=500, random_state=1)), numbers),
    case("means", after(StandardScaler, lambda: KMeans(4, n_init=3, random_state=1)), lambda: (iris()()[0], None, iris()()[2])),
    case("means-small", alone(lambda: MiniBatchKMeans(3, n_init=3, random_state=1)), lambda: (iris()()[0], None, iris()()[2])),
    case("neighbours-names", alone(lambda: KNeighborsClassifier(5)), iris()),
    case("neighbours-city", alone(lambda: KNeighborsClassifier(3, metric="manhattan")), iris()),
    case("neighbours-numbers", alone(lambda: KNeighborsRegressor(4)), numbers),
    case("svc-names", after(StandardScaler, SVC), iris()),
    case("svc-linear-two", alone(lambda: SVC(kernel="linear")), two),
    case("svc-poly", after(StandardScaler, lambda: SVC(kernel="poly", degree=3, coef0=1.0)), iris()),
    case("nu-svc", after(StandardScaler, lambda: NuSVC(kernel="sigmoid", nu=0.3)), iris()),
    case("svr", after(StandardScaler, SVR), numbers),
    case("nu-svr", after(StandardScaler, lambda: NuSVR(kernel="linear")), numbers),
    case("linear-svc", after(StandardScaler, LinearSVC), iris()),
    case("linear-svr", after(StandardScaler, LinearSVR), numbers),
    case("one-class", after(StandardScaler, OneClassSVM), lambda: (numbers()[0], None, numbers()[2])),
    case("voting-soft", alone(lambda: VotingClassifier([("a", LogisticRegression(max_iter=500)), ("b", DecisionTreeClassifier(max_depth=3))], voting="soft")), iris()),
    case("voting-hard", alone(lambda: VotingClassifier([("a", LogisticRegression(max_iter=500)), ("b", DecisionTreeClassifier(max_depth=3)), ("c", GaussianNB())])), iris()),
    case("voting-numbers", alone(lambda: VotingRegressor([("a", LinearRegression()), ("b", DecisionTreeRegressor(max_depth=3))])), numbers),
    case("stacking-names", alone(lambda: StackingClassifier([("a", LogisticRegression(max_iter=500)), ("b", DecisionTreeClassifier(max_depth=3))])), iris()),
    case("stacking-numbers", alone(lambda: StackingRegressor([("a", LinearRegression()), ("b", DecisionTreeRegressor(max_depth=3))])), numbers),
]
