"""ask.py PORT FIXTURES: asks every model of the fixtures by V1, V2 in JSON, V2 in raw bytes and gRPC, raw and in fields,
and compares with Python's onnxruntime. A line a check: ok or FAIL, its name, why."""
import json
import pathlib
import sys
import threading
import time
import urllib.error
import urllib.request

import ml_dtypes
import numpy as np
import onnxruntime
import tritonclient.grpc
import tritonclient.http
from tritonclient.grpc import service_pb2, service_pb2_grpc
import grpc

port, fixtures = sys.argv[1], pathlib.Path(sys.argv[2])
place = f"127.0.0.1:{port}"
WORDS = {"float32": "FP32", "float64": "FP64", "float16": "FP16", "bfloat16": "BF16", "bytes": "BYTES"}
FIELDS = {
    "bool": "bool_contents", "int8": "int_contents", "int16": "int_contents", "int32": "int_contents", "int64": "int64_contents",
    "uint8": "uint_contents", "uint16": "uint_contents", "uint32": "uint_contents", "uint64": "uint64_contents",
    "float32": "fp32_contents", "float64": "fp64_contents", "bytes": "bytes_contents",
}


def array(tensor):
    """A tensor of golden.json as numpy has it."""
    kind, data = tensor["type"], tensor["data"]
    if kind in ("float16", "bfloat16"):
        bits = np.array([int(word, 16) for word in data], np.uint16)
        flat = bits.view(np.float16 if kind == "float16" else ml_dtypes.bfloat16)
    elif kind == "bytes":
        flat = np.array(data, object)
    elif kind in ("int64", "uint64"):
        flat = np.array([int(word) for word in data], kind)
    else:
        flat = np.array(data, kind)
    return flat.reshape(tensor["shape"])


def word(kind):
    return WORDS.get(kind, kind.upper())


def kind_of(values):
    if values.dtype == ml_dtypes.bfloat16:
        return "bfloat16"
    return "bytes" if values.dtype == object else str(values.dtype)


def flat(answer):
    """What version 2 tells of a value: maps as rows of their values, sequences as one tensor."""
    if not isinstance(answer, list):
        return answer
    if answer and isinstance(answer[0], dict):
        return np.array([[*element.values()] for element in answer], np.float32)
    return np.array(answer) if answer else np.zeros((0, 0), np.float32)


def close(left, right):
    left, right = np.asarray(left), np.asarray(right)
    assert left.shape == right.shape, f"shape {left.shape} and not {right.shape}"
    if left.dtype.kind in "OSU":
        left = np.array([one.decode() if isinstance(one, bytes) else one for one in left.reshape(-1)], object)
        assert list(left) == list(right.reshape(-1)), f"{left} and not {right}"
    else:
        difference = np.abs(left.astype(np.float64) - right.astype(np.float64))
        assert np.all(difference <= 1e-6 * np.maximum(1, np.abs(right.astype(np.float64)))), f"{left} and not {right}"


