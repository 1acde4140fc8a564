import Base
import GRPC
import Net
import Synchronization
import Telemetry
import Testing

/// How spans get to a collector.
@Suite(.timeLimit(.minutes(1)))
struct ExportTests {
    private static func answer(_ status: Int, _ fields: HTTPHeaders = [:], _ body: [UInt8] = []) -> Result<
        PostClient.Answer, NetFault
    > { .success(PostClient.Answer(status: status, body: body, fields: fields)) }

    /// `partial_success { rejected_spans: 3 }`.
    private static let threeRefused: [UInt8] = [0x0A, 0x02, 0x08, 0x03]

    @Test(
        arguments: [
            (answer(200), .http, .delivered(refused: 0)),
            (answer(200, [:], threeRefused), .http, .delivered(refused: 3)),
            (answer(200, [:], [0x0A, 0x7F]), .http, .delivered(refused: 0)),
            (answer(429, ["retry-after": "7"]), .http, .again(after: .seconds(7))),
            (answer(503), .http, .again(after: nil)), (answer(502), .http, .again(after: nil)),
            (answer(504, ["retry-after": "soon"]), .http, .again(after: nil)),
            (answer(400), .http, .lost("status 400")), (answer(500), .http, .lost("status 500")),
            (answer(404), .http, .lost("status 404")),
            (.failure(NetFault(.upstream, .timeout, "late")), .http, .again(after: nil)),
            (.failure(NetFault(.upstream, .closed, "gone")), .grpc, .again(after: nil)),
            (answer(200, ["grpc-status": "0"], [0, 0, 0, 0, 4] + threeRefused), .grpc, .delivered(refused: 3)),
            (answer(200, ["grpc-status": "0"]), .grpc, .delivered(refused: 0)),
            (answer(200, ["grpc-status": "14"]), .grpc, .again(after: nil)),
            (answer(200, ["grpc-status": "8"]), .grpc, .again(after: nil)),
            (answer(200, ["grpc-status": "3", "grpc-message": "no"]), .grpc, .lost("gRPC status 3 no")),
            (answer(200), .grpc, .lost("status 200")), (answer(503), .grpc, .again(after: nil)),
        ] as [(Result<PostClient.Answer, NetFault>, TracingSettings.Transport, ExportOutcome)]
    )
    func answersMeanWhatTheSpecificationSays(
        _ result: Result<PostClient.Answer, NetFault>,
        _ transport: TracingSettings.Transport,
        _ outcome: ExportOutcome
    ) {
        #expect(ExportOutcome(result, transport) == outcome)
    }

    @Test(
        arguments: [
            (1, nil, 1, .seconds(1)), (1, nil, 0, .milliseconds(500)), (2, nil, 1, .seconds(2)),
            (4, nil, 1, .seconds(8)),
            (5, nil, 1, nil), (2, .seconds(3), 0, .seconds(3)), (2, .seconds(300), 0, .seconds(30)),
            (5, .seconds(3), 1, nil),
        ] as [(Int, Duration?, Double, Duration?)]
    )
    func patienceGrowsAndEnds(_ attempts: Int, _ asked: Duration?, _ chance: Double, _ wait: Duration?) {
        #expect(ExportPatience.wait(after: attempts, asked: asked, chance: chance) == wait)
    }

    /// A calendar whose readings are a little apart, as those of machines are.
    private final class UnevenTime: TimeSource {
        private let readings = Atomic<Int64>(1_800_000_000_000_000_000)

        func monotonic() -> Instant { Instant(nanoseconds: 0) }

        func wall() -> WallTime { WallTime(nanoseconds: readings.wrappingAdd(7, ordering: .relaxed).newValue) }

        func sleep(until instant: Instant) async throws {}
    }

    /// What a collector was sent: fields of the request, and its body.
    private final class Collector: HTTPService, Sendable {
        let bodies = Mutex<[(fields: HTTPHeaders, body: [UInt8])]>([])
        private let isCall: Bool

        init(isCall: Bool) { self.isCall = isCall }

        func begin(_ exchange: HTTPExchange) -> BodyMode { .collect(max: 1 << 20) }

        func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {
            var fields = exchange.headers
            fields.add("path", exchange.path)
            bodies.withLock { $0.append((fields, Array(body))) }
            guard isCall else { return exchange.respond(status: 200, headers: [:], body: []) }
            exchange.respond(status: 200, contentType: "application/grpc", trailers: HTTPTrailers("grpc-status", "0")) {
                for _ in 0..<5 { $0.append(0) }
            }
        }
    }

