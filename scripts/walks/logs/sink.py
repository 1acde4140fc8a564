"""A sink for payloads that behaves as the file MODE says, now: ok, 500 or hang. sink.py MODE; prints its port."""
import sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

mode = sys.argv[1]


class Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        while (now := open(mode).read().strip()) == "hang":
            time.sleep(0.2)
        self.send_response(200 if now == "ok" else 500)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Sink)
print(server.server_port, flush=True)
server.serve_forever()
