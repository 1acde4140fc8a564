"""Writes down every CloudEvent that is posted to it: one JSON object a line, to the file that is named."""
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

path = sys.argv[1]


class Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        event = {name.lower(): value for name, value in self.headers.items() if name.lower().startswith("ce-")}
        event["body"] = body
        with open(path, "a") as out:
            out.write(json.dumps(event) + "\n")
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
print(server.server_port, flush=True)
server.serve_forever()
