"""Makes small ONNX models of every type and form, and what Python's onnxruntime answers: models/*.onnx and golden.json.

Needs onnx, onnxruntime, skl2onnx, scikit-learn, pandas, ml_dtypes (made with onnx 1.23, onnxruntime 1.31, scikit-learn 1.9).
Tensors are written as {"type", "shape", "data"}; halves, bfloat16 and 64-bit integers as texts, lest they be rounded.
"""
import json, pathlib, sys

import ml_dtypes
import numpy as np
import onnx
import pandas
import onnxruntime
from onnx import TensorProto as T, helper, numpy_helper

here = pathlib.Path(__file__).resolve().parent
folder = here / "models"
folder.mkdir(exist_ok=True)
for old in folder.rglob("*"):
    if old.is_file():
        old.unlink()
cases = []
OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
WORDS = {
    T.FLOAT: "float32", T.DOUBLE: "float64", T.FLOAT16: "float16", T.BFLOAT16: "bfloat16", T.INT8: "int8", T.INT16: "int16",
    T.INT32: "int32", T.INT64: "int64", T.UINT8: "uint8", T.UINT16: "uint16", T.UINT32: "uint32", T.UINT64: "uint64",
    T.BOOL: "bool", T.STRING: "bytes",
}


def value(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def save(name, nodes, inputs, outputs, initializers=(), opsets=OPSETS, **more):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers), **more)
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="fixtures", producer_version="1")
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString())


def word(array):
    if array.dtype == ml_dtypes.bfloat16:
        return "bfloat16"
    return "bytes" if array.dtype.kind in "OUS" else str(array.dtype)


def spelt(array):
    """A tensor as JSON, flat."""
    array = np.asarray(array)
    kind = word(array)
    flat = array.reshape(-1)
    if kind in ("float16", "bfloat16"):
        data = [f"{bits:04x}" for bits in flat.view(np.uint16).tolist()]
    elif kind in ("int64", "uint64"):
        data = [str(number) for number in flat.tolist()]
    elif kind == "bytes":
        data = [str(text) for text in flat.tolist()]
    else:
        data = flat.tolist()
    return {"type": kind, "shape": list(array.shape), "data": data}


def told(answer):
    if answer is None:
        return None
    if isinstance(answer, list):
        return [told(element) for element in answer]
    if isinstance(answer, dict):
        keys = list(answer)
        return {"keys": spelt(np.array(keys, object if isinstance(keys[0], str) else np.int64)),
                "values": spelt(np.array(list(answer.values()), np.float32))}
    return spelt(answer)


def ask(name, feeds, wanted=None, answers=None):
    """Keeps a case: what onnxruntime answers, or what is given where Python's own form of a type is another."""
    if answers is None:
        session = onnxruntime.InferenceSession(folder / f"{name}.onnx", providers=["CPUExecutionProvider"])
        names = wanted or [output.name for output in session.get_outputs()]
        answers = session.run(names, feeds)
    inputs = {key: told(feed) if isinstance(feed, dict) else {"sequence": [spelt(f) for f in feed]} if isinstance(feed, list) else spelt(feed)
              for key, feed in feeds.items()}
    cases.append({"model": name, "inputs": inputs, "outputs": wanted, "answers": [told(answer) for answer in answers]})


