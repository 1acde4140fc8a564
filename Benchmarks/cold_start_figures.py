"""Measures cold starts: services of iris at zero, one after the other and all at once, request sent to answer received.

    cold_start_figures.py ROOST MODELS
"""
import concurrent.futures
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

from measure import busy, cpu_seconds, row, spawn, stop_all, until

roost, models = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SERVICES = int(os.environ.get("SERVICES", "100"))
BODY = b'{"instances": [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]}'
ANSWER = [0, 2]
scratch = tempfile.mkdtemp(prefix="roost-bench-")


def manifest(number):
    # The shortest window there is: services are back at zero after some seconds.
    settings = {"autoscaling.knative.dev/window": "6s"}
    return {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
            "metadata": {"name": f"iris-{number}", "annotations": settings},
            "spec": {"predictor": {"minReplicas": 0, "maxReplicas": 1, "sklearn": {"storageUri": f"file://{models}/iris"}}}}


class Platform:
    def __init__(self):
        self.up = spawn(scratch, roost, "up", "--data-dir", f"{scratch}/data", "--api-port", "0", "--gateway-port", "0")
        found = until("roost up", lambda: re.search(r"gateway\s+http://([0-9.:]+)", open(f"{scratch}/roost-up.out").read()))
        self.gateway = found.group(1)

    def kubectl(self, *words, text=None):
        environment = {**os.environ, "KUBECONFIG": f"{scratch}/data/kubeconfig"}
        return subprocess.run(["kubectl", *words], env=environment, input=text, capture_output=True, text=True)

    def ask(self, number):
        """Milliseconds until the answer, and whether it was right."""
        begun = time.monotonic()
        connection = http.client.HTTPConnection(self.gateway, timeout=120)
        headers = {"Host": f"iris-{number}.default.example.com", "Content-Type": "application/json"}
        connection.request("POST", f"/v1/models/iris-{number}:predict", BODY, headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        right = answer.status == 200 and json.loads(body)["predictions"] == ANSWER
        return (time.monotonic() - begun) * 1e3, right, f"{answer.status} {body[:200]}"

    def replicas(self):
        found = self.kubectl("get", "deployments", "-o", "jsonpath={.items[*].spec.replicas}").stdout.split()
        pods = self.kubectl("get", "pods", "-o", "name").stdout.split()
        return len(found), sum(map(int, found)) + len(pods)

    def until_zero(self):
        until("all services at zero", lambda: self.replicas() == (SERVICES, 0), seconds=300)
        time.sleep(1)


def main():
    print(f"{os.cpu_count()} cores, {busy()}, {SERVICES} services of iris, each at most one replica")
    platform = Platform()
    items = {"apiVersion": "v1", "kind": "List", "items": [manifest(number) for number in range(SERVICES)]}
    applied = platform.kubectl("apply", "-f", "-", text=json.dumps(items))
    if applied.returncode != 0:
        sys.exit(f"bench: {applied.stderr}")
    until("the services", lambda: platform.replicas()[0] == SERVICES, seconds=120)
    platform.until_zero()
    before = cpu_seconds([platform.up.pid])
    answers = [platform.ask(number) for number in range(SERVICES)]
    spent = cpu_seconds([platform.up.pid]) - before
    times = sorted(one[0] for one in answers)
    row("cold start, one after the other: p50", [statistics.median(times)], "ms", "to reach: < 25")
    row("p99", [times[min(len(times) - 1, int(len(times) * 0.99))]], "ms", "to reach: < 60")
    row("CPU of roost up for each, the replica's own aside", [spent / SERVICES * 1e3], "ms")
    wrong = [told for _, right, told in answers if not right]
    platform.until_zero()
    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(SERVICES) as pool:
        answers = list(pool.map(platform.ask, range(SERVICES)))
    took = (time.monotonic() - begun) * 1e3
    wrong += [told for _, right, told in answers if not right]
    times = sorted(one[0] for one in answers)
    row(f"{SERVICES} woken at once: the last answer", [took], "ms")
    row("the median answer", [statistics.median(times)], "ms")
    print(f"  not answered rightly: {len(wrong)} of {2 * SERVICES} (to reach: 0) {wrong[:2]}")


try:
    main()
finally:
    stop_all()
    subprocess.run(["rm", "-rf", scratch])
