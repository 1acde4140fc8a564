"""Kills roost up with SIGKILL again and again under write load and checks what a user would.

Every write that was answered with success must be there after the restart with at least that content, the
InferenceService must answer again, and no process of an earlier run may be left.
"""
import json, os, random, re, signal, ssl, subprocess, sys, threading, time, urllib.error, urllib.request

roost, scratch, models, kills = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
data, seed = f"{scratch}/data", 7
random.seed(seed)


class API:
    """The few requests that the loop needs, by the kubeconfig of the folder."""

    def __init__(self):
        config = json.load(open(f"{data}/kubeconfig"))
        self.server = config["clusters"][0]["cluster"]["server"]
        self.token = config["users"][0]["user"]["token"]
        self.context = ssl._create_unverified_context()

    def send(self, method, path, body=None, kind="application/json"):
        request = urllib.request.Request(self.server + path, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", kind)
        with urllib.request.urlopen(request, context=self.context, timeout=10) as answer:
            return json.load(answer)


def start():
    out = open(f"{scratch}/up.out", "w")
    child = subprocess.Popen([roost, "up", "--data-dir", data, "--api-port", "0", "--gateway-port", "0"], stdout=out, stderr=open(f"{scratch}/up.err", "a"))
    deadline = time.time() + 20
    while "is up" not in open(f"{scratch}/up.out").read():
        if time.time() > deadline or child.poll() is not None:
            sys.exit(f"roost up did not start: {open(f'{scratch}/up.out').read()} {open(f'{scratch}/up.err').read()[-2000:]}")
        time.sleep(0.02)
    gateway = re.search(r"gateway\s+http://([0-9.:]+)", open(f"{scratch}/up.out").read()).group(1)
    return child, API(), gateway


acknowledged = {}  # name of a ConfigMap -> the highest value that the server said it stored
lock = threading.Lock()


def writer(api, number, stop):
    """Creates ConfigMaps and raises their value; remembers only what was acknowledged."""
    turn = 0
    while not stop.is_set():
        name, turn = f"c-{number}-{turn % 20}", turn + 1
        value = acknowledged.get(name, 0) + 1
        try:
            if name in acknowledged:
                api.send("PATCH", f"/api/v1/namespaces/default/configmaps/{name}", {"data": {"v": str(value)}}, "application/merge-patch+json")
            else:
                api.send("POST", "/api/v1/namespaces/default/configmaps", {"metadata": {"name": name}, "data": {"v": str(value)}})
        except urllib.error.HTTPError as error:
            if error.code != 409:  # created, but killed before it could say so
                raise
            with lock:
                acknowledged[name] = 0
            continue
        except (OSError, ValueError):
            if stop.is_set():
                return
            continue
        with lock:
            acknowledged[name] = value


def check(api):
    stored = {item["metadata"]["name"]: int(item["data"]["v"]) for item in api.send("GET", "/api/v1/namespaces/default/configmaps")["items"] if item["metadata"]["name"].startswith("c-")}
    lost = [f"{name}: {value} acknowledged, {stored.get(name)} stored" for name, value in acknowledged.items() if stored.get(name, -1) < value]
    if lost:
        sys.exit(f"lost writes: {lost[:5]}")


def predict(gateway):
    request = urllib.request.Request(f"http://{gateway}/v1/models/iris:predict", data=b'{"instances": [[5.1, 3.5, 1.4, 0.2]]}')
    request.add_header("Host", "iris.default.example.com")
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)


def wait_answer(gateway, seconds=30):
    deadline = time.time() + seconds
    while True:
        try:
            if predict(gateway) == {"predictions": [0]}:
                return
        except (OSError, ValueError) as error:
            last = error
        if time.time() > deadline:
            sys.exit(f"the service does not answer after a restart: {last} {open(f'{scratch}/up.err').read()[-3000:]}")
        time.sleep(0.02)


def replicas():
    found = subprocess.run(["pgrep", "-f", "--", f"{os.path.basename(roost)} model-server"], capture_output=True, text=True).stdout.split()
    def ours(pid):
        try:
            return data.encode() in open(f"/proc/{pid}/environ", "rb").read()
        except OSError:
            return False
    return [pid for pid in found if ours(pid)]


child, api, gateway = start()
api.send("POST", "/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices", {"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": {"name": "iris"}, "spec": {"predictor": {"sklearn": {"storageUri": f"file://{models}/iris"}}}})
wait_answer(gateway)
answers, started = [], time.time()
for number in range(kills):
    stop = threading.Event()
    writers = [threading.Thread(target=writer, args=(api, w, stop), daemon=True) for w in range(4)]
    for thread in writers:
        thread.start()
    time.sleep(random.uniform(0.05, 0.6))
    stop.set()
    child.send_signal(signal.SIGKILL)
    child.wait()
    for thread in writers:
        thread.join()
    begun = time.time()
    child, api, gateway = start()
    check(api)
    wait_answer(gateway)
    answers.append(time.time() - begun)
    deadline = time.time() + 10
    while len(replicas()) != 1:
        if time.time() > deadline:
            sys.exit(f"{len(replicas())} replicas run after a restart, wanted 1")
        time.sleep(0.05)
child.terminate()
child.wait()
if replicas():
    sys.exit(f"left behind: {replicas()}")
answers.sort()
print(f"restart to the first right answer: median {answers[len(answers) // 2] * 1000:.0f} ms, worst {answers[-1] * 1000:.0f} ms")
print(f"{kills} kills in {time.time() - started:.0f} s, {sum(acknowledged.values())} acknowledged writes of {len(acknowledged)} objects, none lost; no orphans (seed {seed})")
