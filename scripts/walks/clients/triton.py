"""tritonclient, over HTTP and gRPC."""
import numpy
import tritonclient.grpc
import tritonclient.http

from questions import GRPC, HTTP, MODELS, PEER, check, finish, first_version, same, tensors


def over_http(name, wanted, binary_in, binary_out, compression=None):
    with tritonclient.http.InferenceServerClient(f"127.0.0.1:{HTTP[name]}") as client:
        inputs, parameters = tensors(name, tritonclient.http.InferInput)
        for tensor, values in inputs:
            tensor.set_data_from_numpy(values, binary_data=binary_in)
        outputs = [tritonclient.http.InferRequestedOutput("output-0", binary_data=binary_out)]
        answer = client.infer(name, [tensor for tensor, _ in inputs], outputs=outputs, request_id="me", parameters=parameters,
                              request_compression_algorithm=compression, response_compression_algorithm=compression)
        assert answer.get_response()["id"] == "me"
        same(answer.as_numpy("output-0"), wanted)


def over_grpc(name, wanted):
    with tritonclient.grpc.InferenceServerClient(f"127.0.0.1:{GRPC[name]}") as client:
        inputs, parameters = tensors(name, tritonclient.grpc.InferInput)
        for tensor, values in inputs:
            tensor.set_data_from_numpy(values)
        answer = client.infer(name, [tensor for tensor, _ in inputs], request_id="me", parameters=parameters)
        assert answer.get_response().id == "me"
        same(answer.as_numpy("output-0"), wanted)


def states(client, name):
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(name)
    server, model = client.get_server_metadata(), client.get_model_metadata(name)
    word = (lambda answer: answer["name"]) if isinstance(server, dict) else (lambda answer: answer.name)
    assert word(server) and word(model) == name


def missing(module, client, error):
    tensor = module.InferInput("x", [1, 4], "FP64")
    tensor.set_data_from_numpy(numpy.zeros((1, 4)))
    try:
        client.infer("nobody", [tensor])
    except tritonclient.utils.InferenceServerException as fault:
        assert "Model with name nobody does not exist." in fault.message(), fault
        assert error in str(fault.status()), fault.status()
    else:
        raise AssertionError("a model that is not there answers")



def repository(client, name):
    index = client.get_model_repository_index()
    assert name in [model["name"] for model in index], index


def too_large(name):
    with tritonclient.grpc.InferenceServerClient(f"127.0.0.1:{GRPC[name]}") as client:
        values = numpy.zeros((300_000, 4))  # 9.6 MB, over 8 MiB
        tensor = tritonclient.grpc.InferInput("x", list(values.shape), "FP64")
        tensor.set_data_from_numpy(values)
        try:
            client.infer(name, [tensor])
        except tritonclient.utils.InferenceServerException as fault:
            assert "RESOURCE_EXHAUSTED" in str(fault.status()), fault
        else:
            raise AssertionError("9.6 MB are taken")


def main():
    for name in MODELS:
        if (wanted := first_version(name)) is None:
            continue
        for binary_in, binary_out in ((True, True), (True, False), (False, True), (False, False)):
            if PEER and not binary_in:
                continue  # tritonclient sends JSON without a content type, which KServe's server takes for binary
            words = f"{'binary' if binary_in else 'JSON'} in, {'binary' if binary_out else 'JSON'} out"
            check(f"tritonclient over HTTP: {name}, {words}", over_http, name, wanted, binary_in, binary_out)
        if not PEER or name != "loans":  # raw columns have no rows in KServe's server
            check(f"tritonclient over gRPC: {name}", over_grpc, name, wanted)
    with tritonclient.http.InferenceServerClient(f"127.0.0.1:{HTTP['iris']}") as client:
        check("tritonclient over HTTP: states and descriptions", states, client, "iris")
        check("tritonclient over HTTP: a model that is not there", missing, tritonclient.http, client, "404")
        if not PEER:
            check("tritonclient over HTTP: repository index", repository, client, "iris")
            check("tritonclient over HTTP: bodies in gzip", over_http, "iris", first_version("iris"), True, True, "gzip")
    with tritonclient.grpc.InferenceServerClient(f"127.0.0.1:{GRPC['iris']}") as client:
        check("tritonclient over gRPC: states and descriptions", states, client, "iris")
        check("tritonclient over gRPC: a model that is not there", missing, tritonclient.grpc, client, "NOT_FOUND")
    check("tritonclient over gRPC: more than 8 MiB are refused", too_large, "iris")
    finish()


main()
