"""Models that are not native, run by the real library behind `roost model-server --fallback python`.

    run.py ROOST SCRATCH PYTHON

Prints a line a check: ok or FAIL, name, reason. Asks over version 1 (rows, frames), version 2 (JSON, raw bytes) and gRPC; lets a
worker abort, kills the server, and looks whether anything is left.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import numpy
import tritonclient.grpc
import tritonclient.http

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "peers"))
from servers import free_ports, wait_for

program, scratch, python = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
models = scratch / "models"


def check(name, holds, why=""):
    print(f"{'ok' if holds else 'FAIL'}\t{name}\t{str(why)[:600]!r}", flush=True)


class Server:
    def __init__(self, *words, environment=None, folder=models):
        self.http, self.grpc = free_ports(2)
        self.log = open(scratch / "server.log", "a")
        self.process = subprocess.Popen(
            [program, "model-server", "--model_dir", str(folder), "--address", "127.0.0.1", "--http_port", str(self.http),
             "--grpc_port", str(self.grpc), *words],
            stderr=self.log, cwd=scratch, env={**os.environ, **(environment or {})})
        self.answers = wait_for(self.http, self.process)

    def ask(self, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}{path}", None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def predict(self, name, rows):
        return self.ask(f"/v1/models/{name}:predict", {"instances": rows})

    def workers(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(child) for file in children for child in file.read_text().split()]

    def end(self, how=signal.SIGTERM):
        workers = self.workers()
        self.process.send_signal(how)
        self.process.wait(timeout=60)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and any(map(runs, workers)):
            time.sleep(0.05)
        return workers, [worker for worker in workers if runs(worker)]


def runs(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except OSError:
        return False


def close(left, right):
    return numpy.allclose(numpy.array(left), numpy.array(right), rtol=1e-9)


def named(rows):
    return [dict(zip("abcd", row)) for row in rows]


def inference(server, rows, known):
    tensor = tritonclient.http.InferInput("x", rows.shape, "FP64")
    with tritonclient.http.InferenceServerClient(f"127.0.0.1:{server.http}") as client:
        for binary in (False, True):
            tensor.set_data_from_numpy(rows, binary_data=binary)
            output = tritonclient.http.InferRequestedOutput("output-0", binary_data=binary)
            answer = client.infer("doubled", [tensor], outputs=[output]).as_numpy("output-0")
            check(f"version 2, {'raw' if binary else 'JSON'}", answer.dtype == numpy.int64 and answer.tolist() == known["doubled"], answer)
    with tritonclient.grpc.InferenceServerClient(f"127.0.0.1:{server.grpc}") as client:
        tensor = tritonclient.grpc.InferInput("x", rows.shape, "FP64")
        tensor.set_data_from_numpy(rows)
        answers = [client.infer("fragile", [tensor]).as_numpy("output-0") for _ in range(5)]
        check("gRPC, several calls", all(close(answer, known["fragile"]) for answer in answers), answers)
        check("gRPC: the model is ready", client.is_model_ready("fragile"))
    columns = [{"name": name, "shape": [len(rows)], "datatype": "FP64", "data": rows[:, index].tolist()}
               for index, name in enumerate("abcd")]
    status, answer = server.ask("/v2/models/framed/infer", {"inputs": columns, "parameters": {"content_type": "pd"}})
    check("version 2, a data frame", status == 200 and answer["outputs"][0]["data"] == known["framed"]
          and answer["outputs"][0]["datatype"] == "BYTES", answer)


def answers(known):
    rows = numpy.array(known["rows"])
    server = Server("--fallback", "python", "--python", python)
    check("the server listens when its workers have loaded", server.answers and len(server.workers()) == 3, server.workers())
    for name, asked in (("doubled", known["rows"]), ("framed", named(known["rows"]))):
        status, answer = server.predict(name, asked)
        check(f"version 1, {name}", status == 200 and answer["predictions"] == known[name], answer)
    inference(server, rows, known)
    status, answer = server.predict("doubled", [[1, 2]])
    check("rows that do not fit are told as such", status == 400 and "4 features" in answer["error"], (status, answer))
    status, answer = server.predict("fragile", [[-1, 0]])
    check("a worker that aborts is told", status == 500 and "ended while it answered" in answer["error"], (status, answer))
    check("the others live on", server.predict("doubled", known["rows"])[0] == 200 and server.predict("native", known["rows"])[0] == 200)
    check("the server is healthy", server.ask("/v2/health/ready") == (200, {"ready": True}))
    deadline = time.monotonic() + 60
    while server.predict("fragile", known["rows"])[0] == 503 and time.monotonic() < deadline:
        time.sleep(0.05)
    status, answer = server.predict("fragile", known["rows"])
    check("the worker comes again", status == 200 and close(answer["predictions"], known["fragile"]), (status, answer))
    check("its end is in the log", "worker has ended" in (scratch / "server.log").read_text())
    workers, left = server.end()
    check("after TERM no worker is left", len(workers) == 3 and not left, (workers, left))


def ends():
    server = Server(folder="models", environment={"ROOST_FALLBACK": "python", "VIRTUAL_ENV": str(pathlib.Path(python).parent.parent),
                                 "PREDICT_PROBA": "true"})
    status, answer = server.predict("doubled", known["rows"])
    check("probabilities, a folder named from here, the Python of the virtual environment", status == 200 and close(answer["predictions"], known["doubled-proba"]), answer)
    workers, left = server.end(signal.SIGKILL)
    check("after KILL no worker is left", len(workers) == 3 and not left, (workers, left))


def refusals():
    server = Server()
    status, answer = server.predict("doubled", known["rows"])
    check("without the flag the error names the option", status == 503 and "--fallback python" in answer["error"]
          and "cloudpickle" in answer["error"], (status, answer))
    check("and the native model answers", server.predict("native", known["rows"])[0] == 200)
    server.end()
    bare = Server("--fallback", "python", "--python", "/usr/bin/python3", folder=models / "fragile")
    check("a Python without the library: told with the way to get it", not bare.answers
          and "-m pip install" in (scratch / "server.log").read_text())
    bare.process.wait()


known = json.loads((scratch / "answers.json").read_text())
answers(known)
ends()
refusals()
