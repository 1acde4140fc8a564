"""Writes reference.json beside it: what scipy and numpy say of the functions that the room Statistics has itself.

    python make.py      (scipy 1.17.1, numpy 2.4.6, scikit-learn 1.9.1)
"""
import json, pathlib
import numpy as np
from scipy import integrate, spatial, special, stats
from sklearn import metrics
from sklearn.ensemble import IsolationForest

out = {}
out["beta"] = [
    {"x": x, "a": a, "b": b, "lower": special.betainc(a, b, x), "upper": special.betaincc(a, b, x),
     "density": stats.beta.pdf(x, a, b)}
    for a, b in [(0.5, 0.5), (1, 1), (2, 5), (30, 3), (400, 1200), (1, 5000), (25_000, 1_000_000)]
    for x in [1e-6, a / (a + b) * 0.9, a / (a + b), min(0.999, a / (a + b) * 1.1), 0.95]
]
out["betaQuantile"] = [
    {"p": p, "a": a, "b": b, "x": stats.beta.ppf(p, a, b) if p <= 0.5 else stats.beta.isf(1 - p, a, b)}
    for a, b in [(0.5, 0.5), (2, 5), (30, 3), (1, 5000), (400, 1200)] for p in [1e-6, 0.025, 0.5, 0.975]
]
out["chiSquared"] = [
    {"x": x, "k": k, "upper": stats.chi2.sf(x, k)}
    for k in [1, 2, 5, 40, 1000] for x in [0.01, 1, k * 0.7, k * 1.0, k * 1.6, k + 60]
]
out["normalQuantile"] = [
    {"p": p, "x": stats.norm.ppf(p)} for p in [1e-300, 1e-12, 1e-4, 0.02425, 0.3, 0.5, 0.7, 0.975, 0.9999]
]
out["student"] = [
    {"t": t, "degrees": v, "upper": stats.t.sf(t, v), "density": stats.t.pdf(t, v), "quantile975": stats.t.ppf(0.975, v)}
    for v in [1, 2.5, 9, 100, 1e6] for t in [-3, 0, 0.7, 2, 12]
]

rates = [(0, 10), (3, 10), (10, 10), (1, 1000), (57, 1000), (5000, 12000)]
def bounds(k, n, method):
    interval = stats.binomtest(k, n).proportion_ci(0.95, method)
    return [interval.low, interval.high]
out["rates"] = [
    {"successes": k, "trials": n, "wilson": bounds(k, n, "wilson"), "exact": bounds(k, n, "exact")} for k, n in rates
]

chance = np.random.default_rng(20)
def rounded(values): return [round(float(v), 4) for v in values]
pairs = [(rounded(chance.normal(1, 2, 12)), rounded(chance.normal(2, 0.5, 30))),
         (rounded(chance.exponential(3, 25)), rounded(chance.exponential(3, 8)))]
def welch(a, b):
    result = stats.ttest_ind(a, b, equal_var=False)
    interval = result.confidence_interval(0.95)
    own = stats.t.interval(0.95, len(a) - 1, np.mean(a), stats.sem(a))
    return {"first": a, "second": b, "pValue": result.pvalue, "interval": [interval.low, interval.high],
            "mean": np.mean(a), "variance": np.var(a, ddof=1), "own": list(own)}
out["means"] = [welch(a, b) for a, b in pairs]

def newcombe(k1, n1, k2, n2):
    (l1, u1), (l2, u2) = bounds(k1, n1, "wilson"), bounds(k2, n2, "wilson")
    p, q = k1 / n1, k2 / n2
    return [p - q - np.hypot(p - l1, u2 - q), p - q + np.hypot(u1 - p, q - l2)]
out["newcombe"] = [  # the first is of Newcombe 1998, table II (a): 0.0524, 0.3339
    {"counts": c, "interval": newcombe(*c)} for c in [(56, 70, 48, 80), (9, 10, 3, 10), (0, 20, 5, 30)]
]

# Mixtures of likelihood ratios: chances of the counts under beta-binomials over that under the binomial.
def evidence(k, n, p):
    weights = [(0.5, 0.5)] + [(w * p, w * (1 - p)) for w in (100, 1000, 10_000)]
    return np.log(np.mean([stats.betabinom.pmf(k, n, a, b) for a, b in weights]) / stats.binom.pmf(k, n, p))
out["evidence"] = [
    {"successes": k, "trials": n, "rate": p, "log": evidence(k, n, p)}
    for k, n, p in [(0, 20, 0.1), (3, 10, 0.5), (55, 100, 0.5), (12, 1000, 0.02), (460, 10_000, 0.05)]
]

def best(distributions):
    result = []
    for i, d in enumerate(distributions):
        def f(x): return d.pdf(x) * np.prod([o.cdf(x) for j, o in enumerate(distributions) if j != i])
        points = sorted({float(o.ppf(q)) for o in distributions for q in (1e-9, 1e-4, 0.02, 0.2, 0.5, 0.8, 0.98, 1 - 1e-4, 1 - 1e-9)})
        low, high = d.ppf(1e-14), d.isf(1e-14)
        edges = [low] + [p for p in points if low < p < high] + [high]
        result.append(sum(integrate.quad(f, a, b, epsabs=1e-13, epsrel=1e-11)[0] for a, b in zip(edges, edges[1:])))
    return result
