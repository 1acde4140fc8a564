"""Measures `roost up` beside nginx `return 200`: start, first answer, memory, CPU per request through the gateway."""
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from load import Request, load
from measure import resident_mib, row, spawn, stop, stop_all, tree, until

roost, models = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
ROUNDS, SECONDS, CONNECTIONS = 5, 2, 32
BODY = '{"instances": [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]}'
ANSWER = '{"predictions":[0,2]}'
scratch = tempfile.mkdtemp(prefix="roost-bench-")


def post(address, path, host=None):
    request = urllib.request.Request(f"http://{address}{path}", data=BODY.encode())
    request.add_header("Content-Type", "application/json")
    if host:
        request.add_header("Host", host)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read().decode()


def measure(address, path, host, pids):
    headers = {"Content-Type": "application/json", **({"Host": host} if host else {})}
    return load(scratch, address, path, Request(BODY.encode(), headers), CONNECTIONS, SECONDS, pids)


def nginx():
    folders = " ".join(f"{name}_temp_path {scratch}/{name};" for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    with open(f"{scratch}/nginx.conf", "w") as file:
        file.write(f"""daemon off; master_process off; worker_processes 1; error_log {scratch}/nginx.log; pid {scratch}/nginx.pid;
events {{ worker_connections 1024; }}
http {{ access_log off; {folders} keepalive_requests 100000000;
server {{ listen 127.0.0.1:18391; location / {{ default_type application/json; return 200 '{ANSWER}'; }} }} }}""")
    child = spawn(scratch, "nginx", "-c", f"{scratch}/nginx.conf")
    until("nginx", lambda: post("127.0.0.1:18391", "/"))
    return child.pid


def start_up(folder):
    """Starts roost up; returns its process, milliseconds to /readyz, its gateway, its kubeconfig."""
    begun = time.monotonic()
    child = spawn(scratch, roost, "up", "--data-dir", folder, "--api-port", "18392", "--gateway-port", "0")

    def ready():
        asked = subprocess.run(["curl", "-sk", "-m1", "https://127.0.0.1:18392/readyz"], capture_output=True, text=True)
        return asked.stdout.strip() == "ok"

    def output():
        return re.search(r"gateway\s+http://([0-9.:]+)", open(f"{scratch}/roost-up.out").read())

    until("/readyz", ready)
    millis = (time.monotonic() - begun) * 1e3
    return child, millis, until("roost up", output).group(1), f"{folder}/kubeconfig"


def manifest(name):
    spec = {"predictor": {"sklearn": {"storageUri": f"file://{models}/iris"}}}
    return json.dumps({"apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": {"name": name}, "spec": spec})


def first_answer(gateway, kubeconfig, name):
    """Milliseconds from the start of `kubectl apply` to the first right answer through the gateway."""
    path = f"{scratch}/{name}.json"
    with open(path, "w") as file:
        file.write(manifest(name))
    environment = {**os.environ, "KUBECONFIG": kubeconfig}
    begun = time.monotonic()
    apply = subprocess.Popen(["kubectl", "apply", "-f", path], env=environment, stdout=subprocess.DEVNULL)
    host = f"{name}.default.example.com"
    until("the first answer", lambda: post(gateway, f"/v1/models/{name}:predict", host) == ANSWER)
    millis = (time.monotonic() - begun) * 1e3
    apply.wait()
    return millis


def kubectl_alone(kubeconfig):
    """Milliseconds of a kubectl that asks one thing: what of `apply` is the client's own."""
    begun = time.monotonic()
    environment = {**os.environ, "KUBECONFIG": kubeconfig}
    subprocess.run(["kubectl", "get", "--raw", "/version"], env=environment, stdout=subprocess.DEVNULL)
    return (time.monotonic() - begun) * 1e3


def start_figures():
    print("Start")
    starts = []
    for number in range(5):
        child, millis, _, _ = start_up(f"{scratch}/start-{number}")
        starts.append(millis)
        stop(child)
    row("exec of roost up to /readyz, empty folder", starts, "ms", "to reach: < 500")


def request_figures(up, gateway, replica):
    server = spawn(scratch, roost, "model-server", "--model_name", "iris", "--model_dir", f"{models}/iris", "--http_port", "18393")
    until("the model server", lambda: post("127.0.0.1:18393", "/v1/models/iris:predict") == ANSWER)
    base, alone, through = "nginx return 200, the same body", "model server", "gateway + model server"
    peers = {
        base: ("127.0.0.1:18391", "/", None, [nginx()]),
        alone: ("127.0.0.1:18393", "/v1/models/iris:predict", None, [server.pid]),
        through: (gateway, "/v1/models/iris-0:predict", "iris-0.default.example.com", [up.pid, replica]),
    }
    results = {name: [] for name in peers}
    for _ in range(ROUNDS):
        for name, peer in peers.items():
            results[name].append(measure(*peer))
    print("\nCPU per V1 request, interleaved")
    for name, rounds in results.items():
        row(name, [one.cpu for one in rounds], "us")
    for name, goal in [(alone, "to reach: <= 2"), (through, "")]:
        ratios = [ours.cpu / theirs.cpu for ours, theirs in zip(results[name], results[base])]
        row(f"ratio to nginx: {name}", ratios, "x", goal)
    print("\nThroughput and p99")
    for name, rounds in results.items():
        row(name, [one.rate for one in rounds], "/s")
        row("", [one.p99 for one in rounds], "ms")


def main():
    print(f"{os.cpu_count()} cores, {ROUNDS} rounds of {SECONDS} s, {CONNECTIONS} connections, iris with 2 rows\n")
    start_figures()
    up, _, gateway, kubeconfig = start_up(f"{scratch}/data")
    answers = [first_answer(gateway, kubeconfig, f"iris-{number}") for number in range(5)]
    row("kubectl apply to the first right answer", answers, "ms", "to reach: < 500")
    row("a kubectl that asks one thing", [kubectl_alone(kubeconfig) for _ in range(5)], "ms")
    replicas = {}
    for pid in tree(up.pid)[1:]:
        found = re.search(r"--model_name=(iris-\d)", open(f"/proc/{pid}/cmdline").read())
        if found:
            replicas[found.group(1)] = pid
    print("\nMemory")
    row("resident, one replica of iris", [resident_mib([pid]) for pid in replicas.values()], "MiB", "to reach: < 20")
    row("resident, roost up with 5 services", [resident_mib([up.pid])], "MiB")
    request_figures(up, gateway, replicas["iris-0"])


try:
    main()
finally:
    stop_all()
    subprocess.run(["rm", "-rf", scratch])
