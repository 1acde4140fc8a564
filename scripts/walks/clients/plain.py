"""grpcio with what the server says about itself, and curl."""
import json
import pathlib
import subprocess

import grpc
import numpy
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from questions import FLOWERS, GRPC, HTTP, PEER, SCRATCH, check, finish, first_version, rows, same


def reflected(name, wanted):
    with grpc.insecure_channel(f"127.0.0.1:{GRPC[name]}") as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        assert "inference.GRPCInferenceService" in database.get_services(), database.get_services()
        pool = DescriptorPool(database)
        service = pool.FindServiceByName("inference.GRPCInferenceService")
        method = service.FindMethodByName("ModelInfer")
        request = GetMessageClass(method.input_type)(model_name=name, id="me")
        values, datatype = rows(name)
        tensor = request.inputs.add(name="input-0", shape=values.shape, datatype=datatype)
        tensor.contents.fp64_contents.extend(values.reshape(-1).tolist())
        call = channel.unary_unary(f"/{service.full_name}/{method.name}", request.SerializeToString, GetMessageClass(method.output_type).FromString)
        answer = call(request, timeout=10)
        assert answer.id == "me" and answer.model_name == name
        same(list(answer.outputs[0].contents.int64_contents), wanted)


def health(name):
    with grpc.insecure_channel(f"127.0.0.1:{GRPC[name]}") as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        for service in ("", "inference.GRPCInferenceService"):
            assert stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=5).status == health_pb2.HealthCheckResponse.SERVING
        first = next(iter(stub.Watch(health_pb2.HealthCheckRequest(), timeout=5)))
        assert first.status == health_pb2.HealthCheckResponse.SERVING


def unknown_method(name):
    with grpc.insecure_channel(f"127.0.0.1:{GRPC[name]}") as channel:
        try:
            channel.unary_unary("/inference.GRPCInferenceService/Nothing", lambda text: text, lambda text: text)(b"", timeout=5)
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.UNIMPLEMENTED, error
        else:
            raise AssertionError("an unknown method answers")


def curl(*words):
    return subprocess.run(["curl", "-sS", "-m", "10", *words], capture_output=True, check=True).stdout


def curl_binary(wanted, *words):
    values = numpy.array(FLOWERS, dtype="<f4")
    head = json.dumps({"id": "me", "inputs": [{"name": "x", "shape": list(values.shape), "datatype": "FP32", "parameters": {"binary_data_size": values.nbytes}}],
                       "outputs": [{"name": "output-0", "parameters": {"binary_data": True}}]}).encode()
    path = pathlib.Path(SCRATCH) / "body"
    path.write_bytes(head + values.tobytes())
    heads = pathlib.Path(SCRATCH) / "heads"
    out = curl(*words, "-D", heads, "--data-binary", f"@{path}", "-H", "Content-Type: application/octet-stream",
               "-H", f"Inference-Header-Content-Length: {len(head)}", f"http://127.0.0.1:{HTTP['iris']}/v2/models/iris/infer")
    fields = dict(line.lower().split(": ", 1) for line in heads.read_text().splitlines() if ": " in line)
    length = int(fields["inference-header-content-length"])
    output = json.loads(out[:length])["outputs"][0]
    assert output["datatype"] == "INT64" and output["parameters"]["binary_data_size"] == len(out) - length
    same(numpy.frombuffer(out[length:], "<i8"), wanted)


def curl_http2(wanted):
    body = json.dumps({"instances": FLOWERS})
    out = curl("--http2-prior-knowledge", "-w", " %{http_version}", "-d", body, "-H", "Content-Type: application/json", f"http://127.0.0.1:{HTTP['iris']}/v1/models/iris:predict")
    assert out.endswith(b" 2"), out
    same(json.loads(out[:-2])["predictions"], wanted)
    curl_binary(wanted, "--http2-prior-knowledge")


def main():
    wanted = first_version("iris")
    check("grpcio: an unknown method", unknown_method, "iris")
    check("curl: binary both ways", curl_binary, wanted)
    if not PEER:
        check("grpcio: reflection is enough to call ModelInfer", reflected, "iris", wanted)
        check("grpcio: health service", health, "iris")
        check("curl --http2-prior-knowledge: version 1, and binary both ways", curl_http2, wanted)
    finish()


main()
