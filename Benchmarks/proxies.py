"""The gateway and its peers before the same two upstreams, each sharing requests 70/30 between them on one thread."""
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys

from measure import spawn, until

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "scripts" / "peers"))
import servers

ANSWER = json.dumps({"predictions": [0, 2], "padding": "x" * 150})
FOLDERS = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
GROUP = "gateway.networking.k8s.io/v1"
GATEWAY = [
    {"apiVersion": GROUP, "kind": "GatewayClass", "metadata": {"name": "bench"}, "spec": {"controllerName": "roost.dev/gateway-controller"}},
    {"apiVersion": GROUP, "kind": "Gateway", "metadata": {"name": "bench", "namespace": "default"},
     "spec": {"gatewayClassName": "bench", "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}]}},
]


def nginx(scratch, name, http):
    """An nginx of one process with this in its `http`."""
    folder = pathlib.Path(scratch) / name
    folder.mkdir()
    paths = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in FOLDERS)
    (folder / "nginx.conf").write_text(
        f"""daemon off; master_process off; worker_processes 1; error_log {folder}/log; pid {folder}/pid;
events {{ worker_connections 4096; }}
http {{ access_log off; {paths} keepalive_requests 100000000; {http} }}""")
    return spawn(str(folder), "nginx", "-c", f"{folder}/nginx.conf")


def upstreams(scratch):
    """Two servers that answer at once and say which they are; their ports."""
    ports = servers.free_ports(2)
    http = "\n".join(
        f"server {{ listen 127.0.0.1:{port} backlog=1024; location / {{ default_type application/json; add_header x-side {side}; return 200 '{ANSWER}'; }} }}"
        for side, port in zip("ab", ports))
    process = nginx(scratch, "upstream", http)
    for port in ports:
        servers.wait_for(port, process)
    return ports


def start_nginx(scratch, ports):
    port, = servers.free_ports(1)
    sides = "\n".join(f"upstream {side} {{ server 127.0.0.1:{one}; keepalive 512; }}" for side, one in zip("ab", ports))
    process = nginx(scratch, "proxy", f"""
split_clients $request_id $side {{ 70% a; * b; }} {sides}
server {{ listen 127.0.0.1:{port} backlog=1024; location / {{
    proxy_pass http://$side; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }} }}""")
    servers.wait_for(port, process)
    return process.pid, f"127.0.0.1:{port}"


def start_envoy(scratch, ports):
    port, = servers.free_ports(1)

    def address(number):
        return {"socket_address": {"address": "127.0.0.1", "port_value": number}}

    def cluster(name, number):
        endpoint = {"lb_endpoints": [{"endpoint": {"address": address(number)}}]}
        return {"name": name, "type": "STATIC", "connect_timeout": "5s", "load_assignment": {"cluster_name": name, "endpoints": [endpoint]},
                "circuit_breakers": {"thresholds": [{"max_connections": 4096, "max_requests": 4096, "max_pending_requests": 4096}]}}

    clusters = {"clusters": [{"name": "a", "weight": 70}, {"name": "b", "weight": 30}]}
    router = {"name": "router", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "bench", "http_filters": [router],
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"],
                                            "routes": [{"match": {"prefix": "/"}, "route": {"weighted_clusters": clusters}}]}]}}
    filters = [{"name": "http", "typed_config": manager}]
    config = {"static_resources": {"listeners": [{"address": address(port), "filter_chains": [{"filters": filters}]}],
                                   "clusters": [cluster(name, number) for name, number in zip("ab", ports)]}}
    path = pathlib.Path(scratch) / "envoy.json"
    path.write_text(json.dumps(config))
    program = pathlib.Path(servers.python("envoy"))
    found = subprocess.run([program, "-c", "import envoy, os; print(os.path.join(os.path.dirname(envoy.__file__), '_bin', 'envoy'))"],
                           capture_output=True, text=True, check=True).stdout.strip()
    process = spawn(scratch, found, "-c", path, "--concurrency", "1", "--log-level", "error", "--disable-hot-restart")
    servers.wait_for(port, process)
    return process.pid, f"127.0.0.1:{port}"


def service(name, port):
    """A Service whose one endpoint is written by hand."""
    labels = {"kubernetes.io/service-name": name}
    return [
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "default"},
         "spec": {"clusterIP": "None", "ports": [{"name": "http", "port": 80}]}},
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {"name": f"{name}-1", "namespace": "default", "labels": labels},
         "addressType": "IPv4", "ports": [{"name": "http", "port": port, "protocol": "TCP"}],
         "endpoints": [{"addresses": ["127.0.0.1"], "conditions": {"ready": True}}]},
    ]


def route(host, weights):
    backends = [{"name": name, "port": 80, "weight": weight} for name, weight in weights.items()]
    return {"apiVersion": GROUP, "kind": "HTTPRoute", "metadata": {"name": host.split(".")[0], "namespace": "default"},
            "spec": {"parentRefs": [{"name": "bench"}], "hostnames": [host], "rules": [{"backendRefs": backends}]}}


class Gateway:
    """`roost api` and `roost gateway` as processes of their own: what the gateway costs is its process's."""

    def __init__(self, scratch, roost, ports):
        self.folder = pathlib.Path(scratch) / f"roost-{len(list(pathlib.Path(scratch).glob('roost-*')))}"
        self.folder.mkdir()
        self.api = spawn(str(self.folder), roost, "api", "--data-dir", self.folder / "data", "--api-port", "0")
        until("kubeconfig", (self.folder / "data/kubeconfig").exists)
        until("the API", lambda: self.kubectl("get", "--raw", "/readyz").returncode == 0)
        port, = servers.free_ports(1)
        spawn(str(self.folder), "kubectl", "proxy", f"--port={port}", environment={"KUBECONFIG": str(self.folder / "data/kubeconfig")})
        until("kubectl proxy", lambda: servers.accepts(port))
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.put(*GATEWAY, *(item for name, port in zip("ab", ports) for item in service(name, port)))
        self.put(route("split.example.com", {"a": 70, "b": 30}))
        self.process = spawn(str(self.folder), roost, "gateway", "--kubeconfig", self.folder / "data/kubeconfig", "--gateway-port", "0")
        self.pid = self.process.pid
        out = next(self.folder.glob("*-gateway.out"))
        found = until("the gateway", lambda: re.search(r"(127\.[\d.]+:\d+)", out.read_text()))
        self.address = found.group(1)

    def kubectl(self, *words):
        environment = {**os.environ, "KUBECONFIG": str(self.folder / "data/kubeconfig")}
        return subprocess.run(["kubectl", *words], env=environment, capture_output=True, text=True)

    def put(self, *objects):
        """Creates objects, or changes what is there; returns when the API has answered."""
        for item in objects:
            group = item["apiVersion"]
            plural = {"GatewayClass": "gatewayclasses"}.get(item["kind"], item["kind"].lower() + "s")
            namespace = item["metadata"].get("namespace")
            path = f"/api{'' if group == 'v1' else 's'}/{group}/{f'namespaces/{namespace}/' if namespace else ''}{plural}"
            if self.send("POST", path, item) == 409:
                self.send("PATCH", f"{path}/{item['metadata']['name']}", {"spec": item["spec"]})

    def get(self, path):
        self.connection.request("GET", path)
        return json.loads(self.connection.getresponse().read())

    def send(self, method, path, body):
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        self.connection.request(method, path, json.dumps(body), {"Content-Type": kind})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status >= 400 and answer.status != 409:
            sys.exit(f"bench: {method} {path}: {answer.status} {text}")
        return answer.status
