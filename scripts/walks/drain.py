"""1,000 connections ask without a pause while one model server drains and another takes over: no answer may be lost.

    drain.py ROOST SCRATCH SECONDS

Server A gets TERM in the middle; connections that it closes go on with B. A request is lost when its bytes were taken and no
whole, right answer came. A connection that ends before an answer's first byte is asked how it ended: after a reset
the request was never read, and is sent again, as any client does with a kept connection that has closed.
"""
import json
import pathlib
import selectors
import signal
import socket
import struct
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "peers"))
import servers

CONNECTIONS = 1000
ROWS = [[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]
WARM_SECONDS = 5


def http_request(path, body, *fields):
    lines = [f"POST {path} HTTP/1.1", "Host: iris", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def requests():
    """Requests and what their answers must contain."""
    tensor = {"name": "x", "shape": [2, 4], "datatype": "FP32"}
    raw = b"".join(struct.pack("<4f", *row) for row in ROWS)
    first = json.dumps({"instances": ROWS}).encode()
    second = json.dumps({"id": "7", "inputs": [{**tensor, "data": sum(ROWS, [])}]}).encode()
    head = json.dumps({"id": "7", "inputs": [{**tensor, "parameters": {"binary_data_size": len(raw)}}]}).encode()
    kind = "Content-Type: application/json"
    yield http_request("/v1/models/iris:predict", first, kind), b'"predictions":[0,2]'
    yield http_request("/v2/models/iris/infer", second, kind), b'"data":[0,2]'
    yield http_request("/v2/models/iris/infer", head + raw, "Content-Type: application/octet-stream",
                       f"Inference-Header-Content-Length: {len(head)}"), b'"data":[0,2]'


REQUESTS = list(requests())


class Client:
    """One connection after the other, one request at a time."""

    def __init__(self, crowd, number):
        self.crowd, self.turn, self.socket = crowd, number, None

    def connect(self):
        self.socket = socket.create_connection(("127.0.0.1", self.crowd.port), timeout=10)
        self.socket.setblocking(False)
        self.crowd.selector.register(self.socket, selectors.EVENT_READ, self)
        self.ask()

    def ask(self):
        self.got = b""
        try:
            self.socket.send(REQUESTS[self.turn % len(REQUESTS)][0])
        except OSError:
            self.again("refused")

    def read(self):
        try:
            piece = self.socket.recv(65536)
        except OSError:
            piece = b""
            reset = True
        else:
            # After the end of a connection whose last bytes were not read, the kernel has an error for us.
            reset = not piece and self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != 0
        self.got += piece
        if not piece:
            return self.again("not read" if reset and not self.got else "lost")
        head, end, body = self.got.partition(b"\r\n\r\n")
        if not end:
            return None
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        if len(body) < int(fields[b"content-length"]):
            return None
        return self.settle(head, fields, body)

    def settle(self, head, fields, body):
        right = head.startswith(b"HTTP/1.1 200") and REQUESTS[self.turn % len(REQUESTS)][1] in body
        self.crowd.count["right" if right else "wrong"] += 1
        if not right:
            self.crowd.wrong.append((head + b"\r\n\r\n" + body)[:300])
        self.turn += 1
        if fields.get(b"connection") == b"close":
            self.crowd.count["told to close"] += 1
            return self.move()
        return None if self.crowd.ending else self.ask()

    def again(self, how):
        self.crowd.count[how] += 1
        return self.move()

    def move(self):
        self.crowd.selector.unregister(self.socket)
        self.socket.close()
        self.connect()


class Crowd:
    """All clients and what happened to them."""

    def __init__(self, port):
        self.port, self.selector, self.ending, self.wrong = port, selectors.DefaultSelector(), False, []
        self.count = dict.fromkeys(["right", "wrong", "lost", "not read", "refused", "told to close"], 0)

    def run(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for key, _ in self.selector.select(0.1):
                key.data.read()


def resident_kib(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def main():
    program, scratch, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    folder = {"iris": (str(servers.ROOT / "examples/models/iris"), False)}
    (pathlib.Path(scratch) / "b").mkdir()
    with servers.Roost(scratch).start(folder, program) as one, servers.Roost(f"{scratch}/b").start(folder, program) as other:
        crowd = Crowd(one.http["iris"])
        clients = [Client(crowd, number) for number in range(CONNECTIONS)]
        for client in clients:
            client.connect()
        crowd.run(WARM_SECONDS)
        begun = resident_kib(one.process["iris"])
        crowd.run(seconds / 2 - WARM_SECONDS)
        print(f"server A: {begun} KiB after {WARM_SECONDS} s, {resident_kib(one.process['iris'])} KiB before TERM")
        crowd.port, before = other.http["iris"], crowd.count["right"]
        one.process["iris"].send_signal(signal.SIGTERM)
        crowd.run(WARM_SECONDS)
        begun = resident_kib(other.process["iris"])
        ended = one.process["iris"].poll()
        print(f"server A {'goes on' if ended is None else f'has ended with {ended}'} {WARM_SECONDS} s after TERM")
        crowd.run(seconds / 2 - WARM_SECONDS)
        print(f"server B: {begun} KiB after {WARM_SECONDS} s, {resident_kib(other.process['iris'])} KiB at the end")
        crowd.ending = True
        crowd.run(2)
    print("; ".join(f"{number} {name}" for name, number in crowd.count.items()), f"({before} before TERM)")
    for answer in crowd.wrong[:5]:
        print(answer)
    sys.exit(0 if ended == 0 and crowd.count["right"] > before and not crowd.count["lost"] + crowd.count["wrong"] else 1)


main()
