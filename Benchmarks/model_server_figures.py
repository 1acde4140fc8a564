"""Measures `roost model-server` beside its peers and says which aims are reached. Judges nothing by its exit code.

    model_server_figures.py ROOST     ROUNDS, SECONDS and ONLY (a part of the names of cases) come from the environment
"""
import http.client
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import cases
import peers
from load import load
from measure import resident_mib, row, spawn, stop, stop_all, tree, until
from peers import servers

roost = os.path.abspath(sys.argv[1])
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", 5)), int(os.environ.get("SECONDS", 1))
ONLY = os.environ.get("ONLY", "")
SMALL_MODELS = 1000
scratch = tempfile.mkdtemp(prefix="roost-bench-")
aims = []  # (what, value, bound, whether at least the bound is wanted)


def ask(port, path, request):
    """One answer over HTTP/1.1, or None while there is none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, request.body, {name: str(value) for name, value in request.headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        return body if answer.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def right_over_grpc(port, case):
    """Whether a gRPC server answers the case with status 0."""
    body = pathlib.Path(scratch) / "grpc.body"
    body.write_bytes(case.request.body)
    command = ["curl", "-sS", "-m", "10", "--http2-prior-knowledge", "-D", "-", "-o", "/dev/null", "--data-binary", f"@{body}",
               "-H", "content-type: application/grpc", "-H", "te: trailers", f"http://127.0.0.1:{port}{case.path}"]
    return "grpc-status: 0" in subprocess.run(command, capture_output=True, text=True).stdout


def answers(server, case):
    """Whether a server can be measured on a case at all."""
    if case.model not in server.process or server.process[case.model].poll() is not None:
        return False
    if case.request.grpc:
        return right_over_grpc(server.grpc[case.model], case)
    return ask(server.http[case.model], case.path, case.request) is not None


def contestants(case, started):
    """Name → address, path, process id, of those that answer."""
    found = {}
    for name in ("roost", *case.peers):
        if name == "nginx":
            process, address, places = started["nginx"]
            if f"{case.model}-{case.protocol}" in places:
                found[name] = (address, f"/{case.model}-{case.protocol}", process.pid)
        elif name in started and answers(started[name], case):
            ports = started[name].grpc if case.request.grpc else started[name].http
            found[name] = (f"127.0.0.1:{ports[case.model]}", case.path, started[name].pid[case.model])
    return found


def measure(case, started):
    """All rounds of one case: name → list of rounds."""
    found = contestants(case, started)
    rounds = {name: [] for name in found}
    for _ in range(ROUNDS):
        for name, (address, path, pid) in found.items():
            rounds[name].append(load(scratch, address, path, case.request, case.connections, SECONDS, tree(pid)))
    return rounds


def show(case, rounds):
    print(f"\n{case.name}, {case.connections} connection{'s' if case.connections > 1 else ''}")
    for name, done in rounds.items():
        middle = {part: statistics.median(getattr(one, part) or 0 for one in done) for part in ("rate", "p50", "p99")}
        latency = f"p50 {middle['p50']:.2f} ms, p99 {middle['p99']:.2f} ms" if done[0].p99 else ""
        row(f"{name}: CPU per request", [one.cpu for one in done], "us", f"{middle['rate']:.0f}/s {latency}")
    if "roost" not in rounds:
        print("  roost does not answer this")
        return
    for name in rounds:
        if name != "roost":
            ratio = ratios(rounds, name)
            word = f"{ratio:.2f} x {name}" if name == "nginx" else f"{1 / ratio:.0f} x less than {name}"
            print(f"  roost takes {word}")


def ratios(rounds, peer, part="cpu"):
    """The median of the ratios of rounds that were beside each other."""
    return statistics.median(getattr(ours, part) / getattr(theirs, part) for ours, theirs in zip(rounds["roost"], rounds[peer]))


def aim(what, value, bound, at_least):
    aims.append((what, value, bound, at_least))


def aims_of(case, rounds):
    if "roost" not in rounds:
        return aim(f"{case.name}: an answer", None, 1, True)
    against = 1 / ratios(rounds, "kserve") if "kserve" in rounds else None
    if case.note in ("iris LR, 2 rows", "iris SVC, 2 rows"):
        aim(f"{case.name}: times less CPU than KServe", against, 70, True)
    if case.note == "XGBoost 100, 1 row":
        aim(f"{case.name}: times less CPU than KServe", against, 100, True)
    if case.note == "XGBoost 100, 1000 x 30" and case.protocol in ("V1", "V2 binary"):
        aim(f"{case.name}: times less CPU than KServe", against, 5 if case.protocol == "V1" else 15, True)
    if case.note == "iris LR, 2 rows" and "nginx" in rounds:
        aim(f"{case.name}: CPU against nginx", ratios(rounds, "nginx"), 1.5, False)
        aim(f"{case.name}: p99 against nginx", ratios(rounds, "nginx", "p99"), 1.0, False)


def first_answer(command, port, case):
    """Milliseconds from exec to the first right answer."""
    begun = time.monotonic()
    child = spawn(scratch, *command)
    until("the first answer", lambda: ask(port, case.path, case.request) == ANSWER)
    millis = (time.monotonic() - begun) * 1e3
    return child, millis


ANSWER = b'{"predictions":[0,2]}'


def start_and_memory(models, case):
    print("\nStart and memory")
    port, = servers.free_ports(1)
    command = [roost, "model-server", "--model_name", "iris", "--model_dir", models["iris"][0], "--address", "127.0.0.1", "--http_port", port, "--enable_grpc", "false"]
    times, sizes = [], []
    for _ in range(9):
        child, millis = first_answer(command, port, case)
        for _ in range(1000):
            ask(port, case.path, case.request)
        times.append(millis)
        sizes.append(resident_mib([child.pid]))
        stop(child)
    aim("exec to the first right answer, ms", row("roost: exec to the first right answer", times, "ms"), 20, False)
    aim("resident memory with iris, MiB", row("roost: resident with iris, 1,000 requests served", sizes, "MiB"), 15, False)


def peer_start(models, case):
    """The same of KServe's server, once: it takes seconds."""
    port, rpc = servers.free_ports(2)
    command = [servers.python("kserve"), servers.HERE / "kserve_model.py", f"iris={models['iris'][0]}:{port}:{rpc}"]
    child, millis = first_answer(command, port, case)
    row("kserve: exec to the first right answer", [millis], "ms")
    row("kserve: resident with iris", [resident_mib(tree(child.pid))], "MiB")
    stop(child)


