"""What a graph costs: a sequence of two predictions through a router within the gateway's process, through one of its own process, and
the two predictions asked for one after the other.

    graph_figures.py ROOST MODELS
"""
import json
import os
import re
import subprocess
import sys
import tempfile

from load import Request, load
from measure import busy, row, spawn, stop_all, tree, until

roost, models = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", "5")), int(os.environ.get("SECONDS", "2"))
CONNECTIONS = (1, 32)
BODY = b'{"instances": [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]}'
STEPS = {"root": {"routerType": "Sequence", "steps": [{"serviceName": "iris"}, {"serviceName": "iris", "data": "$request"}]}}
WAYS = {"within the gateway": "inside", "a process of its own": "outside", "one prediction alone": "iris"}
scratch = tempfile.mkdtemp(prefix="roost-bench-")


def objects():
    yield {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": {"name": "iris"},
           "spec": {"predictor": {"sklearn": {"storageUri": f"file://{models}/iris"}}}}
    for name, annotations in (("inside", {}), ("outside", {"roost.dev/own-process": "true"})):
        yield {"apiVersion": "serving.kserve.io/v1alpha1", "kind": "InferenceGraph",
               "metadata": {"name": name, "annotations": annotations}, "spec": {"nodes": STEPS}}


def kubectl(*words, text=None):
    environment = {**os.environ, "KUBECONFIG": f"{scratch}/data/kubeconfig"}
    found = subprocess.run(["kubectl", *words], env=environment, input=text, capture_output=True, text=True)
    if found.returncode:
        sys.exit(f"bench: kubectl {' '.join(words)}: {found.stderr}")


def main():
    up = spawn(scratch, roost, "up", "--data-dir", f"{scratch}/data", "--api-port", "0", "--gateway-port", "0")
    gateway = until("roost up", lambda: re.search(r"gateway\s+http://([0-9.:]+)", open(f"{scratch}/roost-up.out").read())).group(1)
    kubectl("apply", "-f", "-", text=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects())}))
    kubectl("wait", "--for=condition=Ready", "--timeout=60s", "inferenceservice/iris", "inferencegraph/inside", "inferencegraph/outside")
    print(f"{os.cpu_count()} cores, {busy()}, {ROUNDS} rounds of {SECONDS} s, a sequence of two predictions of iris")
    for connections in CONNECTIONS:
        results = {way: [] for way in WAYS}
        for _ in range(ROUNDS):
            for way, name in WAYS.items():
                request = Request(BODY, {"Host": f"{name}.default.example.com", "Content-Type": "application/json"})
                results[way].append(load(scratch, gateway, "/v1/models/iris:predict", request, connections, SECONDS, tree(up.pid)))
        print(f"\n{connections} connections")
        for way, rounds in results.items():
            p50, p99 = (sorted(getattr(one, name) for one in rounds)[len(rounds) // 2] for name in ("p50", "p99"))
            row(f"{way}: CPU per request, all processes", [one.cpu for one in rounds], "us", f"p50 {p50:.2f} ms, p99 {p99:.2f} ms")
        pairs = zip(results["within the gateway"], results["a process of its own"])
        row("within / of its own", [inside.cpu / outside.cpu for inside, outside in pairs], "x")


try:
    main()
finally:
    stop_all()