# One model of each element type: it hands its input on.
SAMPLES = {
    T.FLOAT: np.array([[1.5, -0.0], [np.float32(0.1), 3e38]], np.float32),
    T.DOUBLE: np.array([[0.1, 1e300], [-2.5, 5e-324]]),
    T.FLOAT16: np.array([[0.1, 65504], [-1, 6e-8]], np.float16),
    T.INT8: np.array([[-128, 127], [0, 1]], np.int8),
    T.INT16: np.array([[-32768, 32767], [0, 1]], np.int16),
    T.INT32: np.array([[-(2**31), 2**31 - 1], [0, 1]], np.int32),
    T.INT64: np.array([[-(2**63), 2**63 - 1], [2**53 + 1, 1]], np.int64),
    T.UINT8: np.array([[0, 255], [7, 1]], np.uint8),
    T.UINT16: np.array([[0, 65535], [7, 1]], np.uint16),
    T.UINT32: np.array([[0, 2**32 - 1], [7, 1]], np.uint32),
    T.UINT64: np.array([[0, 2**64 - 1], [7, 1]], np.uint64),
    T.BOOL: np.array([[True, False], [False, True]]),
    T.STRING: np.array([["", "käse"], ["汉字", "a\nb\"c"]], object),
}
for kind, sample in SAMPLES.items():
    name = f"same-{WORDS[kind]}"
    save(name, [helper.make_node("Identity", ["x"], ["y"])], [value("x", kind, ["n", 2])], [value("y", kind, ["n", 2])])
    ask(name, {"x": sample})

# bfloat16 has no form in Python's onnxruntime: the bits go in and out by a cast from and to float.
save("same-bfloat16", [helper.make_node("Identity", ["x"], ["y"])], [value("x", T.BFLOAT16, ["n"])], [value("y", T.BFLOAT16, ["n"])])
halves = np.array([0.1, -1, 3e38], ml_dtypes.bfloat16)
ask("same-bfloat16", {"x": halves}, answers=[halves])
save("cast-bfloat16", [helper.make_node("Cast", ["x"], ["y"], to=T.FLOAT)], [value("x", T.BFLOAT16, ["n"])], [value("y", T.FLOAT, ["n"])])
ask("cast-bfloat16", {"x": halves}, answers=[halves.astype(np.float32)])

# Ranks: a scalar, five axes, an empty batch, any rank.
save("scalar", [helper.make_node("Mul", ["x", "x"], ["y"])], [value("x", T.FLOAT, [])], [value("y", T.FLOAT, [])])
ask("scalar", {"x": np.array(3, np.float32)})
save("five-axes", [helper.make_node("ReduceSum", ["x"], ["y"], keepdims=0)], [value("x", T.FLOAT, ["n", 1, 2, "w", 2])], [value("y", T.FLOAT, [])])
ask("five-axes", {"x": np.arange(24, dtype=np.float32).reshape(2, 1, 2, 3, 2)})
save("free-rank", [helper.make_node("Shape", ["x"], ["y"])], [value("x", T.FLOAT, None)], [value("y", T.INT64, ["r"])])
ask("free-rank", {"x": np.zeros((2, 0, 3), np.float32)})
ask("free-rank", {"x": np.array(1, np.float32)})
ask("same-float32", {"x": np.zeros((0, 2), np.float32)})

# Several inputs and outputs of several types; only some of the outputs; an input that may be left out.
save(
    "several",
    [
        helper.make_node("MatMul", ["a", "b"], ["product"]),
        helper.make_node("Cast", ["flag"], ["number"], to=T.FLOAT),
        helper.make_node("Mul", ["product", "number"], ["masked"]),
        helper.make_node("ReduceMax", ["product"], ["largest"], keepdims=0),
    ],
    [value("a", T.FLOAT, ["n", "k"]), value("b", T.FLOAT, ["k", 2]), value("flag", T.BOOL, ["n", 1])],
    [value("masked", T.FLOAT, ["n", 2]), value("product", T.FLOAT, ["n", 2]), value("largest", T.FLOAT, [])],
)
feeds = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones((3, 2), np.float32), "flag": np.array([[True], [False]])}
ask("several", feeds)
ask("several", feeds, ["largest", "masked"])
save(
    "default",
    [helper.make_node("Add", ["x", "bias"], ["y"])],
    [value("x", T.FLOAT, ["n"]), value("bias", T.FLOAT, [1])],
    [value("y", T.FLOAT, ["n"])],
    [numpy_helper.from_array(np.array([10], np.float32), "bias")],
)
ask("default", {"x": np.array([1, 2], np.float32)})
ask("default", {"x": np.array([1, 2], np.float32), "bias": np.array([-1], np.float32)})

