#!/usr/bin/env python3
"""Answers instant queries as Prometheus does: prometheus.py FILE

FILE has a line `VALUE QUERY` for each query that has an answer, and is read anew each time; a VALUE of several words
`pod=VALUE …` gives a series for each. The port is printed."""
import http.server
import json
import re
import sys
import urllib.parse


class Prometheus(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        result = []
        for line in open(sys.argv[1]):
            value, query = line.rstrip("\n").split(" ", 1)
            if re.fullmatch(query, form["query"][0]):
                pairs = [part.rpartition("=") for part in value.split(",")]
                result = [{"metric": {"pod": pod} if pod else {}, "value": [1, number]} for pod, _, number in pairs]
        body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Prometheus)
print(server.server_address[1], flush=True)
server.serve_forever()
