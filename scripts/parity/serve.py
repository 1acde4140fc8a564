"""Asks `roost model-server`, which serves a folder of models: one process that predicts, one for probabilities."""

import json
import os
import socket
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
        raise SystemExit("the model server does not answer")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def post(self, path, body):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read() or b"null")

    def ask(self, name, rows):
        """The answer's body; why the model is not served under "refused", or what else is wrong under "error"."""
        if name in self.refusals:
            return {"refused": self.refusals[name] or "the model is not there"}
        try:
            return self.post(f"v1/models/{name}:predict", {"instances": rows})
        except urllib.error.HTTPError as error:
            return {"error": f"{error.code} {error.read().decode()}"}
        except OSError as error:
            return {"error": f"the server is gone: {error}"}
