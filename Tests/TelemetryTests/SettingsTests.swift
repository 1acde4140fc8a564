import Net
import Telemetry
import Testing

/// What the OTEL_* variables ask for.
struct SettingsTests {
    private static let endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT"
    private static let traces = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
    private static let transport = "OTEL_EXPORTER_OTLP_PROTOCOL"

    @Test(arguments: [
        ([:], nil),
        ([endpoint: ""], nil),
        ([endpoint: "http://c:4318"], "http/protobuf http://c:4318/v1/traces"),
        ([endpoint: "http://c:4318/"], "http/protobuf http://c:4318/v1/traces"),
        ([endpoint: "https://c/otlp"], "http/protobuf https://c/otlp/v1/traces"),
        ([endpoint: "http://c", traces: "http://d/here"], "http/protobuf http://d/here"),
        ([traces: "http://d:1"], "http/protobuf http://d:1/"),
        ([endpoint: "http://c:4317", transport: "grpc"], "grpc http://c:4317\(method)"),
        ([endpoint: "c:4317", transport: "grpc"], "grpc http://c:4317\(method)"),
        ([endpoint: "http://c:4317", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc"], "grpc http://c:4317\(method)"),
        (["OTEL_TRACES_EXPORTER": "otlp"], "http/protobuf http://localhost:4318/v1/traces"),
        (["OTEL_TRACES_EXPORTER": "otlp", transport: "grpc"], "grpc http://localhost:4317\(method)"),
        ([endpoint: "http://c", "OTEL_TRACES_EXPORTER": "none"], nil),
        ([endpoint: "http://c", "OTEL_SDK_DISABLED": "TRUE"], nil),
        ([endpoint: "http://c", "OTEL_SDK_DISABLED": "false"], "http/protobuf http://c/v1/traces"),
    ])
    func spansGoWhereTheVariablesSay(_ environment: [String: String], _ wanted: String?) {
        let (settings, complaints) = TracingSettings.read(environment, service: "iris")
        #expect(settings.map { "\($0.transport.rawValue) \($0.endpoint)" } == wanted)
        #expect(complaints == [])
    }

    private static let method = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"

    @Test(arguments: [
        ([endpoint: "collector"], "OTEL_EXPORTER_OTLP_ENDPOINT must be a URL", false),
        ([endpoint: "https://c", transport: "grpc"], "OTEL_EXPORTER_OTLP_ENDPOINT asks for gRPC over TLS", false),
        ([endpoint: "http://c", "OTEL_TRACES_EXPORTER": "zipkin"], "OTEL_TRACES_EXPORTER \"zipkin\"", false),
        ([endpoint: "http://c", transport: "http/json"], "OTEL_EXPORTER_OTLP_PROTOCOL \"http/json\"", true),
        ([endpoint: "http://c", "OTEL_TRACES_SAMPLER": "often"], "OTEL_TRACES_SAMPLER \"often\"", true),
        (
            [endpoint: "http://c", "OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "2"],
            "OTEL_TRACES_SAMPLER \"traceidratio\" with OTEL_TRACES_SAMPLER_ARG \"2\"", true
        ),
        ([endpoint: "http://c", "OTEL_PROPAGATORS": "tracecontext,jaeger"], "OTEL_PROPAGATORS \"jaeger\"", true),
        ([endpoint: "http://c", "OTEL_BSP_MAX_QUEUE_SIZE": "0"], "OTEL_BSP_MAX_QUEUE_SIZE must be a number", true),
        ([endpoint: "http://c", "OTEL_BSP_SCHEDULE_DELAY": "5s"], "OTEL_BSP_SCHEDULE_DELAY must be a number", true),
        ([endpoint: "http://c", "OTEL_RESOURCE_ATTRIBUTES": "a"], "OTEL_RESOURCE_ATTRIBUTES must be", true),
        ([endpoint: "http://c", "OTEL_EXPORTER_OTLP_HEADERS": "a=%4"], "OTEL_EXPORTER_OTLP_HEADERS must be", true),
    ])
    func whatIsOfNoUseIsToldAndPassedOver(_ environment: [String: String], _ complaint: String, _ isTraced: Bool) {
        let (settings, complaints) = TracingSettings.read(environment, service: "iris")
        #expect(complaints.count == 1 && complaints[0].hasPrefix(complaint), "\(complaints)")
        #expect((settings != nil) == isTraced)
    }

    @Test func everyVariableHasItsPlace() throws {
        let environment = [
            Self.endpoint: "http://c", "OTEL_SERVICE_NAME": "flowers",
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": "0.25", "OTEL_PROPAGATORS": "b3, b3multi",
            "OTEL_RESOURCE_ATTRIBUTES": "service.name=other,k8s.pod.name = iris-1 ,note=a%2Cb",
            "OTEL_EXPORTER_OTLP_HEADERS": "api-key=k%20y,x=1", "OTEL_EXPORTER_OTLP_TIMEOUT": "100",
            "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "200", "OTEL_BSP_SCHEDULE_DELAY": "300",
            "OTEL_BSP_MAX_QUEUE_SIZE": "400", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "500", "ROOST_TRACES_SLOW_MS": "0",
        ]
        var wanted = TracingSettings(endpoint: try #require(WebAddress("http://c/v1/traces")))
        wanted.sampler = Sampler(.ratio(0.25), followsParent: true)
        wanted.propagators = [.b3, .b3Multi]
        wanted.resource = [
            TracingSettings.Pair("service.name", "flowers"), TracingSettings.Pair("k8s.pod.name", "iris-1"),
            TracingSettings.Pair("note", "a,b"),
        ]
        wanted.headers = [TracingSettings.Pair("api-key", "k y"), TracingSettings.Pair("x", "1")]
        wanted.timeout = .milliseconds(200)
        wanted.delay = .milliseconds(300)
        (wanted.queueMax, wanted.batchMax, wanted.slow) = (400, 400, nil)
        let (settings, complaints) = TracingSettings.read(environment, service: "iris")
        #expect(settings == wanted)
        #expect(complaints == [])
    }

    @Test(arguments: [
        ([:], "iris"), (["OTEL_RESOURCE_ATTRIBUTES": "service.name=other"], "other"),
        (["OTEL_RESOURCE_ATTRIBUTES": "service.name=other", "OTEL_SERVICE_NAME": "flowers"], "flowers"),
    ])
    func servicesHaveAName(_ variables: [String: String], _ name: String) {
        let environment = variables.merging([Self.endpoint: "http://c"]) { $1 }
        let resource = TracingSettings.read(environment, service: "iris").settings?.resource
        #expect(resource == [TracingSettings.Pair("service.name", name)])
    }
}
