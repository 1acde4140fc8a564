"""Scalers, powers, quantiles, bins, products and splines: python3 make_columns.py (scikit-learn 1.9.1)."""
import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    Binarizer, FunctionTransformer, KBinsDiscretizer, MaxAbsScaler, Normalizer, PolynomialFeatures, PowerTransformer,
    QuantileTransformer, RobustScaler, SplineTransformer, StandardScaler,
)

from cases import Family

random = np.random.RandomState(7)
train = np.round(random.randn(60, 3) * [1, 10, 0.1] + [0, 5, -2], 3)
rows = np.round(np.vstack([random.randn(6, 3) * [1, 12, 0.2] + [0, 5, -2], train[:2], np.zeros((1, 3))]), 3)
positive, positive_rows = np.abs(train) + 0.01, np.abs(rows) + 0.02
gaps = rows.copy()
gaps[0, 1] = gaps[2, 0] = np.nan
constant = train * [1, 0, 1]
family = Family("columns")
add = family.add

add("standard", StandardScaler(), train, rows)
add("standard, NaN", StandardScaler(), train, gaps)
add("standard, constant column", StandardScaler(with_mean=False), constant, rows)
add("standard, infinity", StandardScaler(), train, np.full((1, 3), np.inf), error=True)
for arguments in ({}, {"with_centering": False}, {"with_scaling": False}, {"unit_variance": True},
                  {"quantile_range": (10, 60)}):
    add(f"robust {arguments}", RobustScaler(**arguments), train, rows)
add("robust, constant column", RobustScaler(), constant, gaps)
add("max abs", MaxAbsScaler(), constant, gaps)
add("max abs, clipped", MaxAbsScaler(clip=True), train, gaps * 3)
for norm in ("l1", "l2", "max"):
    add(f"normalizer {norm}", Normalizer(norm), train, rows)
add("normalizer, NaN", Normalizer(), train, gaps, error=True)
add("binarizer", Binarizer(threshold=0.5), train, rows)
add("columns do not fit", RobustScaler(), train, rows[:, :2], error=True)

for method in ("yeo-johnson", "box-cox"):
    for standardize in (True, False):
        model = PowerTransformer(method, standardize=standardize)
        add(f"power {method} {standardize}", model, positive, positive_rows)
add("power, negative numbers", PowerTransformer(), train, gaps)
add("power, Box-Cox of zero", PowerTransformer("box-cox"), positive, np.zeros((1, 3)), error=True)
for name, powers in (("0", 0.0), ("2", 2.0)):
    model = PowerTransformer(standardize=False).fit(train)
    model.lambdas_ = np.full(3, powers)
    add(f"power of {name}", model, None, rows)

for distribution in ("uniform", "normal"):
    model = QuantileTransformer(n_quantiles=20, output_distribution=distribution)
    add(f"quantile {distribution}", model, np.round(train, 1), np.vstack([np.round(gaps, 1), rows * 10]))
add("quantile, sparse", make_pipeline(KBinsDiscretizer(3, encode="onehot"), QuantileTransformer(n_quantiles=9)), train, rows)
for encode in ("ordinal", "onehot", "onehot-dense"):
    for strategy in ("uniform", "quantile", "kmeans"):
        add(f"bins {encode} {strategy}", KBinsDiscretizer(4, encode=encode, strategy=strategy), train, rows)
add("bins, at the edges", KBinsDiscretizer(3, encode="ordinal", strategy="uniform"), [[0.0], [3.0]], [[0.0], [1.0], [2.0], [3.0], [9.0], [-9.0]])
add("bins, different numbers", KBinsDiscretizer([2, 3, 5], encode="onehot-dense"), train, rows)
add("bins, constant column", KBinsDiscretizer(3, encode="onehot-dense"), constant, rows)
add("bins, NaN", KBinsDiscretizer(), train, gaps, error=True)

for arguments in ({"degree": 1}, {"degree": 2}, {"degree": 3}, {"degree": 4, "interaction_only": True},
                  {"degree": 2, "include_bias": False}, {"degree": (2, 3)}, {"degree": (3, 3), "include_bias": False},
                  {"degree": (2, 2), "interaction_only": True}, {"degree": 0}):
    add(f"polynomial {arguments}", PolynomialFeatures(**arguments), train, rows)
add("polynomial, sparse", make_pipeline(KBinsDiscretizer(3, encode="onehot"), PolynomialFeatures(3)), train, rows)

for beyond in ("constant", "linear", "continue", "periodic"):
    for arguments in ({}, {"degree": 0}, {"degree": 1}, {"degree": 2, "include_bias": False}, {"knots": "quantile", "n_knots": 7}):
        if (beyond, arguments.get("degree")) != ("constant", 0):
            add(f"spline {beyond} {arguments}", SplineTransformer(extrapolation=beyond, **arguments), train, rows)
add("spline, constant splines within", SplineTransformer(degree=0), train, train[:4])
add("spline, sparse", SplineTransformer(sparse_output=True), train, rows)
add("spline, missing are zeros", SplineTransformer(handle_missing="zeros", extrapolation="linear"), train, gaps)
add("spline, within", SplineTransformer(extrapolation="error"), train, train[:4])
add("spline, beyond", SplineTransformer(extrapolation="error"), train, rows * 10, error=True)
add("spline, NaN", SplineTransformer(), train, gaps, error=True)

for name in ("log1p", "log", "log2", "log10", "sqrt", "cbrt", "exp", "exp2", "expm1", "absolute", "square", "reciprocal", "negative",
             "sign", "sin", "cos", "tan", "arctan", "sinh", "tanh", "arcsinh", "floor", "ceil", "rint", "trunc", "deg2rad", "rad2deg"):
    add(f"function {name}", FunctionTransformer(getattr(np, name)), positive, positive_rows[:3])
add("function, negative numbers", FunctionTransformer(np.log1p), train, rows)
add("function, protocol 0", FunctionTransformer(np.sqrt, validate=True), train, positive_rows, protocol=0)
add("several steps", make_pipeline(FunctionTransformer(np.abs), RobustScaler(), PolynomialFeatures(2), Normalizer()), train, rows)
family.write()
