package import Net

/// What the OTEL_* variables say of traces (opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables).
package struct TracingSettings: Sendable, Equatable {
    /// What spans are brought by.
    package enum Transport: String, Sendable {
        /// A POST of protobuf by HTTP/1.1.
        case http = "http/protobuf"
        /// A call of gRPC, by HTTP/2.
        case grpc
    }

    /// A name and a value.
    package struct Pair: Equatable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Where spans go.
    package var endpoint: WebAddress
    package var transport = Transport.http
    /// Fields of every export besides, as a key of whoever collects.
    package var headers: [Pair] = []
    /// How long one export may take.
    package var timeout = Duration.seconds(10)
    package var sampler = Sampler(.always, followsParent: true)
    package var propagators = Propagators.usual
    /// From when on a request is slow, so that its spans are kept whatever the sampler says; nil keeps none for that.
    package var slow: Duration? = .seconds(1)
    /// Whether the spans of what fails, or is slow, are kept whatever the sampler says.
    package var keepsRemarkable = true
    /// What all spans of the process have in common; the service's name first.
    package var resource: [Pair] = []
    /// Spans of one thread that may wait.
    package var queueMax = 2048
    /// Spans of one export.
    package var batchMax = 512
    /// How long spans wait for others.
    package var delay = Duration.seconds(5)

    package init(endpoint: WebAddress) { self.endpoint = endpoint }

    /// The variables that are read.
    package static let variables = [
        "OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER", "OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG", "OTEL_PROPAGATORS", "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_TIMEOUT",
        "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "OTEL_BSP_EXPORT_TIMEOUT", "ROOST_TRACES_SLOW_MS",
    ]
}

// MARK: - reading

extension TracingSettings {
    /// The settings, nil where nothing is to be traced, and what in the variables is of no use: that is told and passed
    /// over, as the specification wants it.
    ///
    /// - Parameter service: the service's name where the variables have none.
    package static func read(
        _ environment: [String: String],
        service: String
    ) -> (settings: TracingSettings?, complaints: [String]) {
        var reader = SettingReader(environment)
        guard !reader.isDisabled, let endpoint = reader.endpoint() else { return (nil, reader.complaints) }
        var settings = TracingSettings(endpoint: endpoint.address)
        settings.transport = endpoint.transport
        settings.headers = reader.headers()
        settings.readTimes(&reader)
        settings.sampler = reader.sampler() ?? settings.sampler
        settings.keepsRemarkable = settings.sampler != Sampler(.never, followsParent: false)
        settings.propagators = reader.propagators() ?? settings.propagators
        settings.resource = reader.resource(service: service)
        return (settings, reader.complaints)
    }

    private mutating func readTimes(_ reader: inout SettingReader) {
        let name = "OTEL_EXPORTER_OTLP_TIMEOUT"
        let usual = reader.milliseconds(name, usual: reader.milliseconds("OTEL_BSP_EXPORT_TIMEOUT", usual: timeout))
        timeout = reader.milliseconds("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", usual: usual)
        delay = reader.milliseconds("OTEL_BSP_SCHEDULE_DELAY", usual: delay)
        queueMax = reader.number("OTEL_BSP_MAX_QUEUE_SIZE", in: 1...TelemetryLimits.queueMax) ?? queueMax
        batchMax = reader.number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", in: 1...TelemetryLimits.queueMax) ?? batchMax
        batchMax = min(batchMax, queueMax)
        // Zero is nobody's limit.
        let limit = reader.milliseconds("ROOST_TRACES_SLOW_MS", usual: .seconds(1), least: 0)
        slow = limit == .zero ? nil : limit
    }
}