# Sequences of tensors, in and out; a sequence of texts; an optional that is empty and one that is not; a map.
sequence = helper.make_tensor_sequence_value_info
save("split", [helper.make_node("SplitToSequence", ["x"], ["s"], axis=0)], [value("x", T.FLOAT, ["n", 2])], [sequence("s", T.FLOAT, None)])
ask("split", {"x": np.arange(6, dtype=np.float32).reshape(3, 2)})
save("join", [helper.make_node("ConcatFromSequence", ["s"], ["y"], axis=0)], [sequence("s", T.INT64, None)], [value("y", T.INT64, None)])
ask("join", {"s": [np.array([1, 2], np.int64), np.array([3, 4], np.int64)]})
save("ragged", [helper.make_node("SequenceConstruct", ["a", "b"], ["s"])], [value("a", T.FLOAT, ["n"]), value("b", T.FLOAT, ["m"])], [sequence("s", T.FLOAT, None)])
ask("ragged", {"a": np.array([1], np.float32), "b": np.array([2, 3], np.float32)})
save("words", [helper.make_node("SequenceConstruct", ["a", "b"], ["s"])], [value("a", T.STRING, ["n"]), value("b", T.STRING, ["n"])], [sequence("s", T.STRING, None)])
ask("words", {"a": np.array(["x"], object), "b": np.array(["ü"], object)})
optional = helper.make_optional_type_proto(helper.make_tensor_type_proto(T.FLOAT, ["n"]))
save(
    "optional",
    [helper.make_node("Optional", ["x"], ["full"]), helper.make_node("Optional", [], ["none"], type=helper.make_tensor_type_proto(T.FLOAT, ["n"]))],
    [value("x", T.FLOAT, ["n"])],
    [helper.make_value_info("full", optional), helper.make_value_info("none", optional)],
)
ask("optional", {"x": np.array([1, 2], np.float32)})
names = helper.make_value_info("x", helper.make_map_type_proto(T.STRING, helper.make_tensor_type_proto(T.FLOAT, [])))
save("map", [helper.make_node("DictVectorizer", ["x"], ["y"], domain="ai.onnx.ml", string_vocabulary=["a", "b", "c"])], [names], [value("y", T.FLOAT, [1, 3])])
ask("map", {"x": {"c": 3.0, "a": 1.0}})

# What scikit-learn's models become: labels of both kinds, probabilities as maps and as rows, texts, columns by name.
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType

rows, classes = load_iris(return_X_y=True)
rows = rows.astype(np.float32)
asked = rows[[0, 60, 140]]


def convert(name, model, **how):
    onx = to_onnx(model, rows[:1] if "initial_types" not in how else None, target_opset={"": 17, "ai.onnx.ml": 3}, **how)
    (folder / f"{name}.onnx").write_bytes(onx.SerializeToString())


iris = LogisticRegression(max_iter=1000).fit(rows, classes)
convert("iris-maps", iris)
convert("iris-rows", iris, options={"zipmap": False})
convert("iris-columns", iris, options={"zipmap": "columns"})
named = LogisticRegression(max_iter=1000).fit(rows, np.array(["setosa", "versicolor", "virginica"])[classes])
convert("iris-names", named)
convert("forest", RandomForestClassifier(5, max_depth=3, random_state=0).fit(rows, classes), options={"zipmap": False})
convert("line", LinearRegression().fit(rows, classes))
convert("outliers", IsolationForest(n_estimators=3, max_samples=8, random_state=0).fit(rows))
convert("scaler", StandardScaler().fit(rows))
for name in ("iris-maps", "iris-rows", "iris-columns", "iris-names", "forest", "line", "outliers", "scaler"):
    ask(name, {"X": asked})
