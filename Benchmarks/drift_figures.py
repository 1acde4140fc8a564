#!/usr/bin/env python3
"""What a monitor costs a request: processor time of a model server for requests of 30 features, watched and not.

    drift_figures.py ROOST [ROUNDS]

Two servers of the same model (XGBoost, 30 features, one row a request) answer in turn, one of them watched as a DriftMonitor asks
for it: bins of every column, a sample of rows, answers kept for labels. Prints the medians over the rounds and their difference.
"""
import json, os, pathlib, socket, statistics, subprocess, sys, tempfile
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import budgets
import cases

roost, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 15
REQUESTS, AT_ONCE = 20_000, 50
case = cases.Case("cancer-xgb", "V1", cases.TUMOURS[:1], "XGBoost 100, 1 row")


def start(log):
    port = budgets.free_port()
    command = [roost, "model-server", "--model_name", case.model, "--model_dir", budgets.FOLDERS[case.model],
               "--address", "127.0.0.1", "--http_port", port, "--grpc_port", budgets.free_port(), "--workers", 1]
    process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log)
    budgets.wait_for(port, process, log.name)
    return process, port


def watch(port):
    row = cases.TUMOURS[0]
    features = [{"name": f"f{i}", "index": i, "edges": [value * (0.5 + step / 20) for step in range(19)], "range": [-1e9, 1e9]}
                for i, value in enumerate(float(value) or 1.0 for value in row)]
    plan = {"id": "bench", "model": case.model, "features": features, "sampleRows": 1000, "keepsAnswers": True,
            "prediction": {"name": "prediction", "index": 0, "edges": [0.1 * step for step in range(1, 10)]}}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/roost/drift/watch/bench", json.dumps({"plan": plan, "epoch": 1}).encode(), method="PUT")
    urllib.request.urlopen(request).read()


def nanoseconds(process):
    """Time of all its threads on a processor."""
    tasks = pathlib.Path(f"/proc/{process.pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


def ask(port, ids):
    body = case.request.body
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rb") as answers:
        for batch in range(REQUESTS // AT_ONCE):
            heads = (f"POST {case.path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nx-request-id: {ids}-{batch * AT_ONCE + number}\r\n"
                     f"Content-Length: {len(body)}\r\n\r\n".encode() + body for number in range(AT_ONCE))
            connection.sendall(b"".join(heads))
            for _ in range(AT_ONCE):
                status, length = answers.readline().split()[1], 0
                assert status == b"200", status
                while (line := answers.readline()) != b"\r\n":
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                answers.read(length)


with tempfile.NamedTemporaryFile("w") as log:
    servers = [start(log), start(log)]
    try:
        watch(servers[1][1])
        costs = [[], []]
        for number in range(rounds + 1):
            for which, (process, port) in enumerate(servers):
                before = nanoseconds(process)
                ask(port, f"{number}")
                if number:  # the first round warms up
                    costs[which].append((nanoseconds(process) - before) / REQUESTS)
    finally:
        for process, _ in servers:
            process.terminate()
            process.wait()
plain, watched = (statistics.median(cost) for cost in costs)
print(f"{rounds} rounds of {REQUESTS} requests of 30 features, labels taken: {plain / 1000:.2f} us a request, {watched / 1000:.2f} us watched: "
      f"{watched - plain:.0f} ns more  to reach: < 1000")
