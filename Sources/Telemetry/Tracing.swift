package import Base
import Net

/// Traces of one process: hands out tracers to its threads, and brings their spans to a collector.
package final class Tracing: Sendable {
    private let settings: TracingSettings
    private let exporter: Exporter
    private let time: any TimeSource

    /// Traces as `settings` say. Nothing is sent before `start`.
    package init(_ settings: TracingSettings, registry: MetricRegistry, time: any TimeSource = SystemTime()) {
        self.settings = settings
        self.time = time
        exporter = Exporter(settings, Tracing.resource(settings.resource), TracingMetrics(registry))
    }

    /// Traces as the OTEL_* variables have it; nil where they want none. What is wrong with them is told in the log.
    ///
    /// - Parameter service: the name of the service where they have none.
    package static func start(
        _ environment: [String: String],
        service: String,
        registry: MetricRegistry
    ) -> Tracing? {
        let (settings, complaints) = TracingSettings.read(environment, service: service)
        let log = Log("tracing")
        for complaint in complaints { log.warning("a variable is passed over", ["why": complaint]) }
        guard let settings else { return nil }
        let tracing = Tracing(settings, registry: registry)
        tracing.start()
        log.info(
            "spans are exported",
            ["endpoint": settings.endpoint.description, "protocol": settings.transport.rawValue]
        )
        return tracing
    }

    /// Starts the thread that exports.
    package func start() { exporter.start() }

    /// A tracer for one thread. For as long as the process runs: its memory is not given back.
    package func makeTracer() -> sending Tracer {
        var chance = SystemRandomNumberGenerator()
        return Tracer(
            settings,
            ring: exporter.makeRing(),
            export: exporter.signal,
            time: time,
            seeds: (chance.next(), chance.next())
        )
    }

    /// Brings away what waits, for at most `limit`, and ends.
    package func end(within limit: Duration) async { await exporter.end(within: limit) }

    /// What is said of the process besides what the settings say.
    private static func resource(_ said: [TracingSettings.Pair]) -> [TracingSettings.Pair] {
        let own = [
            TracingSettings.Pair("service.instance.id", RandomName.uuid()),
            TracingSettings.Pair("telemetry.sdk.name", "roost"),
            TracingSettings.Pair("telemetry.sdk.language", "swift"),
            TracingSettings.Pair("telemetry.sdk.version", "0.1.0"),
        ]
        return said + own.filter { one in !said.contains { $0.name == one.name } }
    }
}
