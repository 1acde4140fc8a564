"""The peers of the benchmarks: nginx `return 200` with the same answer, KServe's Python server, MLServer."""
import json
import os
import pathlib
import sys
import urllib.request

from measure import spawn, until

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "scripts" / "peers"))
import servers

MLSERVER_MODELS = {"iris": "sklearn.SKLearnModel", "iris-svc": "sklearn.SKLearnModel", "cancer-xgb": "xgboost.XGBoostModel"}


def nginx(scratch, answers):
    """nginx with one location for each name; returns its process, its address and the names."""
    port, = servers.free_ports(1)
    folders = " ".join(f"{name}_temp_path {scratch}/{name};" for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    locations = "\n".join(f"location = /{name} {{ default_type application/json; return 200 '{answer}'; }}" for name, answer in answers.items())
    pathlib.Path(f"{scratch}/nginx.conf").write_text(
        f"""daemon off; master_process off; worker_processes 1; error_log {scratch}/nginx.log; pid {scratch}/nginx.pid;
events {{ worker_connections 1024; }}
http {{ access_log off; {folders} keepalive_requests 100000000; client_max_body_size 64m;
server {{ listen 127.0.0.1:{port}; {locations} }} }}""")
    process = spawn(scratch, "nginx", "-c", f"{scratch}/nginx.conf")
    servers.wait_for(port, process)
    return process, f"127.0.0.1:{port}", set(answers)


def ready(port, model):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/models/{model}/ready", timeout=5) as answer:
        return answer.status == 200


class MLServer(servers.Servers):
    """One MLServer without worker processes, where it is quickest, around those models that it is measured on."""

    def start(self, models):
        http, rpc, metrics = servers.free_ports(3)
        folder = self.scratch / "mlserver"
        for name, kind in MLSERVER_MODELS.items():
            (folder / name).mkdir(parents=True)
            file = next(path for path in pathlib.Path(models[name][0]).iterdir())
            settings = {"name": name, "implementation": f"mlserver_{kind}", "parameters": {"uri": str(file)}}
            (folder / name / "model-settings.json").write_text(json.dumps(settings))
        settings = {"host": "127.0.0.1", "http_port": http, "grpc_port": rpc, "metrics_port": metrics, "parallel_workers": 0}
        (folder / "settings.json").write_text(json.dumps(settings))
        program = pathlib.Path(servers.python("mlserver")).parent / "mlserver"
        process = self.spawn("mlserver", [program, "start", folder], {"PATH": f"{program.parent}:{os.environ['PATH']}"})
        if not servers.wait_for(http, process):
            raise servers.Unavailable(f"MLServer does not start: {self.scratch}/mlserver.log")
        until("MLServer's models", lambda: all(ready(http, name) for name in MLSERVER_MODELS))
        for name in MLSERVER_MODELS:
            self.http[name], self.grpc[name], self.process[name], self.pid[name] = http, rpc, process, process.pid
        return self
