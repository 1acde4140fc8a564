"""Two versions of iris behind one route, wrk on it without a pause, and everything that Roost changes in between.

    traffic.py SCRATCH GATEWAY REQUESTS

Goes through the changes again and again until so many requests were sent. GETs may be asked twice, so none may fail; of
the POSTs only those may fail, with 502 or 503, that a killed replica had in hand.
"""
import atexit
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time

scratch, gateway, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3])
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
HOST, CONNECTIONS = "split.example.com", 8
PREDICT = '{"instances": [[5.1, 3.5, 1.4, 0.2]]}'
ISVC = {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService",
        "metadata": {"name": "iris", "annotations": {"serving.kserve.io/autoscalerClass": "external"}},
        "spec": {"predictor": {"minReplicas": 2, "sklearn": {"storageUri": f"file://{ROOT}/examples/models/iris"}}}}
VERSIONS = ["iris-predictor", "iris-b"]
seed = int(os.environ.get("SEED", time.time()))
chance = random.Random(seed)


def kubectl(*words, text=None):
    done = subprocess.run(["kubectl", *words], input=text, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"kubectl {' '.join(words)}: {done.stderr}")
    return done.stdout


def check(name, is_right, why=""):
    print(f"  {'ok' if is_right else 'FAIL'} {name}{'' if is_right else ': ' + why}", flush=True)
    return is_right


def copy_of(kind, name, new):
    """The same object under another name and another label `app`."""
    item = json.loads(kubectl("get", kind, name, "-o", "json"))
    item["metadata"] = {"name": new, "labels": {"app": new}}
    item.pop("status", None)
    spec = item["spec"]
    if kind == "service":
        item["spec"] = {"ports": spec["ports"], "selector": {"app": new}}
    else:
        spec["selector"] = {"matchLabels": {"app": new}}
        spec["template"]["metadata"]["labels"] = {"app": new}
    return json.dumps(item)


def weights(*parts):
    backends = [{"name": name, "port": 80, "weight": part} for name, part in zip(VERSIONS, parts)]
    parent = {"name": "kserve-ingress-gateway", "namespace": "kserve"}
    route = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "split"},
             "spec": {"parentRefs": [parent], "hostnames": [HOST], "rules": [{"backendRefs": backends}]}}
    kubectl("apply", "-f", "-", text=json.dumps(route))


def set_up():
    kubectl("apply", "-f", "-", text=json.dumps(ISVC))
    kubectl("wait", "--for=condition=Ready", "isvc/iris", "--timeout=60s")
    for kind in ("deployment", "service"):
        kubectl("apply", "-f", "-", text=copy_of(kind, "iris-predictor", "iris-b"))
    kubectl("rollout", "status", "deployment/iris-b", "--timeout=60s")
    weights(70, 30)
    time.sleep(1)


def scale(name, count):
    kubectl("scale", f"deployment/{name}", f"--replicas={count}")
    kubectl("rollout", "status", f"deployment/{name}", "--timeout=60s")


def restart(name):
    kubectl("rollout", "restart", f"deployment/{name}")
    kubectl("rollout", "status", f"deployment/{name}", "--timeout=60s")


def undo(name):
    kubectl("rollout", "undo", f"deployment/{name}")
    kubectl("rollout", "status", f"deployment/{name}", "--timeout=60s")


def kill(name):
    """Ends a replica as a crash does, and waits until it is back."""
    pods = json.loads(kubectl("get", "pods", "-o", "json"))["items"]
    ready = [pod for pod in pods if pod["metadata"]["name"].startswith(f"{name}-") and "deletionTimestamp" not in pod["metadata"]]
    uid = chance.choice(ready)["metadata"]["uid"]
    pids = processes_of(uid)
    if not pids:
        sys.exit(f"no process of pod {uid} is found")
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    kubectl("rollout", "status", f"deployment/{name}", "--timeout=60s")


def processes_of(uid):
    """The processes of a pod, by the mark that the node leaves in their environment."""
    pids = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if uid.encode() in (folder / "environ").read_bytes():
                pids.append(int(folder.name))
        except OSError:
            continue
    return pids


def changes():
    """One way through all changes, in any order but for the rollback, which needs a rollout."""
    one, two = VERSIONS
    steps = [("weights 30/70", lambda: weights(30, 70)), ("weights 100/0", lambda: weights(100, 0)), ("weights 70/30", lambda: weights(70, 30)),
             ("rollout", lambda: restart(one)), ("rollback", lambda: undo(one)), ("rollout of the other", lambda: restart(two)),
             ("scale to 4", lambda: scale(one, 4)), ("scale to 1", lambda: scale(one, 1)), ("scale to 2", lambda: scale(one, 2)),
             ("kill -9", lambda: kill(one)), ("kill -9 of the other", lambda: kill(two))]
    chance.shuffle(steps)
    # What was never rolled out has nothing to go back to.
    names = [name for name, _ in steps]
    first, second = sorted((names.index("rollout"), names.index("rollback")))
    steps[first], steps[second] = (steps[names.index(name)] for name in ("rollout", "rollback"))
    return steps + [("weights 70/30", lambda: weights(70, 30)), ("scale to 2", lambda: scale(one, 2))]


class Load:
    """wrk in the background, one method."""

    def __init__(self, method, path, body=None, seconds=3600):
        script = pathlib.Path(scratch) / f"{method}.lua"
        lines = [f"wrk.method = '{method}'"] + ([f"wrk.body = '{body}'", "wrk.headers['Content-Type'] = 'application/json'"] if body else [])
        script.write_text("\n".join(lines) + "\n" + (HERE / "count.lua").read_text())
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "-H", f"Host: {HOST}", "-s", script, f"http://{gateway}{path}"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        atexit.register(self.process.kill)

    def end(self):
        """Requests, errors of connections, statuses that are none of success, the first of them in full."""
        self.process.send_signal(signal.SIGINT)
        out = self.process.communicate()[0]
        numbers = [int(number) for number in re.search(r"RESULT (.*)", out).group(1).split()]
        return numbers[0], sum(numbers[1:5]), numbers[5], out[out.index("STATUSES"):].strip()


def main():
    print(f"seed {seed}", flush=True)
    set_up()
    requests, kills = 0, 0
    failed = {"GET": 0, "POST": 0}
    odd = []
    done = []
    began = time.monotonic()
    while requests < wanted:
        loads = {"GET": Load("GET", "/v1/models/iris"), "POST": Load("POST", "/v1/models/iris:predict", PREDICT)}
        time.sleep(1)
        for name, step in changes():
            begun = time.monotonic()
            step()
            done.append(name)
            kills += name.startswith("kill")
            print(f"{name}: {time.monotonic() - begun:.1f} s", flush=True)
        time.sleep(1)
        for method, load in loads.items():
            count, broken, refused, told = load.end()
            requests += count
            failed[method] += broken + refused
            if broken or refused:
                print(f"{method}: {broken} connections broke, {refused} refusals\n{told}", flush=True)
            odd += re.findall(r"(\d{3})=", told.splitlines()[0])
    print(f"{requests} requests in {time.monotonic() - began:.0f} s, {len(done)} changes, {kills} kills; failed: {failed}")
    strange = {code for code in odd if code not in ("200", "502", "503")}
    right = [
        check(f"{wanted} requests through every change: no GET fails", failed["GET"] == 0, str(failed)),
        check("POSTs fail only with a killed replica", failed["POST"] <= kills * CONNECTIONS, f"{failed} with {kills} kills"),
        check("what fails is told as 502 or 503", not strange, str(strange)),
    ]
    sys.exit(0 if all(right) else 1)


main()
