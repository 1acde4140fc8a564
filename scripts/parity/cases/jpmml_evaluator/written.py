"""Documents written by hand for the rules that exporters seldom use, with JPMML's evaluator as the judge."""

import pathlib
import string

from case import Case
from judge import Document, ask, save

DOCUMENTS = pathlib.Path(__file__).parent / "documents"
NONE = None


def read(name, **values):
    """A document by name; `$name` in it stands for one of the values."""
    text = (DOCUMENTS / f"{name}.pmml").read_text(encoding="utf-8")
    return string.Template(text).substitute(values) if values else text


class Written(Case):
    """A case of a document of the folder, with the values that stand in it."""

    document: str
    values: dict


def case(name, document, rows, tolerance=1e-9, **values):
    made = Written(
        f"pmml-{name}",
        lambda: read(document, **values),
        lambda: (None, None, rows),
        tolerance,
        ("predict",),
        save,
        fit=lambda text, rows, answers: Document(text),
        ask=ask,
    )
    made.document, made.values = document, values
    return made


WEATHER = [
    {"temperature": t, "humidity": h, "windy": w, "outlook": o}
    for t in (75, 45, 93, NONE)
    for h in (55, 85, NONE)
    for w in ("false", NONE)
    for o in ("sunny", "overcast", "rain", NONE)
]
POINTS = [{"x": x, "y": y, "c": c} for x in (-1.5, 0.25, 2, NONE) for y in (0, 1.75, NONE) for c in ("a", "b", "z", NONE)]
PARTLY = [row for row in POINTS if row["x"] is not NONE or row["y"] is not NONE]
WHOLE = [{"x": x, "y": y, "c": c} for x in (-1.5, 0.25, 2.0) for y in (0.0, 1.75) for c in ("a", "b", "z")]
FLAGS = [{"f1": a, "f2": b, "f3": c} for a in (0, 1) for b in (0, 1) for c in (0, 1)]
EDGES = [
    {"n": n, "i": i, "s": s, "f": f}
    for n, i, s, f in [
        (1.5, 3, "one", True), (NONE, NONE, NONE, NONE), (-4.0, 11, "two", False), (99.0, 7, "N/A", True),
        (0.0, -2, "three", False), (10.0, 0, "ONE two", True), (2.5, 2, "", False), (7.25, 100, " pad ", True),
    ]
]

CASES = [
    *(
        case(f"missing-{strategy}-{child}", "weather", WEATHER, strategy=strategy, child=child)
        for strategy in ("none", "nullPrediction", "lastPrediction", "defaultChild")
        for child in ("returnNullPrediction", "returnLastPrediction")
    ),
    case("surrogates", "surrogate", WEATHER),
    *(
        case(f"regression-{method}", "regression", POINTS, method=method)
        for method in ("none", "softmax", "logit", "exp", "probit", "cloglog", "loglog", "cauchit")
    ),
    *(
        case(f"classes-{method}", "classes", POINTS, method=method, op="categorical")
        for method in ("none", "simplemax", "softmax", "logit")
    ),
    *(
        case(f"ordinal-{method}", "classes", POINTS, method=method, op="ordinal")
        for method in ("none", "logit", "probit", "cloglog", "loglog", "cauchit")
    ),
    *(
        case(f"two-{method}", "two", POINTS, method=method)
        for method in ("none", "simplemax", "softmax", "logit", "probit", "cloglog", "loglog", "cauchit")
    ),
    *(
        case(f"segments-{method}-{treatment}", "segments", POINTS, method=method, treatment=treatment)
        for method in ("average", "weightedAverage", "sum", "weightedSum", "median", "weightedMedian")
        for treatment in ("continue", "skipSegment", "returnMissing")
    ),
    *(
        case(f"votes-{method}-{treatment}", "votes", PARTLY, method=method, treatment=treatment)
        for method in ("majorityVote", "weightedMajorityVote", "average", "weightedAverage", "median", "max")
        for treatment in ("skipSegment", "returnMissing")
    ),
    case("select-first", "select", POINTS, method="selectFirst"),
    case("chain", "chain", POINTS),
    *(case(f"scorecard-{way}", "scorecard", POINTS, way=way) for way in ("pointsBelow", "pointsAbove")),
    *(
        case(f"network-{function}", "network", WHOLE, function=function)
        for function in (
            "threshold", "logistic", "tanh", "identity", "exponential", "reciprocal", "square", "Gauss", "sine",
            "cosine", "Elliott", "arctan", "rectifier", "radialBasis",
        )
    ),
    case("network-number", "network-number", WHOLE),
    *(
        case(f"clusters-{measure.split()[0]}-{compare}", "clusters", PARTLY, measure=measure, compare=compare)
        for measure, compare in (
            ("euclidean", "absDiff"), ("squaredEuclidean", "absDiff"), ("chebychev", "absDiff"), ("cityBlock", "absDiff"),
            ('minkowski p-parameter="3"', "absDiff"), ("cityBlock", "delta"), ("cityBlock", "equal"),
        )
    ),
    *(
        case(f"similar-{measure}", "similar", FLAGS, measure=words)
        for measure, words in (
            ("matching", "simpleMatching"), ("jaccard", "jaccard"), ("tanimoto", "tanimoto"),
            ("binary", 'binarySimilarity c00-parameter="0.5" c01-parameter="0" c10-parameter="0.25" c11-parameter="1" '
                       'd00-parameter="1" d01-parameter="1" d10-parameter="1" d11-parameter="1"'),
        )
    ),
    case("bayes-counts", "bayes", POINTS),
    *(
        case(f"machines-{kernel.split('Kernel')[0]}", "machines", WHOLE, kernel=kernel)
        for kernel in (
            "LinearKernelType", 'PolynomialKernelType gamma="0.5" coef0="1" degree="2"',
            'RadialBasisKernelType gamma="0.7"', 'SigmoidKernelType gamma="0.3" coef0="0.1"',
        )
    ),
    case("machines-one-against-all", "machines-all", WHOLE),
    *(
        case(f"neighbours-{method}", "neighbours", POINTS, method=method)
        for method in ("majorityVote", "weightedMajorityVote")
    ),
    *(
        case(f"neighbours-number-{method}", "neighbours-number", POINTS, method=method)
        for method in ("average", "weightedAverage", "median")
    ),
    *(case(f"rules-{criterion}", "rules", WEATHER, criterion=criterion) for criterion in ("firstHit", "weightedSum", "weightedMax")),
    *(
        case(f"general-{link}", "general", POINTS, link=link, extra=extra)
        for link, extra in (
            ("identity", ""), ("log", ""), ("logit", ""), ("cloglog", ""), ("loglog", ""), ("probit", ""), ("logc", ""),
            ("negbin", 'distParameter="2"'), ("power", 'linkParameter="2"'), ("oddspower", 'linkParameter="0.5"'),
        )
    ),
    case("general-multinomial", "multinomial", POINTS),
    *(
        case(f"general-ordinal-{link}", "cumulative", POINTS, link=link)
        for link in ("logit", "probit", "cloglog", "loglog", "cauchit")
    ),
    case("cox", "cox", [{"x": x, "t": t, "g": g} for x in (0.5, 2.0) for t in (0.5, 1.0, 3.7, 9.0) for g in ("a", "b", "c")]),
    case("treatments", "treatments", EDGES),
    case("transformations", "transformations", EDGES),
    case("functions", "functions", [{"x": x, "y": y, "s": s} for x in (2.0, -1.5, 0.3) for y in (3, 7) for s in ("Abc d", " x ")]),
    case("targets", "targets", POINTS),
]
