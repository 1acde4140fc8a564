import Base

/// What a component's servers tell of themselves: series, traces, lines. Where its fields `metrics`, `tracing` and `logging`
/// are silent, the predictor's speak for it, and then the platform's ConfigMap.
package struct Observability: Equatable, Sendable {
    /// Spans, and where they go.
    package struct Tracing: Equatable, Sendable {
        package var isEnabled = false
        /// The part of requests that is traced, 0 to 1, where the caller has not decided it.
        package var samplingRate: Double?
        /// Where spans are sent by OTLP.
        package var endpoint: String?

        package init() {}
    }

    /// Whether requests are counted, and the series are told of to collectors; nil where nobody says.
    package let hasMetrics: Bool?
    /// Nil where nobody says: then the servers' own environment decides.
    package let tracing: Tracing?
    /// Whether each request has a line in the log.
    package let logsAccess: Bool?
    /// `json` or `text`
    package let logFormat: String?

    package init(_ component: Component, of service: InferenceService, _ platform: PlatformConfiguration) {
        let sources = [component.json, service.predictor.json]
        func first<Value>(_ read: (JSON) -> Value?) -> Value? { sources.lazy.compactMap(read).first }
        hasMetrics = first { $0["metrics"]["enabled"].bool }
        logsAccess = first { $0["logging"]["accessLog"].bool }
        logFormat = first { $0["logging"]["format"].string }
        let block = first { $0["tracing"].isNull ? nil : $0["tracing"] } ?? .null
        guard !block.isNull || platform.tracing != nil else {
            tracing = nil
            return
        }
        var wanted = platform.tracing ?? Tracing()
        wanted.isEnabled = block["enabled"].bool ?? (!block.isNull || wanted.isEnabled)
        wanted.samplingRate = block["samplingRate"].double ?? wanted.samplingRate
        wanted.endpoint = block["endpoint"].string ?? wanted.endpoint
        tracing = wanted
    }

    /// Variables of the component's containers: what to tell, and of whom. `workload` is the name of its Deployment.
    package func variables(
        of component: Component,
        in service: InferenceService,
        workload: String
    ) -> [(name: String, value: String)] {
        var variables = [
            ("INFERENCE_SERVICE_NAME", service.name), ("POD_NAMESPACE", service.namespace),
            ("ROOST_COMPONENT", component.kind.rawValue), ("ROOST_REVISION", workload),
        ]
        if hasMetrics == false { variables.append(("ROOST_METRICS", "off")) }
        if let logsAccess { variables.append(("ROOST_ACCESS_LOG", String(logsAccess))) }
        if let logFormat { variables.append(("ROOST_LOG_FORMAT", logFormat)) }
        return variables + (tracing?.variables(serviceName: workload) ?? [])
    }
}

extension Observability.Tracing {
    /// OpenTelemetry's own variables.
    package func variables(serviceName: String) -> [(name: String, value: String)] {
        guard isEnabled else { return [("OTEL_SDK_DISABLED", "true")] }
        var variables = [
            ("OTEL_SDK_DISABLED", "false"), ("OTEL_SERVICE_NAME", serviceName),
            ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", String(samplingRate ?? 1)),
        ]
        if let endpoint { variables.append(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)) }
        return variables
    }
}

extension Component {
    /// The first fault of `metrics`, `tracing` and `logging`.
    var observabilityFault: String? {
        let place = "spec.\(kind.rawValue)"
        let metrics = json["metrics"]
        if !metrics.isNull {
            let isRight = metrics.object.map { $0.allSatisfy { $0.key == "enabled" && $0.value.bool != nil } } ?? false
            guard isRight else {
                return
                    "\(place).metrics: must be {enabled: true|false}, or one of cpu, memory, concurrency, rps to scale by, "
                    + "was \(metrics.text)"
            }
        }
        if let endpoint = json["tracing"]["endpoint"].string, !Component.isWebAddress(endpoint) {
            return "\(place).tracing.endpoint: must be a URL of http or https, was \"\(endpoint)\""
        }
        return nil
    }

    private static func isWebAddress(_ text: String) -> Bool {
        ["http://", "https://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
    }
}
