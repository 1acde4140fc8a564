"""Model servers of both kinds around the same model files, for the walks and the benchmarks.

Each model gets a server of its own, as a pod does. The Python servers are forks of one process.
"""
import os
import pathlib
import socket
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
START_SECONDS = 120


class Unavailable(Exception):
    """A peer cannot be had on this machine; says why."""


def tool(name, *words):
    """The last line that a script beside this file prints."""
    done = subprocess.run([HERE / name, *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"{name} fails")
    return done.stdout.strip().splitlines()[-1]


def python(environment):
    return tool("environment.sh", environment)


def models():
    """Name → (folder, whether probabilities are wanted)."""
    trained, examples = pathlib.Path(tool("models.sh")), ROOT / "examples" / "models"
    found = {folder.name: (str(folder), False) for folder in sorted(trained.iterdir()) if folder.is_dir()}
    found |= {name: (str(examples / name), False) for name in ("iris", "words")}
    return found | {"iris-proba": (str(examples / "iris"), True), "iris-svc-proba": (str(trained / "iris-svc"), True)}


def free_ports(count):
    """Ports that nobody has now. Whoever asks must be quick: they are not kept."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [held_one.getsockname()[1] for held_one in held]
    for held_one in held:
        held_one.close()
    return ports


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def wait_for(port, process):
    """True when the port accepts connections, False when the process has ended before."""
    deadline = time.monotonic() + START_SECONDS
    while not accepts(port):
        if process.poll() is not None:
            return False
        if time.monotonic() > deadline:
            raise TimeoutError(f"port {port} does not accept after {START_SECONDS} s")
        time.sleep(0.002)
    return True


class Servers:
    """Servers by the name of their model: ports, the program that was started, and the process that serves the model."""

    def __init__(self, scratch):
        self.scratch, self.http, self.grpc, self.process, self.pid = pathlib.Path(scratch), {}, {}, {}, {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in set(self.process.values()):
            process.terminate()
        for process in set(self.process.values()):
            process.wait()

    def assign(self, names):
        ports = free_ports(2 * len(names))
        self.http |= dict(zip(names, ports))
        self.grpc |= dict(zip(names, ports[len(names):]))

    def spawn(self, name, command, environment=None):
        log = open(self.scratch / f"{name}.log", "w")
        return subprocess.Popen([str(word) for word in command], stdout=log, stderr=log,
                                env={**os.environ, **(environment or {})})


class KServe(Servers):
    """KServe Python servers."""

    def start(self, models):
        self.assign(list(models))
        words = [f"{name}={folder}:{self.http[name]}:{self.grpc[name]}{':proba' * proba}"
                 for name, (folder, proba) in models.items()]
        process = self.spawn("kserve", [python("kserve"), HERE / "kserve_model.py", *words])
        self.process |= dict.fromkeys(models, process)
        for name in models:
            if not wait_for(self.http[name], process) or not wait_for(self.grpc[name], process):
                raise Unavailable(f"the KServe server does not start: {self.scratch}/kserve.log")
        forks = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()  # in the order of forking
        self.pid |= dict(zip(models, map(int, forks))) if len(models) > 1 else dict.fromkeys(models, process.pid)
        return self


class Roost(Servers):
    """Roost's model servers."""

    def start(self, models, program=ROOT / "bin" / "roost", words=()):
        self.assign(list(models))
        for name, (folder, proba) in models.items():
            self.process[name] = self.spawn(
                f"roost-{name}",
                [program, "model-server", "--model_name", name, "--model_dir", folder, "--address", "127.0.0.1",
                 "--http_port", self.http[name], "--grpc_port", self.grpc[name], *words],
                {"PREDICT_PROBA": "true"} if proba else None)
            self.pid[name] = self.process[name].pid
        for name in models:
            if not wait_for(self.http[name], self.process[name]):
                print((self.scratch / f"roost-{name}.log").read_text().strip())
        return self
