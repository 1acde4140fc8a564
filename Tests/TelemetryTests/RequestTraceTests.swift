import Base
import Net
import Telemetry
import Testing

/// A request's fields in, those of the request that it leads to out.
@Suite(.timeLimit(.minutes(1)))
struct RequestTraceTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let parent = "00-\(trace)-b7ad6b7169203331-01"

    /// Answers with the fields that it would send on.
    private final class Forwarder: HTTPService {
        private let tracer: Tracer

        init(_ tracer: Tracer) { self.tracer = tracer }

        func begin(_ exchange: HTTPExchange) -> BodyMode {
            tracer.begin(exchange)
            exchange.respond(status: 200, contentType: "a/b") { out in
                exchange.forEachHeader { name, value in
                    if !name.equalsIgnoringCase("host"), !tracer.propagators.replaces(name) {
                        out.appendField(name, value)
                    }
                }
                tracer.propagators.write(exchange, spanID: 0x1234, to: &out)
            }
            return .answered
        }
    }

    /// - Returns: the lines that go out, a fresh trace's id as `NEW`.
    private func forward(_ fields: [String], by propagators: String) async throws -> [String] {
        let loop = EventLoop(name: "test")
        loop.start()
        defer { loop.stop() }
        let environment = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_PROPAGATORS": propagators,
            "OTEL_TRACES_SAMPLER": "parentbased_always_off",
        ]
        let settings = try #require(TracingSettings.read(environment, service: "x").settings)
        let tracer = Tracing(settings, registry: MetricRegistry()).makeTracer()
        let server = HTTPServer(loop: loop, service: Forwarder(tracer))
        let address = try server.listen(SocketAddress(ip: 0x7F00_0001, port: 0))
        let stream = try await connect(address, on: loop)
        defer { stream.close() }
        let lines = fields.map { "\($0)\r\n" }.joined()
        try await stream.write(Array("GET / HTTP/1.0\r\nhost: a\r\n\(lines)\r\n".utf8))
        var answer: [UInt8] = []
        while let bytes = try await stream.read() { answer += bytes }
        let text = String(decoding: answer, as: UTF8.self)
        let end = try #require(text.firstRange(of: "\r\n\r\n")).upperBound
        return text[end...].split(separator: "\r\n").map { line in
            let words = line.split(whereSeparator: { $0 == "-" || $0 == " " })
            let fresh = words.first { $0.count == 32 && $0 != Self.trace }
            return fresh.map { String(line).replacing($0, with: "NEW") } ?? String(line)
        }
    }

    @Test(
        arguments: [
            (["x: 1"], "tracecontext", ["x: 1", "traceparent: 00-NEW-0000000000001234-02"]),
            (
                ["Traceparent: \(parent)", "tracestate: a=1", "Tracestate: b=2", "baggage: user=1"],
                "tracecontext,baggage",
                [
                    "baggage: user=1", "traceparent: 00-\(trace)-0000000000001234-01", "tracestate: a=1",
                    "Tracestate: b=2",
                ]
            ),
            // What is malformed takes its companion along.
            (
                ["traceparent: \(parent)x", "tracestate: a=1"], "tracecontext",
                ["traceparent: 00-NEW-0000000000001234-02"]
            ),
            (["tracestate: a=1"], "tracecontext", ["traceparent: 00-NEW-0000000000001234-02"]),
            (
                ["traceparent: \(parent)", "traceparent: \(parent)"], "tracecontext",
                ["traceparent: 00-NEW-0000000000001234-02"]
            ),
            (
                ["traceparent: \(parent)", "tracestate: a=1", "tracestate: b"], "tracecontext",
                ["traceparent: 00-\(trace)-0000000000001234-01"]
            ),
            (
                ["traceparent: \(parent)", "tracestate: \(Array(repeating: "a=1", count: 33).joined(separator: ","))"],
                "tracecontext", ["traceparent: 00-\(trace)-0000000000001234-01"]
            ),
            // Fields of systems that nobody asked for pass through.
            (["b3: 0"], "tracecontext", ["b3: 0", "traceparent: 00-NEW-0000000000001234-02"]),
            (
                ["b3: \(trace)-b7ad6b7169203331-1"], "tracecontext,b3",
                ["traceparent: 00-\(trace)-0000000000001234-01", "b3: \(trace)-0000000000001234-1"]
            ),
            (["b3: 1"], "b3", ["b3: NEW-0000000000001234-1"]),
            (
                [
                    "X-B3-TraceId: \(trace)", "X-B3-SpanId: b7ad6b7169203331", "X-B3-ParentSpanId: b7ad6b7169203332",
                    "X-B3-Flags: 1",
                ],
                "b3multi",
                ["x-b3-traceid: \(trace)", "x-b3-spanid: 0000000000001234", "x-b3-sampled: 1"]
            ),
            (["traceparent: \(parent)", "tracestate: a=1"], "none", ["traceparent: \(parent)", "tracestate: a=1"]),
        ] as [([String], String, [String])]
    )
    func tracesGoOn(_ fields: [String], _ propagators: String, _ sent: [String]) async throws {
        #expect(try await forward(fields, by: propagators) == sent)
    }
}
