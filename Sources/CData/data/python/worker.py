"""Answers for one model with the library that made it; `roost model-server --fallback python` starts it.

Descriptor 0 is a socket. Both ways go frames: the length of a JSON head (4 bytes) and of what follows it (8 bytes), both
little-endian, then the head, then raw bytes. The first request says which model to load, each one after that asks it:

    {"do": "load", "kind": KIND, "path": PATH, "probabilities": BOOL}  → {"ok": true, "inputs": […], "outputs": […]}
    {"do": "predict"} + a body of version 1                            → {"ok": true} + the JSON of the predictions
    {"do": "infer", "inputs": [TENSOR…], "frame": BOOL} + elements     → {"ok": true, "outputs": [TENSOR…]} + elements

A TENSOR is {"name", "datatype", "shape", "bytes"}, its elements as version 2 of the protocol has them in binary. What goes
wrong is {"error": "input" | "failed" | "missing", "text": …, "module": …}. The end of the stream ends the program.
"""
import json
import os
import socket
import struct
import sys

LENGTHS = struct.Struct("<IQ")


class InputFault(Exception):
    """What was sent does not fit."""


class Channel:
    """Frames over the socket that the program was started with; nobody else in the process may read it."""

    def __init__(self):
        self.socket = socket.socket(fileno=os.dup(0))
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)

    def receive(self):
        """The next head with what follows it; None at the end."""
        lengths = self._read(LENGTHS.size)
        if lengths is None:
            return None
        head, rest = LENGTHS.unpack(lengths)
        return json.loads(self._read(head)), self._read(rest)

    def send(self, head, *parts):
        text = json.dumps(head).encode()
        self.socket.sendall(LENGTHS.pack(len(text), sum(map(len, parts))) + text)
        for part in parts:
            self.socket.sendall(part)

    def _read(self, count):
        data = bytearray(count)
        view = memoryview(data)
        while view:
            got = self.socket.recv_into(view)
            if got == 0:
                return None
            view = view[got:]
        return data


# Loading: each gives a function from rows to answers, and what is known of its columns.


class Loaded:
    def __init__(self, predict, columns=None, width=None, outputs=()):
        self.predict, self.columns, self.width, self.outputs = predict, columns, width, outputs

    @property
    def inputs(self):
        """What version 2 tells of the rows; nothing where the model does not say what it takes."""
        if not self.width:
            return []
        return [{"name": "input-0", "datatype": "FP64", "shape": [-1, self.width], "names": self.columns or []}]


def load_pickle(path, probabilities):
    try:
        import joblib
    except ModuleNotFoundError:
        import pickle

        with open(path, "rb") as file:
            model = pickle.load(file)
    else:
        model = joblib.load(path)
    return wrap(model, probabilities)


def wrap(model, probabilities):
    """A model as its library hands it out."""
    package = type(model).__module__.split(".")[0]
    if package == "xgboost" and type(model).__name__ == "Booster":
        return wrap_xgboost(model)
    if package == "lightgbm" and type(model).__name__ == "Booster":
        return Loaded(model.predict, model.feature_name(), model.num_feature())
    predict = getattr(model, "predict", None)
    if probabilities:
        predict = getattr(model, "predict_proba", predict)
    if predict is None:
        raise TypeError(f"{type(model).__module__}.{type(model).__name__} has no method predict")
    names = getattr(model, "feature_names_in_", None)
    width = getattr(model, "n_features_in_", None)
    return Loaded(predict, None if names is None else [str(name) for name in names], width)


def load_xgboost(path, probabilities):
    import xgboost

    booster = xgboost.Booster()
    booster.load_model(path)
    return wrap_xgboost(booster)


def wrap_xgboost(booster):
    import xgboost

    def predict(rows):
        matrix = xgboost.DMatrix(rows)
        # Rows without names are taken column by column.
        return booster.predict(matrix, validate_features=matrix.feature_names is not None)

    return Loaded(predict, booster.feature_names, booster.num_features())


def load_lightgbm(path, probabilities):
    import lightgbm

    booster = lightgbm.Booster(model_file=path)
    return Loaded(booster.predict, booster.feature_name(), booster.num_feature())


def load_catboost(path, probabilities):
    import catboost

    model = catboost.CatBoost()
    model.load_model(path, format="json" if path.endswith(".json") else "cbm")
    classifies = len(getattr(model, "classes_", None) if model.classes_ is not None else []) > 0
    kind = "RawFormulaVal" if not classifies else "Probability" if probabilities else "Class"
    return Loaded(lambda rows: model.predict(rows, prediction_type=kind), model.feature_names_, len(model.feature_names_))


def load_mlflow(path, probabilities):
    import mlflow.pyfunc

    model = mlflow.pyfunc.load_model(path)
    schema = model.metadata.get_input_schema()
    names = [str(name) for name in schema.input_names()] if schema is not None and schema.has_input_names() else None
    types = schema.numpy_types() if names and not schema.is_tensor_spec() else None

    def predict(rows):
        return model.predict(rows if types is None else typed_frame(rows, names, types))

    return Loaded(predict, names, len(names) if types else None)


def typed_frame(rows, names, types):
    """Rows with the columns and types that a signature asks for, where the values allow that."""
    import numpy
    import pandas

    frame = rows if isinstance(rows, pandas.DataFrame) else pandas.DataFrame(numpy.atleast_2d(numpy.asarray(rows)))
    if list(frame.columns) == list(range(len(names))):
        frame.columns = names
    for name, kind in zip(names, types):
        if name in frame and frame[name].dtype != kind:
            cast = frame[name].astype(kind, errors="ignore")
            if cast.dtype == kind and (kind == object or (cast == frame[name]).all()):
                frame[name] = cast
    return frame


