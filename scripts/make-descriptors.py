"""Makes the descriptor sets that gRPC reflection hands out, from the .proto texts beside them.

    pip install grpcio-tools==1.81.1 && python3 scripts/make-descriptors.py
"""
import pathlib, tempfile
from google.protobuf import descriptor_pb2
from grpc_tools import protoc

folder = pathlib.Path(__file__).resolve().parent.parent / "Sources/CData/data/grpc"


def compiled(path, text):
    """The descriptor of one file that imports no other; its name is the one well known for it."""
    with tempfile.TemporaryDirectory() as scratch:
        source, result = pathlib.Path(scratch, path), pathlib.Path(scratch, "set")
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(text)
        if protoc.main(["protoc", f"-I{scratch}", f"--descriptor_set_out={result}", str(source)]) != 0:
            raise SystemExit(f"{path} does not compile")
        (descriptor,) = descriptor_pb2.FileDescriptorSet.FromString(result.read_bytes()).file
    assert not descriptor.dependency, path
    return descriptor


def write(name, *descriptors):
    (folder / name).write_bytes(descriptor_pb2.FileDescriptorSet(file=descriptors).SerializeToString(deterministic=True))


reflection = (folder / "reflection.proto").read_text()
write(
    "services.binpb",
    compiled("grpc/health/v1/health.proto", (folder / "health.proto").read_text()),
    compiled("grpc/reflection/v1/reflection.proto", reflection),
    compiled("grpc/reflection/v1alpha/reflection.proto", reflection.replace("grpc.reflection.v1;", "grpc.reflection.v1alpha;")),
)
write("inference.binpb", compiled("inference.proto", (folder / "inference.proto").read_text()))
