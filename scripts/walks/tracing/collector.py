"""A collector of spans by OTLP over HTTP and gRPC, read with OpenTelemetry's own messages.

    collector.py FOLDER HTTP_PORT GRPC_PORT

Writes each span as a line of JSON to FOLDER/spans. The first word of FOLDER/mode says what it answers: ok (also where there
is none), 500, 503, hang, or exhausted (RESOURCE_EXHAUSTED; 429 over HTTP).
"""
import http.server
import json
import pathlib
import sys
import threading
import time
from concurrent import futures

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as service
from opentelemetry.proto.trace.v1 import trace_pb2 as trace

METHOD = "opentelemetry.proto.collector.trace.v1.TraceService"
FOLDER = pathlib.Path(sys.argv[1])
HANG_SECONDS = 600
LOCK = threading.Lock()


def mode():
    try:
        return (FOLDER / "mode").read_text().split()[0]
    except (FileNotFoundError, IndexError):
        return "ok"


def value(attribute):
    return getattr(attribute.value, attribute.value.WhichOneof("value"))


def take(body):
    """Keeps the spans of a request; throws where it is none."""
    lines = []
    for of_resource in service.ExportTraceServiceRequest.FromString(body).resource_spans:
        resource = {one.key: value(one) for one in of_resource.resource.attributes}
        for span in (span for scope in of_resource.scope_spans for span in scope.spans):
            assert len(span.trace_id) == 16 and len(span.span_id) == 8 and len(span.parent_span_id) in (0, 8), span
            lines.append(json.dumps({
                "service": resource["service.name"], "resource": resource, "name": span.name, "trace": span.trace_id.hex(),
                "id": span.span_id.hex(), "parent": span.parent_span_id.hex(), "start": span.start_time_unix_nano,
                "end": span.end_time_unix_nano, "kind": trace.Span.SpanKind.Name(span.kind)[len("SPAN_KIND_"):].lower(),
                "status": trace.Status.StatusCode.Name(span.status.code)[len("STATUS_CODE_"):].lower(), "message": span.status.message,
                "attributes": {one.key: value(one) for one in span.attributes}, "flags": span.flags}))
    with LOCK, open(FOLDER / "spans", "a") as out:
        out.write("".join(f"{line}\n" for line in lines))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        now = mode()
        if now == "hang":
            time.sleep(HANG_SECONDS)
        status = {"ok": 200, "500": 500, "503": 503, "exhausted": 429}[now]
        if status == 200:
            assert self.path == "/v1/traces" and self.headers["Content-Type"] == "application/x-protobuf", self.path
            take(body)
        self.send_response(status)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def export(body, context):
    now = mode()
    if now == "hang":
        time.sleep(HANG_SECONDS)
    if now != "ok":
        context.abort({"exhausted": grpc.StatusCode.RESOURCE_EXHAUSTED, "503": grpc.StatusCode.UNAVAILABLE}.get(now, grpc.StatusCode.INTERNAL), now)
    take(body)
    return service.ExportTraceServiceResponse().SerializeToString()


def main():
    # A hanging answer must not keep the program: its threads end with it.
    http.server.ThreadingHTTPServer.daemon_threads = True
    plain = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler)
    threading.Thread(target=plain.serve_forever, daemon=True).start()
    calls = grpc.server(futures.ThreadPoolExecutor(8))
    calls.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(METHOD, {"Export": grpc.unary_unary_rpc_method_handler(export)})])
    calls.add_insecure_port(f"127.0.0.1:{sys.argv[3]}")
    calls.start()
    (FOLDER / "ready").write_text("ready\n")
    threading.Event().wait()


main()