LOADERS = {
    "pickle": load_pickle,
    "xgboost": load_xgboost,
    "lightgbm": load_lightgbm,
    "catboost": load_catboost,
    "mlflow": load_mlflow,
}

# Rows: from what a client sends to what a library takes, as KServe's server for scikit-learn does it.


def rows_of_body(body):
    """Rows of version 1: texts, an array, or a data frame where they have names."""
    try:
        payload = json.loads(body)
    except ValueError as fault:
        raise InputFault(f"Unrecognized request format: {fault}")
    if isinstance(payload, dict) and {"specversion", "id", "source", "type", "time", "data"} <= payload.keys():
        payload = payload["data"]
    if not isinstance(payload, dict) or not ("inputs" in payload or "instances" in payload):
        raise InputFault('Expected "instances" or "inputs" in the request')
    rows = payload["inputs"] if "inputs" in payload else payload["instances"]
    if not isinstance(rows, list):
        raise InputFault('"instances" or "inputs" must be a list')
    first = rows[0] if rows else None
    if isinstance(first, dict) or isinstance(first, list) and first and isinstance(first[0], dict):
        import pandas

        single = lambda row: isinstance(row, dict) and not any(isinstance(cell, (list, dict)) for cell in row.values())
        return pandas.concat([pandas.DataFrame([row] if single(row) else row) for row in rows], axis=0)
    if isinstance(first, str):
        return rows
    import numpy

    return numpy.array(rows)


def tensor(head, elements):
    import numpy

    if head["datatype"] != "BYTES":
        return numpy.frombuffer(elements, dtype=TYPES[head["datatype"]]).reshape(head["shape"])
    texts, at = [], 0
    while at < len(elements):
        count = int.from_bytes(elements[at:at + 4], "little")
        texts.append(bytes(elements[at + 4:at + 4 + count]).decode())
        at += 4 + count
    return numpy.array(texts, dtype=object).reshape(head["shape"])


def rows_of_tensors(head, elements):
    """Rows of version 2: the first tensor, or a data frame with a column for each."""
    tensors, at = {}, 0
    for each in head["inputs"]:
        tensors[each["name"]] = tensor(each, elements[at:at + each["bytes"]])
        at += each["bytes"]
    if head["frame"]:
        import pandas

        return pandas.DataFrame({name: pandas.Series(values.ravel()) for name, values in tensors.items()})
    first = next(iter(tensors.values()))
    return first.tolist() if first.dtype == object and first.ndim == 1 else first


# Answers: from what a library gives to JSON or tensors.

TYPES = {
    "BOOL": "?", "INT8": "<i1", "INT16": "<i2", "INT32": "<i4", "INT64": "<i8", "UINT8": "<u1", "UINT16": "<u2",
    "UINT32": "<u4", "UINT64": "<u8", "FP16": "<f2", "FP32": "<f4", "FP64": "<f8",
}


def plain(value):
    """What JSON can say of an answer; no number is null."""
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if hasattr(value, "iterrows"):
        return [plain(row.to_dict()) for _, row in value.iterrows()]
    if hasattr(value, "toarray"):
        return plain(value.toarray())
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return value.decode() if isinstance(value, bytes) else str(value)


def named_arrays(answer):
    """The answer as arrays, each with the name of its tensor."""
    import numpy

    if hasattr(answer, "iterrows"):
        return [(str(name), answer[name].to_numpy()) for name in answer.columns]
    if isinstance(answer, dict):
        return [(str(name), numpy.asarray(each)) for name, each in answer.items()]
    return [("output-0", numpy.asarray(answer.toarray() if hasattr(answer, "toarray") else answer))]


def encoded(array):
    """The datatype of an array and its elements as bytes."""
    for datatype, code in TYPES.items():
        if array.dtype == code:
            return datatype, array.astype(code, copy=False).tobytes()
    texts = (each if isinstance(each, bytes) else str(each).encode() for each in array.ravel())
    return "BYTES", b"".join(len(text).to_bytes(4, "little") + text for text in texts)


def send_tensors(channel, answer):
    heads, parts = [], []
    for name, array in named_arrays(answer):
        datatype, elements = encoded(array)
        heads.append({"name": name, "datatype": datatype, "shape": list(array.shape), "bytes": len(elements)})
        parts.append(elements)
    channel.send({"ok": True, "outputs": heads}, *parts)


# The conversation.


def fault(error):
    """The head that tells of an error."""
    if isinstance(error, ModuleNotFoundError):
        return {"error": "missing", "text": str(error), "module": error.name or ""}
    words = str(error) or type(error).__name__
    # Libraries tell by these that what they were given does not fit.
    is_input = isinstance(error, (InputFault, ValueError, TypeError, KeyError))
    if is_input or getattr(error, "error_code", "") in ("BAD_REQUEST", "INVALID_PARAMETER_VALUE"):
        return {"error": "input", "text": f"no such column: {words}" if isinstance(error, KeyError) else words}
    return {"error": "failed", "text": f"{type(error).__name__}: {words}"}


def answer(channel, model, head, data):
    if head["do"] == "predict":
        channel.send({"ok": True}, json.dumps(plain(model.predict(rows_of_body(data))), allow_nan=False).encode())
    else:
        send_tensors(channel, model.predict(rows_of_tensors(head, data)))


def serve(channel):
    model = None
    while (request := channel.receive()) is not None:
        head, data = request
        try:
            if model is None:
                model = LOADERS[head["kind"]](head["path"], head["probabilities"])
                channel.send({"ok": True, "inputs": model.inputs, "outputs": list(model.outputs)})
            else:
                answer(channel, model, head, data)
        except Exception as error:
            channel.send(fault(error))


serve(Channel())