    @Test(arguments: [TracingSettings.Transport.http, .grpc])
    func spansArriveWhole(_ transport: TracingSettings.Transport) async throws {
        let loop = EventLoop(name: "test")
        loop.start()
        defer { loop.stop() }
        let collector = Collector(isCall: transport == .grpc)
        let server = HTTPServer(loop: loop, service: collector, http2: HTTP2Limits())
        let address = try server.listen(SocketAddress(ip: 0x7F00_0001, port: 0))
        let (settings, _) = TracingSettings.read(
            [
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://\(address)", "OTEL_EXPORTER_OTLP_PROTOCOL": transport.rawValue,
                "OTEL_EXPORTER_OTLP_HEADERS": "api-key=k", "OTEL_BSP_SCHEDULE_DELAY": "86400000",
            ],
            service: "iris"
        )
        let registry = MetricRegistry()
        let tracing = Tracing(try #require(settings), registry: registry, time: UnevenTime())
        tracing.start()
        let tracer = tracing.makeTracer()
        let trace = TraceContext(traceID: TraceID(high: 1, low: 2), spanID: 3, parentID: 4, flags: [.sampled])
        let (start, end) = (Instant(nanoseconds: 10), Instant(nanoseconds: 30))
        var span = Span(answering: trace, name: "GET /", from: start, to: end)
        span.failure = "no model"
        tracer.record(span) { attributes in
            attributes.set("http.response.status_code", 503)
            ([0x61, 0xFF] as [UInt8]).withUnsafeBytes { attributes.set("user_agent.original", $0) }
        }
        tracer.record(Span(.internal, of: trace, id: 5, name: "decode", from: start, to: end))
        await tracing.end(within: .seconds(30))
        let sent = collector.bodies.withLock { $0 }
        #expect(sent.count == 1)
        let (fields, body) = try #require(sent.first)
        #expect(fields["api-key"] == "k")
        #expect(fields["path"] == settings?.endpoint.target)
        let message = transport == .grpc ? Array(body.dropFirst(5)) : body
        let spans = try #require(try Message(message)[1]?[2])
        let resource = try #require(try Message(message)[1]?[1])
        #expect(resource.all(1).contains { $0[1]?.text == "service.name" && $0[2]?[1]?.text == "iris" })
        let (first, second) = (spans.all(2)[0], spans.all(2)[1])
        #expect(first[1]?.bytes == [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2])
        #expect(first[2]?.bytes == [0, 0, 0, 0, 0, 0, 0, 3] && first[4]?.bytes == [0, 0, 0, 0, 0, 0, 0, 4])
        #expect(first[5]?.text == "GET /" && first[6]?.number == 2 && first[16]?.number == 0x301)
        #expect(try #require(first[8]?.number) - (try #require(first[7]?.number)) == 20)
        #expect(first[7]?.number == second[7]?.number)
        #expect(first[15]?[2]?.text == "no model" && first[15]?[3]?.number == 2)
        #expect(first.all(9).map { $0[2]?[3]?.number } == [503, nil])
        #expect(first.all(9)[1][2]?[1]?.text == "a\u{FFFD}")
        #expect(second[4]?.bytes == first[2]?.bytes && second[6]?.number == 1 && second[16]?.number == 0x101)
        #expect(registry.exposition().contains("roost_trace_spans_exported_total 2"))
    }

    @Test func whatFindsNoRoomIsCounted() throws {
        var settings = TracingSettings(endpoint: try #require(WebAddress("http://127.0.0.1:1")))
        settings.queueMax = 2
        let registry = MetricRegistry()
        let tracer = Tracing(settings, registry: registry).makeTracer()
        let trace = tracer.begin()
        for _ in 0..<5 {
            tracer.record(Span(answering: trace, name: "x", from: Instant(nanoseconds: 0), to: Instant(nanoseconds: 1)))
        }
        #expect(registry.exposition().contains("roost_trace_spans_dropped_total{reason=\"queue_full\"} 3"))
    }

    @Test func whatFailsOrIsSlowIsKeptWhateverTheSamplerSays() throws {
        func tracer(_ sampler: String, slow: String = "100") throws -> Tracer {
            let environment = [
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_SAMPLER": sampler,
                "OTEL_TRACES_SAMPLER_ARG": "0", "ROOST_TRACES_SLOW_MS": slow,
            ]
            let settings = try #require(TracingSettings.read(environment, service: "x").settings)
            return Tracing(settings, registry: MetricRegistry()).makeTracer()
        }
        let never = try tracer("traceidratio")
        let trace = never.begin()
        #expect(!trace.isSampled && trace.isValid && trace.parentID == 0)
        #expect(!never.keeps(trace, failed: false, nanoseconds: 99_999_999))
        #expect(never.keeps(trace, failed: false, nanoseconds: 100_000_000))
        #expect(never.keeps(trace, failed: true, nanoseconds: 0))
        #expect(!never.keeps(.none, failed: true, nanoseconds: 0))
        #expect(try !tracer("traceidratio", slow: "0").keeps(trace, failed: false, nanoseconds: .max - 1))
        #expect(try !tracer("always_off").keeps(trace, failed: true, nanoseconds: .max))
    }
}

/// A protobuf message, taken apart.
private struct Message {
    private var fields: [(number: Int, value: ProtobufField.Value, bytes: [UInt8])] = []

    init(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { raw in
            var reader = ProtobufReader(raw)
            while let field = try reader.next() {
                if case .bytes(let inside) = field.value {
                    fields.append((field.number, .varint(0), Array(inside)))
                } else {
                    fields.append((field.number, field.value, []))
                }
            }
        }
    }

    func all(_ number: Int) -> [Message] { fields.filter { $0.number == number }.compactMap { try? Message($0.bytes) } }

    subscript(number: Int) -> Field? {
        fields.first { $0.number == number }.map { Field(value: $0.value, bytes: $0.bytes) }
    }

    struct Field {
        let value: ProtobufField.Value
        let bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var number: UInt64 {
            switch value {
            case .varint(let number), .fixed64(let number): number
            case .fixed32(let number): UInt64(number)
            case .bytes: 0
            }
        }

        func all(_ number: Int) -> [Message] { (try? Message(bytes))?.all(number) ?? [] }

        subscript(number: Int) -> Field? { (try? Message(bytes))?[number] }
    }
}
