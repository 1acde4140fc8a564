"""Bodies of 100 MB through the gateway, both ways: large-bodies.py ADDRESS PID. The gateway's process may keep some of no body.

One server behind the gateway, in this process: so each side can wait for what the other has seen.
"""
import hashlib
import http.client
import http.server
import json
import re
import subprocess
import sys
import threading
import time

ADDRESS, PID = sys.argv[1], int(sys.argv[2])
PIECE, PIECES, AT_ONCE = bytes(range(256)) * 4096, 100, 8
WHOLE = hashlib.sha256(PIECE * PIECES).hexdigest()
GROWTH_MAX_MIB = 24
HOST = "large.example.com"
seen = {}


def mark(name):
    return seen.setdefault(name, threading.Event())


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def body(self):
        """The request's body in pieces, by length or in chunks."""
        if "content-length" in self.headers:
            left = int(self.headers["content-length"])
            while left:
                piece = self.rfile.read(min(left, 65536))
                left -= len(piece)
                yield piece
            return
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def do_POST(self):
        sum, count = hashlib.sha256(), 0
        for piece in self.body():
            sum.update(piece)
            count += len(piece)
            if count >= len(PIECE) // 2:
                mark(self.path).set()
            if count % (8 * len(PIECE)) < len(piece):
                time.sleep(0.05)  # slower than the client
        answer = sum.hexdigest().encode()
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", str(len(PIECE) * PIECES))
        self.end_headers()
        for number in range(PIECES):
            self.wfile.write(PIECE)
            if number == 0 and not mark(self.path).wait(30):
                return


def put_route(port):
    group = "gateway.networking.k8s.io/v1"
    metadata = {"name": "large", "namespace": "default"}
    items = [
        {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"clusterIP": "None", "ports": [{"name": "http", "port": 80}]}},
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4", "ports": [{"name": "http", "port": port, "protocol": "TCP"}],
         "metadata": {**metadata, "labels": {"kubernetes.io/service-name": "large"}}, "endpoints": [{"addresses": ["127.0.0.1"], "conditions": {"ready": True}}]},
        {"apiVersion": group, "kind": "HTTPRoute", "metadata": metadata,
         "spec": {"parentRefs": [{"name": "kserve-ingress-gateway", "namespace": "kserve"}], "hostnames": [HOST], "rules": [{"backendRefs": [{"name": "large", "port": 80}]}]}},
    ]
    subprocess.run(["kubectl", "apply", "-f", "-"], input=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}), text=True, check=True, capture_output=True)
    subprocess.run(["kubectl", "wait", "httproute/large", "--timeout=20s", "--for=jsonpath={.status.parents[0].conditions[0].status}=True"], check=True, capture_output=True)


def upload(number, is_chunked):
    path = f"/up-{number}-{is_chunked}"

    def pieces():
        yield PIECE
        assert mark(path).wait(30), "the server sees nothing while the client goes on sending"
        for _ in range(PIECES - 1):
            yield PIECE

    connection = http.client.HTTPConnection(ADDRESS, timeout=120)
    headers = {"host": HOST} if is_chunked else {"host": HOST, "content-length": str(len(PIECE) * PIECES)}
    connection.request("POST", path, pieces(), headers, encode_chunked=is_chunked)
    answer = connection.getresponse()
    assert (answer.status, answer.read().decode()) == (200, WHOLE), answer.status
    connection.close()


def download(number):
    path = f"/down-{number}"
    connection = http.client.HTTPConnection(ADDRESS, timeout=120)
    connection.request("GET", path, headers={"host": HOST})
    answer, sum, count = connection.getresponse(), hashlib.sha256(), 0
    while piece := answer.read(65536):
        sum.update(piece)
        count += len(piece)
        if count >= len(PIECE) // 2:
            mark(path).set()
        if count % (8 * len(PIECE)) < len(piece):
            time.sleep(0.05)  # slower than the server
    assert sum.hexdigest() == WHOLE, count
    connection.close()


def resident_mib(name):
    with open(f"/proc/{PID}/status") as file:
        return int(re.search(rf"{name}:\s+(\d+)", file.read()).group(1)) / 1024


def check(name, work):
    """All at once, and what the gateway's process took at most meanwhile."""
    with open(f"/proc/{PID}/clear_refs", "w") as file:
        file.write("5")  # the peak counts from here
    before, faults = resident_mib("VmRSS"), []

    def one(number):
        try:
            work(number)
        except Exception as fault:  # noqa: BLE001: whatever it is, it is told
            faults.append(f"{type(fault).__name__}: {fault}".replace("\n", " "))

    threads = [threading.Thread(target=one, args=[number]) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    growth = resident_mib("VmHWM") - before
    if growth > GROWTH_MAX_MIB:
        faults.append(f"{growth:.0f} MiB more than before")
    print(f"FAIL\t{name}\t{faults[:2]}" if faults else f"ok\t{name} ({growth:.0f} MiB at most)", flush=True)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
put_route(server.server_address[1])
check(f"{AT_ONCE} uploads of 100 MB at once are passed on while they come", lambda number: upload(number, False))
check(f"{AT_ONCE} of them in chunks", lambda number: upload(number, True))
check(f"{AT_ONCE} downloads of 100 MB to slow clients", download)
