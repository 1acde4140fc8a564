"""Measures the gateway beside Envoy and nginx: CPU per proxied request, p99, many routes, a change of weights under load.

    gateway_figures.py ROOST
"""
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import proxies
from load import Request, load
from measure import busy, resident_mib, row, stop_all, until
from proxies import servers

roost = os.path.abspath(sys.argv[1])
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", "5")), int(os.environ.get("SECONDS", "2"))
CONNECTIONS, ROUTES, CHANGES = (1, 32, 256), 10_000, 10
HOST = {"Host": "split.example.com"}
REQUESTS = {"GET": Request(None, HOST),
            "POST": Request(b'{"instances": [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]}', {**HOST, "Content-Type": "application/json"})}
scratch = tempfile.mkdtemp(prefix="roost-bench-")


def beside(peers):
    """Every method and number of connections, the peers in turn."""
    for method, request in REQUESTS.items():
        for connections in CONNECTIONS:
            results = {name: [] for name in peers}
            for _ in range(ROUNDS):
                for name, (pid, address) in peers.items():
                    results[name].append(load(scratch, address, "/v1/models/iris:predict", request, connections, SECONDS, [pid]))
            print(f"\n{method}, {connections} connections")
            for name, rounds in results.items():
                p99 = statistics.median(one.p99 for one in rounds)
                rate = statistics.median(one.rate for one in rounds)
                row(f"{name}: CPU per request", [one.cpu for one in rounds], "us", f"p99 {p99:.2f} ms, {rate:.0f}/s")
            for name in results:
                if name != "roost":
                    ratios = [ours.cpu / theirs.cpu for ours, theirs in zip(results["roost"], results[name])]
                    row(f"ratio to {name}", ratios, "x", "to reach: <= 0.33" if name == "envoy" else "to reach: <= 1")


def many_routes(few, ports):
    """The same request beside ten routes and beside ten thousand."""
    for number in range(9):
        few.put(proxies.route(f"r{number}.example.com", {"a": 1}))
    many = proxies.Gateway(scratch, roost, ports)
    begun = time.monotonic()
    many.put(*(proxies.route(f"r{number}.example.com", {"a": 1}) for number in range(ROUTES)))
    print(f"\n{ROUTES} routes were applied in {time.monotonic() - begun:.0f} s")
    until("the last route", lambda: ask(many.address, f"r{ROUTES - 1}.example.com") == "a")
    until("all statuses", lambda: all("status" in item for item in many.get(f"/apis/{proxies.GROUP}/httproutes")["items"]), seconds=300)
    results = {few: [], many: []}
    for _ in range(ROUNDS):
        for gateway, rounds in results.items():
            rounds.append(load(scratch, gateway.address, "/v1/models/iris:predict", REQUESTS["GET"], 32, SECONDS, [gateway.pid]).cpu)
    row("beside 10 routes: CPU per request", results[few], "us")
    row(f"beside {ROUTES} routes: CPU per request", results[many], "us")
    row("ratio", [two / one for one, two in zip(results[few], results[many])], "x", "to reach: 1")
    row("resident with 10,000 routes", [resident_mib([many.pid])], "MiB")
    weights_under_load(many, f"{ROUTES} routes")


def ask(address, host):
    """Which side answers; an error is its status."""
    connection = http.client.HTTPConnection(address, timeout=5)
    connection.request("GET", "/", headers={"Host": host})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.headers["x-side"] if answer.status == 200 else str(answer.status)


def shares(gateway):
    """How far 1,000 requests lie from 70/30."""
    off = []
    for _ in range(20):
        connection = http.client.HTTPConnection(gateway.address, timeout=5)
        count = 0
        for _ in range(1000):
            connection.request("GET", "/", headers=HOST)
            answer = connection.getresponse()
            answer.read()
            count += answer.headers["x-side"] == "a"
        connection.close()
        off.append(abs(count / 10 - 70))
    row("1,000 requests at 70/30 are off by", off, "%", "to reach: <= 1 each time")


class Watcher(threading.Thread):
    """Asks without a pause over one connection and notes when which side answered."""

    def __init__(self, address, host):
        super().__init__(daemon=True)
        self.address, self.host, self.seen, self.ends = address, host, [], threading.Event()

    def run(self):
        connection = http.client.HTTPConnection(self.address, timeout=5)
        while not self.ends.is_set():
            connection.request("GET", "/", headers={"Host": self.host})
            answer = connection.getresponse()
            answer.read()
            self.seen.append((time.monotonic(), answer.headers["x-side"] if answer.status == 200 else str(answer.status)))


def weights_under_load(gateway, name):
    """All weight goes from one side to the other and back; how long after the API's answer the old side still answers."""
    load_of_wrk = ["wrk", "-t1", "-c32", f"-d{CHANGES + 2}s", "-H", "Host: split.example.com", f"http://{gateway.address}/"]
    wrk = subprocess.Popen(load_of_wrk, stdout=subprocess.PIPE, text=True)
    watcher = Watcher(gateway.address, "split.example.com")
    watcher.start()
    times = []
    for number in range(CHANGES):
        time.sleep(0.5)
        new, old = ("a", "b") if number % 2 else ("b", "a")
        gateway.put(proxies.route("split.example.com", {new: 100, old: 0}))
        changed = time.monotonic()
        time.sleep(0.3)
        times.append(max([(seen - changed) * 1e3 for seen, side in list(watcher.seen) if side == old], default=0))
    watcher.ends.set()
    watcher.join()
    out = wrk.communicate()[0]
    errors = sum(side not in "ab" for _, side in watcher.seen) + ("Non-2xx" in out or "Socket errors" in out)
    row(f"a change of weights, 32 connections, {name}", [max(0, one) for one in times], "ms", f"to reach: < 50; {errors} errors")
    gateway.put(proxies.route("split.example.com", {"a": 70, "b": 30}))


def main():
    print(f"{os.cpu_count()} cores, {busy()}, {ROUNDS} rounds of {SECONDS} s, one thread each, 70/30 over two upstreams")
    ports = proxies.upstreams(scratch)
    gateway = proxies.Gateway(scratch, roost, ports)
    peers = {"roost": (gateway.pid, gateway.address), "nginx": proxies.start_nginx(scratch, ports)}
    try:
        peers["envoy"] = proxies.start_envoy(scratch, ports)
    except servers.Unavailable as why:
        print(f"envoy is left out: {why}")
    until("the routes", lambda: all(ask(address, HOST["Host"]) in ("a", "b") for _, address in peers.values()))
    only = os.environ.get("ONLY", ".")
    if only in (".", "beside"):
        beside(peers)
        print("\nMemory")
        for name, (pid, _) in peers.items():
            row(f"{name}: resident", [resident_mib([pid])], "MiB")
    if only in (".", "shares"):
        shares(gateway)
    if only in (".", "weights"):
        weights_under_load(gateway, "1 route")
    if only in (".", "routes"):
        many_routes(gateway, ports)


try:
    main()
finally:
    stop_all()
    subprocess.run(["rm", "-rf", scratch])
