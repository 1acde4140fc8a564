"""Prints every CloudEvent that it is sent, as Knative's event_display does: a payload logger's sink that can be read by its log."""
import http.server
import os


class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        print("cloudevents.Event\nContext Attributes,", flush=False)
        for name, value in self.headers.items():
            if name.lower().startswith("ce-"):
                print(f"  {name[3:].lower()}: {value}")
        print("Data,\n  " + body.decode("utf-8", "replace"), flush=True)
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


address = (os.environ.get("ROOST_BIND_ADDRESS", ""), int(os.environ.get("PORT", "8080")))
http.server.ThreadingHTTPServer(address, Sink).serve_forever()
