"""Messages of the inference service as KServe's own client and server write them; made once.

    pip install kserve==0.21.0 protobuf && python3 make-fixtures.py
"""
import json, pathlib
import numpy as np
import pandas as pd
from kserve import InferInput, InferRequest
from kserve.protocol.grpc import grpc_predict_v2_pb2 as messages
from kserve.protocol.grpc.grpc_predict_v2_pb2 import ModelInferRequest
from kserve.utils.utils import get_predict_response

here = pathlib.Path(__file__).resolve().parent
rows = [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]


def typed(datatype, values, shape=(2, 4), model="iris"):
    """A request with contents in the field of its datatype, written by KServe's client."""
    data = InferInput("input-0", list(shape), datatype, data=list(values))
    return InferRequest(model, [data], request_id="an id").to_grpc()


def raw(datatype, values, dtype, shape=(2, 4), model="iris"):
    """A request with raw contents, written by KServe's client."""
    data = InferInput("input-0", list(shape), datatype)
    data.set_data_from_numpy(np.array(values, dtype=dtype).reshape(shape))
    return InferRequest(model, [data], request_id="an id").to_grpc()


def answered(request, array):
    """What KServe's server writes where a model answers `array`, or a frame of named columns, to `request`."""
    return get_predict_response(InferRequest.from_grpc(request), array, request.model_name).to_grpc()


def own(**fields):
    return ModelInferRequest(**{"model_name": "iris", **fields})


flat = sum(rows, [])
whole = list(range(8))
tensor = {"name": "a", "datatype": "FP32", "shape": [2, 4]}
requests = {
    "FP32": typed("FP32", flat),
    "FP64": typed("FP64", flat),
    "INT8": typed("INT8", [-1, *whole[1:]]),
    "INT32": typed("INT32", [-2147483648, *whole[1:]]),
    "INT64": typed("INT64", [-(1 << 53), *whole[1:]]),
    "UINT32": typed("UINT32", [4294967295, *whole[1:]]),
    "UINT64": typed("UINT64", [1 << 53, *whole[1:]]),
    "BOOL": typed("BOOL", [True, False] * 4),
    "BYTES": typed("BYTES", ["ab", "größe"], shape=(2,)),
    "INT8 300": typed("INT8", [300, *whole[1:]]),
    "raw FP32": raw("FP32", flat, np.float32),
    "raw FP64": raw("FP64", flat, np.float64),
    "raw FP16": raw("FP16", flat, np.float16),
    "raw UINT8": raw("UINT8", whole, np.uint8),
    "raw BYTES": raw("BYTES", [b"ab", "größe".encode()], np.object_, shape=(2,)),
    "FP16 contents": own(inputs=[{**tensor, "datatype": "FP16", "contents": {"fp32_contents": flat}}]),
    "wrong field": own(inputs=[{**tensor, "contents": {"fp64_contents": flat}}]),
    "wrong shape": own(inputs=[{**tensor, "shape": [3, 4], "contents": {"fp32_contents": flat}}]),
    "free shape": own(inputs=[{**tensor, "shape": [-1, 4], "contents": {"fp32_contents": flat}}]),
    "huge shape": own(inputs=[{**tensor, "shape": [1 << 62, 4], "contents": {"fp32_contents": flat}}]),
    "unknown type": own(inputs=[{**tensor, "datatype": "FP8", "contents": {"fp32_contents": flat}}]),
    "no inputs": own(),
    "two raws": own(inputs=[tensor], raw_input_contents=[b"", b""]),
    "raw and contents": own(inputs=[{**tensor, "contents": {"fp32_contents": flat}}], raw_input_contents=[b""]),
    "short raw": own(inputs=[tensor], raw_input_contents=[bytes(30)]),
    "frame": own(
        parameters={"content_type": {"string_param": "pd"}, "x": {"int64_param": 1}},
        inputs=[
            {"name": name, "datatype": "FP64", "shape": [2], "contents": {"fp64_contents": column}}
            for name, column in zip("abcd", zip(*rows))
        ],
    ),
    "outputs": own(outputs=[{"name": "output-0"}, {"name": "o2"}], inputs=[{**tensor, "contents": {"fp32_contents": flat}}]),
}
named, words = typed("FP32", flat, model="names"), typed("BYTES", ["sparrow", "elephant"], shape=(2,), model="words")
named_raw = raw("FP32", flat, np.float32, model="names")
species, kinds = np.array(["setosa", "virginica"], dtype=object), np.array([1, 0])
cells = ["75", "sunny", "45.0", "rain"]
days = typed("BYTES", cells, shape=(2, 2), model="weather")
days_raw = raw("BYTES", [cell.encode() for cell in cells], np.object_, shape=(2, 2), model="weather")
forecast = pd.DataFrame({"play": ["yes", "no"], "p": [0.8, 0.25], "leaf": [2, 3]})
Meta = messages.ModelMetadataResponse
requests |= {
    "answer FP32": answered(requests["FP32"], np.array([0, 2])),
    "answer raw FP32": answered(requests["raw FP32"], np.array([0, 2])),
    "names": named,
    "answer names": answered(named, species),
    "raw names": named_raw,
    "answer raw names": answered(named_raw, species),
    "words": words,
    "answer words": answered(words, kinds),
    "weather": days,
    "answer weather": answered(days, forecast),
    "raw weather": days_raw,
    "answer raw weather": answered(days_raw, forecast),
    "server": messages.ServerMetadataResponse(name="kserve", version="0.1.0", extensions=["model_repository_extension"]),
    "iris": messages.ModelReadyRequest(name="iris"),
    "x": messages.ModelReadyRequest(name="x"),
    "metadata": Meta(
        name="iris",
        inputs=[{"name": "input-0", "datatype": "FP64", "shape": [-1, 4]}],
        outputs=[{"name": "output-0", "datatype": "INT64", "shape": [-1]}],
    ),
    "loaded": messages.RepositoryModelLoadResponse(model_name="iris", isLoaded=True),
    "unloaded": messages.RepositoryModelUnloadResponse(model_name="iris", isUnloaded=True),
}
fixtures = {name: made.SerializeToString(deterministic=True).hex() for name, made in requests.items()}
(here / "messages.json").write_text(json.dumps(fixtures, indent=1) + "\n")
