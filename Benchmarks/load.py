"""Load by existing programs: wrk for HTTP/1.1, h2load for gRPC. The same generator meets all servers of a case."""
import dataclasses
import pathlib
import re
import subprocess
import sys

from measure import cpu_seconds

SECONDS_MAX = 100
UNITS = {"us": 1e-3, "ms": 1, "s": 1e3}


@dataclasses.dataclass
class Request:
    """What is sent again and again; `path` may differ between servers. No body is a GET."""
    body: bytes | None
    headers: dict
    grpc: bool = False


@dataclasses.dataclass
class Round:
    """CPU in microseconds per request, requests per second, latency in milliseconds (None where h2load tells none)."""
    cpu: float
    rate: float
    p50: float | None
    p99: float | None


def run(command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True).stdout


def wrk(scratch, address, path, request, connections, seconds):
    """How many requests were answered, how many each second, p50 and p99."""
    body, script = pathlib.Path(scratch) / "wrk.body", pathlib.Path(scratch) / "wrk.lua"
    lines = []
    if request.body is not None:
        body.write_bytes(request.body)
        lines = ["wrk.method = 'POST'", f"wrk.body = io.open('{body}', 'rb'):read('*a')"]
    script.write_text("\n".join(lines + [f"wrk.headers['{name}'] = '{value}'" for name, value in request.headers.items()]))
    out = run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "--latency", "-s", script, f"http://{address}{path}"])
    found = re.search(r"(\d+) requests in", out)
    if not found or "Non-2xx" in out or "Socket errors" in out:
        sys.exit(f"bench: errors from {address}{path}:\n{out}")
    latency = [float(value) * UNITS[unit] for value, unit in re.findall(r"(?:50|99)%\s+([\d.]+)(us|ms|s)", out)]
    return int(found.group(1)), float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), *(latency or (None, None))


def h2load(scratch, address, path, request, connections, seconds):
    body = pathlib.Path(scratch) / "h2load.body"
    body.write_bytes(request.body)
    headers = [word for name, value in request.headers.items() for word in ("-H", f"{name}: {value}")]
    out = run(["h2load", "-t1", f"-c{connections}", "-m1", "-D", seconds, "-d", body, *headers, f"http://{address}{path}"])
    done, failed = re.search(r"(\d+) done, \d+ succeeded, (\d+) failed", out).groups()
    if failed != "0":
        sys.exit(f"bench: errors from {address}{path}:\n{out}")
    return int(done), float(re.search(r"([\d.]+) req/s", out).group(1)), None, None


def load(scratch, address, path, request, connections, seconds, pids):
    """One round against a server made of these processes."""
    generator = h2load if request.grpc else wrk
    count = 0
    while count == 0:  # a slow server on a busy machine may answer nothing in a second
        before = cpu_seconds(pids)
        count, rate, p50, p99 = generator(scratch, address, path, request, connections, seconds)
        seconds *= 3
        if seconds > SECONDS_MAX:
            sys.exit(f"bench: {address}{path} does not answer within {seconds // 3} s")
    return Round((cpu_seconds(pids) - before) / count * 1e6, rate, p50, p99)