def post(path, body):
    request = urllib.request.Request(f"http://{place}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise AssertionError(error.read().decode()) from None


def check(name, do):
    try:
        do()
        print(f"ok\t{name}", flush=True)
    except Exception as error:  # every failure is a line of the walk
        print(f"FAIL\t{name}\t{type(error).__name__}: {error}".replace("\n", " "), flush=True)


def listed(values):
    return values.astype(np.float64).tolist() if values.dtype == ml_dtypes.bfloat16 else values.tolist()


def by_v1(model, feeds, answers, names):
    if any(kind_of(values) in ("bfloat16",) for values in feeds.values()):
        return
    told = post(f"/v1/models/{model}:predict", {"inputs": {key: listed(values) for key, values in feeds.items()}})["predictions"]
    if names in (["label", "probabilities"], ["output_label", "output_probability"]):
        return close(told, answers[0])
    if len(names) == 1:
        wanted = answers[0]
        if isinstance(wanted, list):
            return [close(one, other) for one, other in zip(told, wanted, strict=True)]
        return close(np.array(told, wanted.dtype).reshape(wanted.shape), wanted)
    whole = told[0] if len(told) == 1 else None
    for index, name in enumerate(names):
        wanted = answers[index]
        if wanted is None:
            assert whole[name] is None
        elif whole is not None and np.shape(whole[name]) == np.shape(wanted):
            close(whole[name], wanted)
        else:
            close(np.array([row[name] for row in told], wanted.dtype).reshape(wanted.shape), wanted)


def by_json(model, feeds, answers, names):
    inputs = [
        {"name": key, "datatype": word(kind_of(values)), "shape": list(values.shape), "data": listed(values.reshape(-1))}
        for key, values in feeds.items()
    ]
    outputs = {one["name"]: one for one in post(f"/v2/models/{model}/infer", {"inputs": inputs})["outputs"]}
    for name, answer in zip(names, answers):
        if answer is None:
            assert name not in outputs
        else:
            wanted = flat(answer)
            close(np.array(outputs[name]["data"], object if wanted.dtype == object else wanted.dtype).reshape(outputs[name]["shape"]), wanted)


def by_client(module, client, model, feeds, answers, names):
    tensors = []
    for key, values in feeds.items():
        tensor = module.InferInput(key, list(values.shape), word(kind_of(values)))
        if kind_of(values) == "bfloat16":
            tensor._raw_content = values.tobytes()  # tritonclient makes its bfloat16 out of float32
            tensor._raw_data = tensor._raw_content
            tensor._parameters = {"binary_data_size": values.nbytes}
            return
        tensor.set_data_from_numpy(values)
        tensors.append(tensor)
    told = client.infer(model, tensors)
    for name, answer in zip(names, answers):
        if answer is not None:
            close(told.as_numpy(name), flat(answer))


def by_fields(stub, model, feeds, answers, names):
    request = service_pb2.ModelInferRequest(model_name=model, id="me")
    for key, values in feeds.items():
        kind = kind_of(values)
        if kind not in FIELDS:
            return
        tensor = request.inputs.add(name=key, datatype=word(kind), shape=values.shape)
        elements = [one.encode() for one in values.reshape(-1)] if kind == "bytes" else values.reshape(-1).tolist()
        getattr(tensor.contents, FIELDS[kind]).extend(elements)
    told = stub.ModelInfer(request)
    assert told.id == "me"
    outputs = {output.name: (index, output) for index, output in enumerate(told.outputs)}
    for name, answer in zip(names, answers):
        if answer is None:
            continue
        wanted = flat(answer)
        index, output = outputs[name]
        field = FIELDS.get(kind_of(wanted))
        if told.raw_output_contents:
            return
        elements = list(getattr(output.contents, field))
        close(np.array(elements, object if wanted.dtype == object else wanted.dtype).reshape(list(output.shape)), wanted)


http = tritonclient.http.InferenceServerClient(place)
grpc_client = tritonclient.grpc.InferenceServerClient(place)
stub = service_pb2_grpc.GRPCInferenceServiceStub(grpc.insecure_channel(place))
sessions = {}
options = onnxruntime.SessionOptions()
options.log_severity_level = 4
for case in json.loads((fixtures / "golden.json").read_text()):
    model = case["model"]
    if case["outputs"] or any("type" not in value for value in case["inputs"].values()):
        continue
    feeds = {key: array(value) for key, value in case["inputs"].items()}
    if model not in sessions:
        sessions[model] = onnxruntime.InferenceSession(fixtures / "models" / f"{model}.onnx", options)
    names = [output.name for output in sessions[model].get_outputs()]
    if any(kind_of(values) == "bfloat16" for values in feeds.values()):
        answers = [array(answer) for answer in case["answers"]]
    else:
        answers = sessions[model].run(None, feeds)
    ragged = model == "ragged"
    shown = f"{model} {[list(values.shape) for values in feeds.values()]}"
    if all(values.size or values.ndim < 2 for values in feeds.values()):  # nested lists cannot tell the shape of nothing
        check(f"V1: {shown}", lambda: by_v1(model, feeds, answers, names))
    if ragged:
        continue
    check(f"V2 in JSON: {shown}", lambda: by_json(model, feeds, answers, names))
    check(f"tritonclient over HTTP: {shown}", lambda: by_client(tritonclient.http, http, model, feeds, answers, names))
    check(f"tritonclient over gRPC: {shown}", lambda: by_client(tritonclient.grpc, grpc_client, model, feeds, answers, names))
    check(f"gRPC in fields: {shown}", lambda: by_fields(stub, model, feeds, answers, names))


def metadata():
    told = grpc_client.get_model_metadata("several")
    assert [one.name for one in told.inputs] == ["a", "b", "flag"], told
    assert [(one.name, one.datatype, list(one.shape)) for one in told.outputs][0] == ("masked", "FP32", [-1, 2]), told
    assert http.get_model_metadata("several")["inputs"][2] == {"name": "flag", "datatype": "BOOL", "shape": [-1, 1]}


def chosen():
    tensors = []
    for key, values in (("a", np.ones((1, 2), np.float32)), ("b", np.ones((2, 2), np.float32)), ("flag", np.array([[True]]))):
        tensor = tritonclient.grpc.InferInput(key, list(values.shape), word(kind_of(values)))
        tensor.set_data_from_numpy(values)
        tensors.append(tensor)
    told = grpc_client.infer("several", tensors, outputs=[tritonclient.grpc.InferRequestedOutput("largest")])
    assert [output.name for output in told.get_response().outputs] == ["largest"]


def refused():
    tensor = tritonclient.grpc.InferInput("x", [1, 3], "INT64")
    tensor.set_data_from_numpy(np.zeros((1, 3), np.int64))
    try:
        grpc_client.infer("same-int64", [tensor])
    except tritonclient.utils.InferenceServerException as fault:
        assert "input 'x' has shape [1, 3], the model takes [-1, 2]" in fault.message(), fault
        assert "INVALID_ARGUMENT" in str(fault.status()), fault.status()
    else:
        raise AssertionError("a shape that does not fit is taken")


def others_go_on():
    """A model that loops for ever does not hold up another one, which answers all the while."""
    def ask_endless():
        try:
            post("/v2/models/endless/infer", {"inputs": [
                {"name": "x", "datatype": "FP32", "shape": [1], "data": [1]},
                {"name": "going", "datatype": "BOOL", "shape": [], "data": [True]},
            ]})
        except Exception:  # it is ended by the server's own limit, or with the server
            pass

    threading.Thread(target=ask_endless, daemon=True).start()
    time.sleep(0.2)
    started = time.monotonic()
    for _ in range(50):
        assert post("/v1/models/line:predict", {"instances": [[1, 2, 3, 4]]})["predictions"]
    took = time.monotonic() - started
    assert took < 20, f"50 requests took {took:.1f} s"


check("metadata has the model's own inputs and outputs", metadata)
check("only the outputs that are asked for", chosen)
check("a shape that does not fit", refused)
check("others go on while a model runs without end", others_go_on)
