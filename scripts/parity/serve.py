"""Asks `roost model-server`, which serves a folder of models: one process that predicts, one for probabilities."""

import json
import os
import socket
import struct
import subprocess
import time
import urllib.error
import urllib.request

#: Seconds for all models to be loaded.
START_MAX = 300


class Server:
    """A model server over the folders of `models`."""

    def __init__(self, program, models, wants_probabilities):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        environment = {**os.environ, "PREDICT_PROBA": "true" if wants_probabilities else "false"}
        words = ["--model_dir", models, "--http_port", str(self.port), "--address", "127.0.0.1", "--enable_grpc", "false"]
        self.process = subprocess.Popen([program, "model-server", *map(str, words)], env=environment, stderr=subprocess.DEVNULL)

    def __enter__(self):
        end = time.monotonic() + START_MAX
        while time.monotonic() < end and self.process.poll() is None:
            try:
                index = self.post("v2/repository/index", {})
            except OSError:
                time.sleep(0.05)
                continue
            #: Why models are not there.
            self.refusals = {model["name"]: model.get("reason") for model in index if model["state"] != "READY"}
            return self
        self.__exit__()
        raise SystemExit("the model server does not answer")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def post(self, path, body, raw=b""):
        """The answer to `body`, behind which `raw` tensors follow."""
        head = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        if raw:
            headers = {"Content-Type": "application/octet-stream", "Inference-Header-Content-Length": str(len(head))}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", head + raw, headers)
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read() or b"null")

    def ask(self, name, rows):
        """The answer's body; why the model is not served under "refused", or what else is wrong under "error"."""
        if name in self.refusals:
            return {"refused": self.refusals[name] or "the model is not there"}
        has_missing = isinstance(rows[0], list) and any(None in row for row in rows)
        try:
            if has_missing:
                return self.ask_raw(name, rows)
            return self.post(f"v1/models/{name}:predict", {"instances": rows})
        except urllib.error.HTTPError as error:
            return {"error": f"{error.code} {error.read().decode()}"}
        except OSError as error:
            return {"error": f"the server is gone: {error}"}

    def ask_raw(self, name, rows):
        """The same for rows with missing numbers, which lists of JSON cannot have."""
        numbers = [float("nan") if number is None else number for row in rows for number in row]
        tensor = {"name": "rows", "shape": [len(rows), len(rows[0])], "datatype": "FP64"}
        tensor["parameters"] = {"binary_data_size": 8 * len(numbers)}
        raw = struct.pack(f"<{len(numbers)}d", *numbers)
        answer = self.post(f"v2/models/{name}/infer", {"inputs": [tensor]}, raw)["outputs"][0]
        return {"predictions": shaped(answer["data"], answer["shape"])}


def shaped(elements, shape):
    """A tensor's elements as lists inside lists."""
    for length in shape[:0:-1]:
        elements = [elements[first : first + length] for first in range(0, len(elements), length)]
    return elements