def thousand(models, case):
    """Many models in one process: memory when each has answered."""
    folder = pathlib.Path(scratch) / "many"
    for number in range(SMALL_MODELS):
        shutil.copytree(models["iris"][0], folder / f"m-{number}")
    port, = servers.free_ports(1)
    begun = time.monotonic()
    child = spawn(scratch, roost, "model-server", "--model_dir", folder, "--address", "127.0.0.1", "--http_port", port, "--enable_grpc", "false")
    if not servers.wait_for(port, child):
        return aim(f"resident with {SMALL_MODELS} small models, MiB", None, 300, False)
    row(f"roost: exec until {SMALL_MODELS} models are loaded", [(time.monotonic() - begun) * 1e3], "ms")
    right = sum(ask(port, f"/v1/models/m-{number}:predict", case.request) == ANSWER for number in range(SMALL_MODELS))
    size = row(f"roost: resident, {right} of {SMALL_MODELS} models have answered", [resident_mib([child.pid])], "MiB")
    aim(f"resident with {SMALL_MODELS} small models, MiB", size if right == SMALL_MODELS else None, 300, False)
    stop(child)


def start_peers(models):
    """Those that can be had; says why others cannot."""
    started = {"roost": servers.Roost(scratch).start(models, roost)}
    for name, kind in (("kserve", servers.KServe), ("mlserver", peers.MLServer)):
        try:
            started[name] = kind(scratch).start(models)
        except servers.Unavailable as reason:
            print(f"{name} is not measured: {reason}")
    return started


def nginx_answers(wanted, server):
    """What nginx is to say: Roost's own answers."""
    found = {}
    for case in wanted:
        if "nginx" in case.peers and answers(server, case):
            found[f"{case.model}-{case.protocol}"] = ask(server.http[case.model], case.path, case.request).decode()
    return found


def verdict():
    print("\nAims")
    for what, value, bound, at_least in aims:
        wanted = f"{'>=' if at_least else '<='} {bound:g}"
        if value is None:
            print(f"  not measured  {what}: wanted {wanted}")
            continue
        reached = value >= bound if at_least else value <= bound
        by = value / bound if at_least else bound / value
        print(f"  {'reached    ' if reached else 'NOT REACHED'}   {what}: {value:.4g}, wanted {wanted} ({by:.2f} x the aim)")


def main():
    wanted = [case for case in cases.every_case() if ONLY in case.name]
    print(f"{os.cpu_count()} cores, {ROUNDS} rounds of {SECONDS} s, servers in turn")
    models = servers.models()
    started = start_peers(models)
    try:
        started["nginx"] = peers.nginx(scratch, nginx_answers(wanted, started["roost"]))
        for case in wanted:
            rounds = measure(case, started)
            show(case, rounds)
            aims_of(case, rounds)
        iris = next(case for case in cases.every_case() if case.model == "iris" and case.protocol == "V1")
        start_and_memory(models, iris)
        if "kserve" in started:
            peer_start(models, iris)
        thousand(models, iris)
    finally:
        for name in ("roost", "kserve", "mlserver"):
            if name in started:
                started[name].__exit__()
    verdict()


try:
    main()
finally:
    stop_all()
    shutil.rmtree(scratch, ignore_errors=True)
