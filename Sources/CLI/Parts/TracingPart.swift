import Base
import Telemetry

/// Traces of the program's own parts, as the OTEL_* variables ask for them.
enum TracingPart {
    /// How long the last spans may take when the program ends.
    static let endTime = Duration.seconds(3)

    /// - Parameter service: the service's name where the variables have none.
    static func start(_ service: String, _ registry: MetricRegistry) -> Tracing? {
        Tracing.start(Environment[TracingSettings.variables], service: service, registry: registry)
    }

    /// What native servers in pods are told, so that their spans join those of the gateway: all but the service's name,
    /// which is each one's own. A pod's own variables go before these.
    static var ofPods: [(String, String)] {
        let variables = Environment[TracingSettings.variables.filter { $0 != "OTEL_SERVICE_NAME" }]
        return variables.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
