"""What the model servers are asked in the benchmarks: models, rows, and the bodies of each protocol."""
import dataclasses
import json
import random
import struct

from load import Request

JSON = {"Content-Type": "application/json"}
GRPC = {"content-type": "application/grpc", "te": "trailers"}
GRPC_PATH = "/inference.GRPCInferenceService/ModelInfer"
FLOWERS = [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]
# A malignant and a benign tumour of scikit-learn's breast cancer data.
TUMOURS = [
    [17.99, 10.38, 122.8, 1001.0, 0.1184, 0.2776, 0.3001, 0.1471, 0.2419, 0.07871, 1.095, 0.9053, 8.589, 153.4, 0.006399,
     0.04904, 0.05373, 0.01587, 0.03003, 0.006193, 25.38, 17.33, 184.6, 2019.0, 0.1622, 0.6656, 0.7119, 0.2654, 0.4601, 0.1189],
    [13.54, 14.36, 87.46, 566.3, 0.09779, 0.08129, 0.06664, 0.04781, 0.1885, 0.05766, 0.2699, 0.7886, 2.058, 23.56, 0.008462,
     0.0146, 0.02387, 0.01315, 0.0198, 0.0023, 15.11, 19.26, 99.7, 711.2, 0.144, 0.1773, 0.239, 0.1288, 0.2977, 0.07259],
]
TEXTS = ["the sparrow sat on the oak", "a striped tiger hunts the elephant at night"]


def many_tumours(count):
    """Rows between the two tumours, written with six digits; the same each time."""
    chance = random.Random(0)
    table = []
    for _ in range(count):
        share = chance.random()
        table.append([float(f"{a * share + b * (1 - share):.6g}") for a, b in zip(*TUMOURS)])
    return table


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out + bytes([number]))


def field(number, content):
    """A length-delimited field of protobuf."""
    content = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(content)) + content


def raw(rows):
    return b"".join(struct.pack(f"<{len(row)}f", *row) for row in rows)


def first(rows):
    return Request(json.dumps({"instances": rows}).encode(), JSON)


def second(rows):
    data = rows if isinstance(rows[0], str) else [value for row in rows for value in row]
    shape = [len(rows)] if isinstance(rows[0], str) else [len(rows), len(rows[0])]
    datatype = "BYTES" if isinstance(rows[0], str) else "FP32"
    return Request(json.dumps({"inputs": [{"name": "input-0", "shape": shape, "datatype": datatype, "data": data}]}).encode(), JSON)


def binary(rows):
    tensor = {"name": "input-0", "shape": [len(rows), len(rows[0])], "datatype": "FP32", "parameters": {"binary_data_size": len(raw(rows))}}
    head = json.dumps({"inputs": [tensor], "outputs": [{"name": "output-0", "parameters": {"binary_data": True}}]}).encode()
    headers = {"Content-Type": "application/octet-stream", "Inference-Header-Content-Length": len(head)}
    return Request(head + raw(rows), headers)


def grpc(rows, model):
    """A ModelInferRequest with raw contents, in gRPC's frame."""
    shape = field(3, varint(len(rows)) + varint(len(rows[0])))
    message = field(1, model) + field(5, field(1, "input-0") + field(2, "FP32") + shape) + field(7, raw(rows))
    return Request(b"\0" + struct.pack(">I", len(message)) + message, GRPC, grpc=True)


@dataclasses.dataclass
class Case:
    """One line of the comparison: a model asked by a protocol."""
    model: str
    protocol: str
    rows: list
    note: str
    connections: int = 32
    peers: tuple = ("kserve",)

    @property
    def name(self):
        return f"{self.note}, {self.protocol}"

    @property
    def path(self):
        paths = {"V1": f"/v1/models/{self.model}:predict", "gRPC": GRPC_PATH}
        return paths.get(self.protocol, f"/v2/models/{self.model}/infer")

    @property
    def request(self):
        if self.protocol == "gRPC":
            return grpc(self.rows, self.model)
        return {"V1": first, "V2": second, "V2 binary": binary}[self.protocol](self.rows)


def every_case():
    many = many_tumours(1000)
    for model, note in (("iris", "iris LR, 2 rows"), ("iris-svc", "iris SVC, 2 rows")):
        yield Case(model, "V1", FLOWERS, note, peers=("nginx", "kserve"))
        yield Case(model, "V2", FLOWERS, note, peers=("nginx", "kserve", "mlserver"))
        yield Case(model, "gRPC", FLOWERS, note, peers=("kserve", "mlserver"))
    yield Case("iris-forest", "V1", FLOWERS, "random forest 100, 2 rows", connections=8)
    yield Case("words", "V1", TEXTS, "TF-IDF text, 2 texts")
    for model, trees in (("cancer-xgb", 100), ("cancer-xgb-500", 500)):
        yield Case(model, "V1", TUMOURS[:1], f"XGBoost {trees}, 1 row", peers=("nginx", "kserve"))
        for protocol in ("V1", "V2", "V2 binary", "gRPC"):
            peers = ("kserve", "mlserver") if protocol == "V2" and trees == 100 else ("kserve",)
            yield Case(model, protocol, many, f"XGBoost {trees}, 1000 x 30", connections=1, peers=peers)
