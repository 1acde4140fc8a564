"""Messages as protobuf's own library writes them; made once.

    pip install protobuf==7.36.2 grpcio-reflection==1.85.1 && python3 make-fixtures.py
"""
import gzip, json, pathlib, zlib
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_reflection.v1alpha import reflection_pb2

here = pathlib.Path(__file__).resolve().parent
sets = here.parents[2] / "Sources/CData/data/grpc"
services = descriptor_pb2.FileDescriptorSet.FromString((sets / "services.binpb").read_bytes())
inference = descriptor_pb2.FileDescriptorSet.FromString((sets / "inference.binpb").read_bytes())
pool = descriptor_pool.DescriptorPool()
for file in [*services.file, *inference.file]:
    pool.Add(file)


def message(name, **fields):
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(name))(**fields)


Tensor = "inference.ModelInferRequest"
mixed = message(
    Tensor,
    model_name="größe",
    id="x" * 200,
    parameters={"n": {"int64_param": -1}, "d": {"double_param": 1.5}, "b": {"bool_param": False}},
    inputs=[{"name": "a", "shape": [2, 4, 1 << 40], "contents": {"fp32_contents": [1.5, -2.5], "int_contents": [-7, 300]}}],
    raw_input_contents=[b"", bytes(range(256))],
)
question = reflection_pb2.ServerReflectionRequest
answer = reflection_pb2.ServerReflectionResponse
listing = question(host="h", list_services="*")
names = ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection", "test.Echo"]
symbol = question(file_containing_symbol="grpc.health.v1.Health.Watch")
missing = question(file_by_filename="no.proto")
extensions = question(all_extension_numbers_of_type="grpc.health.v1.HealthCheckRequest")
extension = question(file_containing_extension={"containing_type": "t", "extension_number": 7})
messages = {
    "mixed": mixed,
    "health request": message("grpc.health.v1.HealthCheckRequest", service="test.Echo"),
    "health serving": message("grpc.health.v1.HealthCheckResponse", status=1),
    "health not serving": message("grpc.health.v1.HealthCheckResponse", status=2),
    "list": listing,
    "list answer": answer(original_request=listing, list_services_response={"service": [{"name": n} for n in names]}),
    "symbol": symbol,
    "symbol answer": answer(
        original_request=symbol,
        file_descriptor_response={"file_descriptor_proto": [services.file[0].SerializeToString(deterministic=True)]},
    ),
    "missing": missing,
    "missing answer": answer(
        original_request=missing, error_response={"error_code": 5, "error_message": "File no.proto is not known."}
    ),
    "extensions": extensions,
    "extensions answer": answer(
        original_request=extensions,
        all_extension_numbers_response={"base_type_name": "grpc.health.v1.HealthCheckRequest"},
    ),
    "extension": extension,
    "extension answer": answer(
        original_request=extension, error_response={"error_code": 5, "error_message": "Extension 7 of t is not known."}
    ),
}
fixtures = {name: made.SerializeToString(deterministic=True).hex() for name, made in messages.items()}
fixtures["gzipped health request"] = gzip.compress(bytes.fromhex(fixtures["health request"]), mtime=0).hex()
fixtures["deflated health request"] = zlib.compress(bytes.fromhex(fixtures["health request"])).hex()
fixtures["gzipped zeros"] = gzip.compress(bytes(100_000), mtime=0).hex()
(here / "messages.json").write_text(json.dumps(fixtures, indent=1) + "\n")
