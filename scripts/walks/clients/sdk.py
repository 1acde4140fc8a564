"""KServe's SDK: InferenceRESTClient and InferenceGRPCClient."""
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest
from kserve.inference_client import RESTConfig

from questions import GRPC, HTTP, MODELS, PEER, check, finish, first_body, first_version, same, tensors


def request(name, binary):
    inputs, parameters = tensors(name, InferInput)
    for tensor, values in inputs:
        tensor.set_data_from_numpy(values, binary_data=binary)
    return InferRequest(model_name=name, infer_inputs=[tensor for tensor, _ in inputs], request_id="me", parameters=parameters)


async def rest(name, wanted, binary):
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    answer = await client.infer(f"http://127.0.0.1:{HTTP[name]}", request(name, binary), model_name=name)
    assert answer.id == "me"
    same(answer.outputs[0].as_numpy(), wanted)
    await client.close()


async def first(name, wanted):
    client, base = InferenceRESTClient(RESTConfig(protocol="v1")), f"http://127.0.0.1:{HTTP[name]}"
    answer = await client.infer(base, first_body(name), model_name=name)
    same(answer["predictions"], wanted)
    assert await client.is_server_live(base) and await client.is_model_ready(base, name)
    await client.close()


async def rpc(name, wanted, binary):
    async with InferenceGRPCClient(f"127.0.0.1:{GRPC[name]}") as client:
        answer = await client.infer(request(name, binary))
        assert answer.id == "me"
        same(answer.outputs[0].as_numpy(), wanted)


async def states(name):
    client, base = InferenceRESTClient(RESTConfig(protocol="v2")), f"http://127.0.0.1:{HTTP[name]}"
    assert await client.is_server_live(base) and await client.is_server_ready(base) and await client.is_model_ready(base, name)
    await client.close()
    async with InferenceGRPCClient(f"127.0.0.1:{GRPC[name]}") as client:
        assert await client.is_server_live() and await client.is_server_ready() and await client.is_model_ready(name)


def main():
    for name in MODELS:
        if (wanted := first_version(name)) is None:
            continue
        check(f"KServe's SDK, version 1: {name}", first, name, wanted)
        for binary, kind in ((True, "binary"), (False, "typed")):
            check(f"KServe's SDK over REST: {name}, {kind}", rest, name, wanted, binary)
            if not PEER or name != "loans" or not binary:  # raw columns have no rows in KServe's server
                check(f"KServe's SDK over gRPC: {name}, {kind}", rpc, name, wanted, binary)
    check("KServe's SDK: live, ready, model ready", states, "iris")
    finish()


main()
