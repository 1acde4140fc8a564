"""Unmodified clients of gRPC through the gateway: gateway-protocols.py ADDRESS HOST."""
import concurrent.futures
import sys
import threading

import grpc
import numpy
import tritonclient.grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

ADDRESS, HOST = sys.argv[1:3]
AUTHORITY = [("grpc.default_authority", HOST)]


def check(name, body):
    try:
        body()
        print(f"ok\t{name}")
    except Exception as failure:  # noqa: BLE001: whatever it is, it is told
        print(f"FAIL\t{name}\t{type(failure).__name__}: {failure}".replace("\n", " "))


def infer(client):
    tensor = tritonclient.grpc.InferInput("input-0", [2, 4], "FP64")
    tensor.set_data_from_numpy(numpy.array([[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]))
    answer = client.infer("iris", [tensor])
    values = answer.as_numpy(answer.get_response().outputs[0].name)
    assert values.tolist() == [1, 1], values


def tritons():
    with tritonclient.grpc.InferenceServerClient(ADDRESS, channel_args=AUTHORITY) as client:
        assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("iris")
        infer(client)


def many():
    """One connection, many calls at once."""
    with tritonclient.grpc.InferenceServerClient(ADDRESS, channel_args=AUTHORITY) as client:
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            list(pool.map(lambda _: infer(client), range(1000)))


def errors():
    with tritonclient.grpc.InferenceServerClient(ADDRESS, channel_args=AUTHORITY) as client:
        try:
            client.get_model_metadata("nobody")
        except tritonclient.grpc.InferenceServerException as failure:
            assert failure.status() == "StatusCode.NOT_FOUND", failure
        else:
            raise AssertionError("a model that is not there was described")


def unrouted():
    with grpc.insecure_channel(ADDRESS, options=[("grpc.default_authority", "nobody.example.com")]) as channel:
        try:
            health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        except grpc.RpcError as failure:
            assert failure.code() == grpc.StatusCode.UNIMPLEMENTED and "no route" in failure.details(), failure
        else:
            raise AssertionError("a host without a route was answered")


def watches():
    """A stream from the server: its first message comes while the call goes on, and giving it up ends it."""
    with grpc.insecure_channel(ADDRESS, options=AUTHORITY) as channel:
        stream = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        timer = threading.Timer(10, stream.cancel)
        timer.start()
        assert next(iter(stream)).status == health_pb2.HealthCheckResponse.SERVING
        stream.cancel()
        timer.cancel()
        health = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        assert health.status == health_pb2.HealthCheckResponse.SERVING


check("tritonclient infers through the gateway", tritons)
check("1,000 calls of 32 threads over one connection", many)
check("errors of the server arrive with their status", errors)
check("a host without a route is told as a status of gRPC", unrouted)
check("streams of the server pass, and end when they are given up", watches)