betas = [[(1, 1), (1, 1)], [(11, 91), (16, 86)], [(41, 961), (55, 947), (1, 3)], [(3, 1000), (900, 300_000)]]
out["bestRate"] = [{"arms": a, "best": best([stats.beta(*p) for p in a])} for a in betas]
students = [[(29, 1.0, 0.1), (49, 1.1, 0.05)], [(9, 0.0, 1.0), (9, 0.2, 0.01), (500, -0.5, 2.0)]]
out["bestMean"] = [{"arms": a, "best": best([stats.t(v, m, s) for v, m, s in a])} for a in students]

# Drift.
def numbers(a, b):
    result = stats.ks_2samp(a, b, method="exact")
    return {"first": a, "second": b, "statistic": result.statistic, "pValue": result.pvalue,
            "wasserstein": stats.wasserstein_distance(a, b)}
out["driftNumbers"] = [
    numbers(rounded(chance.normal(0, 1, 30)), rounded(chance.normal(0.8, 1, 45))),
    numbers(rounded(chance.normal(0, 1, 20)), rounded(chance.normal(0, 1, 20))),
    numbers([1.0, 2, 2, 3, 3, 3, 9], [2.0, 3, 3, 4, 4, 5, 5, 5, 5, 5, 5]),
]
def large(count, shift):
    a = np.arange(count, dtype=float)
    return {"count": count, "shift": shift, "pValue": stats.ks_2samp(a, a + shift, method="asymp").pvalue}
out["driftLarge"] = [large(4000, 40), large(4000, 130), large(20_000, 300)]
def counts(a, b):
    chi = stats.chi2_contingency([a, b], correction=False)
    p, q = np.maximum(np.array(a) / sum(a), 1e-4), np.maximum(np.array(b) / sum(b), 1e-4)
    return {"first": a, "second": b, "chiSquared": chi.statistic, "pValue": chi.pvalue,
            "stabilityIndex": np.sum((q - p) * np.log(q / p)), "jensenShannon": spatial.distance.jensenshannon(a, b)}
out["driftCounts"] = [counts([10, 20, 30], [12, 18, 33]), counts([100, 0, 50, 7], [10, 20, 50, 70]), counts([5, 5], [5, 5])]
def discrepancy(shift):
    a, b = chance.normal(0, 1, (25, 3)).round(2), (chance.normal(0, 1, (30, 3)) + shift).round(2)
    both = np.vstack([a, b])
    squares = spatial.distance.cdist(both, both, "sqeuclidean")
    kernel = np.exp(-squares / (2 * np.median(spatial.distance.pdist(both, "sqeuclidean"))))
    n, m = len(a), len(b)
    def mean(block): return (block.sum() - np.trace(block)) / (len(block) * (len(block) - 1))
    value = mean(kernel[:n, :n]) + mean(kernel[n:, n:]) - 2 * kernel[:n, n:].mean()
    return {"first": a.tolist(), "second": b.tolist(), "shift": shift, "statistic": value}
out["driftRows"] = [discrepancy(0), discrepancy(1)]
def holm(p):
    order, least, result = np.argsort(p), 0.0, [0.0] * len(p)
    for rank, place in enumerate(order):
        least = max(least, min(1.0, p[place] * (len(p) - rank)))
        result[place] = least
    return result
tests = [0.01, 0.04, 0.03, 0.005, 0.9, 0.2]
out["manyTests"] = [{"pValues": tests, "holm": holm(tests), "hochberg": list(stats.false_discovery_control(tests))}]

# Outliers, and answers whose labels came.
rows = chance.normal(0, 1, (40, 3)).round(2) @ np.array([[2, 0.5, 0], [0, 1, 0.3], [0, 0, 0.1]])
points = rows[:3].tolist() + [[9.0, -3.0, 2.0], [0.0, 0.0, 0.0]]
inverse = np.linalg.inv(np.cov(rows.T))
out["mahalanobis"] = [{"rows": rows.tolist(), "points": points,
                       "squares": [spatial.distance.mahalanobis(p, rows.mean(0), inverse) ** 2 for p in points]}]
forest = IsolationForest(n_estimators=1000, max_samples=60, random_state=1)
rows = chance.normal(0, 1, (60, 2)).round(3)
points = [[0.0, 0.0], [1.0, -1.0], [3.0, 0.0], [4.0, 4.0]]
out["isolation"] = [{"rows": rows.tolist(), "points": points, "scores": list(-forest.fit(rows).score_samples(points))}]
def labels(count):
    truth = chance.integers(0, 2, count)
    scores = np.clip(0.25 + 0.4 * truth + chance.normal(0, 0.25, count), 0.001, 0.999).round(2)
    bins = np.minimum((scores * 10).astype(int), 9)
    error = sum(abs(scores[bins == b].sum() - truth[bins == b].sum()) for b in range(10)) / count
    return {"scores": scores.tolist(), "labels": truth.tolist(), "auc": metrics.roc_auc_score(truth, scores), "calibration": error,
            "brier": metrics.brier_score_loss(truth, scores), "accuracy": metrics.accuracy_score(truth, scores >= 0.5)}
out["labels"] = [labels(20), labels(60)]

def plain(value):
    if isinstance(value, dict): return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)): return [plain(v) for v in value]
    return value if isinstance(value, (str, int)) else float(value)
lines = [f" {json.dumps(k)}: [\n" + ",\n".join("  " + json.dumps(row) for row in plain(rows)) + "\n ]" for k, rows in out.items()]
pathlib.Path(__file__).with_name("reference.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