ask("iris-maps", {"X": np.zeros((0, 4), np.float32)})
texts = np.array(["a good film", "a bad film", "very good", "very bad"], object).reshape(-1, 1)
words = make_pipeline(ColumnTransformer([("t", TfidfVectorizer(), 0)]), LogisticRegression()).fit(texts, [1, 0, 1, 0])
convert("texts", words, initial_types=[("text", StringTensorType([None, 1]))], options={
    id(words.steps[0][1].transformers_[0][1]): {"locale": "C"}, id(words.steps[1][1]): {"zipmap": False}
})
ask("texts", {"text": np.array([["good film"], ["bad"]], object)})
frame = pandas.DataFrame({"color": ["red", "blue", "red", "green"], "size": [1.0, 2.0, 3.0, 0.0]})
mixed = make_pipeline(
    ColumnTransformer([("c", OneHotEncoder(handle_unknown="ignore"), ["color"]), ("n", StandardScaler(), ["size"])]), LogisticRegression()
).fit(frame, [0, 1, 0, 1])
convert("columns", mixed, initial_types=[("color", StringTensorType([None, 1])), ("size", FloatTensorType([None, 1]))], options={"zipmap": False})
ask("columns", {"color": np.array([["red"], ["violet"]], object), "size": np.array([[1], [2]], np.float32)})

# Weights in a file beside the model, and models whose weights lie where they must not.
weights = np.arange(4, dtype=np.float32)


def outside(name, location):
    tensor = T(name="w", data_type=T.FLOAT, dims=[4], data_location=T.EXTERNAL)
    for key, text in (("location", location), ("offset", "0"), ("length", "16")):
        tensor.external_data.add(key=key, value=text)
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "w"], ["y"])], name, [value("x", T.FLOAT, ["n", 4])], [value("y", T.FLOAT, ["n", 4])], [tensor]
    )
    model = helper.make_model(graph, opset_imports=OPSETS, ir_version=8)
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString())


outside("external", "external.bin")
(folder / "external.bin").write_bytes(weights.tobytes())
outside("external-up", "../golden.json")
outside("external-root", "/etc/hostname")
outside("external-gone", "gone.bin")
ask("external", {"x": np.ones((1, 4), np.float32)})

# Models that ask for what is not there: memory beyond every bound, an index beyond the rows.
save(
    "greedy",
    [helper.make_node("ConstantOfShape", ["s"], ["c"], value=numpy_helper.from_array(np.array([1], np.float32))),
     helper.make_node("ReduceSum", ["c"], ["y"], keepdims=0)],
    [value("s", T.INT64, [1])], [value("y", T.FLOAT, [])],
)
body = helper.make_graph(
    [helper.make_node("Identity", ["going"], ["goes_on"]), helper.make_node("Add", ["number", "number"], ["next"])], "body",
    [value("turn", T.INT64, []), value("going", T.BOOL, []), value("number", T.FLOAT, [1])],
    [value("goes_on", T.BOOL, []), value("next", T.FLOAT, [1])],
)
save("endless", [helper.make_node("Loop", ["", "going", "x"], ["y"], body=body)],
     [value("x", T.FLOAT, [1]), value("going", T.BOOL, [])], [value("y", T.FLOAT, [1])])
ask("endless", {"x": np.array([1], np.float32), "going": np.array(False)})
save("gather", [helper.make_node("Gather", ["x", "i"], ["y"])], [value("x", T.FLOAT, ["n"]), value("i", T.INT64, ["m"])], [value("y", T.FLOAT, ["m"])])

(here / "golden.json").write_text(json.dumps(cases, ensure_ascii=False, separators=(",", ":")).replace('{"model"', '\n{"model"') + "\n")
print(len(cases), "cases,", sum(1 for _ in folder.glob("*.onnx")), "models,", onnxruntime.__version__, file=sys.stderr)
