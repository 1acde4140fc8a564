"""A running model server that is given hostile models one by one, beside a healthy one that must go on answering."""

import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

import case

#: Seconds for the server to answer at all.
ANSWER_MAX = 30
START_MAX = 20
#: What is asked of a hostile model that loads, besides rows that the good one takes.
HOSTILE_ROWS = [
    [],
    [[]],
    [[1]],
    [[None] * 4],
    [["NaN", "inf", "-inf", "1e999"]],
    [[1e308, -1e308, 5e-324, 0]],
    [[-1, -1, -1, -1]],
    [[1e18] * 4],
    ["x"],
    [""],
    ["a " * 1000],
    [{}],
    [{"size": None, "weight": 1, "colour": "x"}],
    [{"size": 1e308, "weight": "x", "colour": 3}],
    [[[1, 2], [3, 4]]],
    [[0] * 10000],
]


class Fallen(Exception):
    """The server is gone, or answers no more."""


class Server:
    """The server, its folder of models, and a kept connection."""

    def __init__(self, program, scratch):
        self.folder = pathlib.Path(scratch) / "served"
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "healthy").mkdir(parents=True)
        shutil.copy(case.SEEDS / "logistic.pkl", self.folder / "healthy" / "model.pkl")
        self.rows = case.rows("logistic")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = [
            "model-server",
            "--model_dir",
            str(self.folder),
            "--http_port",
            str(self.port),
            "--address",
            "127.0.0.1",
            "--enable_grpc",
            "false",
        ]
        with open(f"{scratch}/server.err", "ab") as errors:
            self.process = subprocess.Popen([program, *words], stdout=errors, stderr=errors)
        self.connection = None
        end = time.monotonic() + START_MAX
        while True:
            try:
                self.expected = self.post("v1/models/healthy:predict", {"instances": self.rows})
                break
            except Fallen:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.02)
        if self.expected[0] != 200:
            raise Fallen(f"the healthy model does not answer: {self.expected}")

    def post(self, path, body):
        """Status and text of an answer."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_MAX)
            self.connection.request("POST", "/" + path, json.dumps(body), {"Content-Type": "application/json"})
            answer = self.connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError as error:
            self.connection = None
            raise Fallen(str(error)) from error
        except http.client.HTTPException as error:
            self.connection = None
            raise Fallen(repr(error)) from error

    def figures(self):
        """Seconds of processor time, and bytes at the most since `forget_peak`."""
        with open(f"/proc/{self.process.pid}/stat") as held:
            fields = held.read().rpartition(")")[2].split()
        with open(f"/proc/{self.process.pid}/status") as held:
            status = dict(line.split(":", 1) for line in held)
        ticks = os.sysconf("SC_CLK_TCK")
        return (int(fields[11]) + int(fields[12])) / ticks, *(
            int(status[name].split()[0]) << 10 for name in ("VmHWM", "VmRSS")
        )

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as held:
            held.write("5")

    def try_model(self, file, content, rows):
        """Loads a model, asks it, and unloads it: faults, processor time, and bytes that it took at the most."""
        folder = self.folder / "hostile"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / file).write_bytes(content)
        self.forget_peak()
        seconds, _, before = self.figures()
        faults = []
        status, text = self.post("v2/repository/models/hostile/load", {})
        if status == 200:
            for asked in [rows, *HOSTILE_ROWS]:
                status, text = self.post("v1/models/hostile:predict", {"instances": asked})
                if status >= 500:
                    faults.append(f"{str(asked)[:60]}: {status} {text[:200]}")
            self.post("v2/repository/models/hostile/unload", {})
        elif not case.names_place(text.partition("is not ready. ")[2]):
            faults.append(f"no place in: {status} {text[:200]}")
        if self.post("v1/models/healthy:predict", {"instances": self.rows}) != self.expected:
            faults.append("the healthy model answers otherwise")
        after, peak, _ = self.figures()
        return faults, after - seconds, peak - before

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return "did not end at TERM"
        return None if self.process.returncode == 0 else f"ended with {self.process.returncode}"
