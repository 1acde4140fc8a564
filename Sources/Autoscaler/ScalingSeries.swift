import Base
import KubeModel
import Scaling

/// The series of the revisions that are scaled by load, under the names that Knative's have in Prometheus.
struct ScalingSeries {
    private let autoscalers: [(object: KubeObject, decider: RevisionDecider?)]

    /// Revisions that are told of; of more, the first by their names.
    static let revisionsMax = 10_000

    /// - Parameter decider: what is known of a revision's load.
    init(_ autoscalers: [KubeObject], decider: (ObjectKey) -> RevisionDecider?) {
        self.autoscalers = autoscalers.prefix(Self.revisionsMax).map { ($0, decider($0.key)) }
    }

    func write(into writer: inout ExpositionWriter) {
        func status(_ name: String, _ help: String, _ member: String) {
            writer.family("kn_revision_pods_\(name)", help, .gauge)
            for (object, _) in autoscalers {
                if let count = object.status[member].int { writer.sample(labels(object), count) }
            }
        }
        status("requested", "Replicas that were asked of the Deployment.", "desiredScale")
        status("count", "Replicas that are ready.", "actualScale")
        func decision(_ name: String, _ help: String, _ value: (KnativeScaler.Decision) -> Int) {
            writer.family("kn_revision_\(name)", help, .gauge)
            for (object, decider) in autoscalers {
                if let made = decider?.decision { writer.sample(labels(object), value(made)) }
            }
        }
        decision("pods_desired", "Replicas that the load asks for.") { $0.replicas }
        decision("capacity_excess", "Load that is free beyond the wanted burst capacity.") { $0.excessBurstCapacity }
        decision("panic_mode", "Whether it scales in panic.") { $0.isPanic ? 1 : 0 }
        for metric in [DeciderSpec.Metric.concurrency, .requestsPerSecond] { writeLoad(metric, into: &writer) }
    }

    private func writeLoad(_ metric: DeciderSpec.Metric, into writer: inout ExpositionWriter) {
        let unit = metric == .concurrency ? "Requests at once" : "Requests a second"
        func family(_ name: String, _ help: String, _ value: (RevisionDecider) -> Double) {
            writer.family("kn_revision_\(metric.rawValue)_\(name)", "\(unit): \(help).", .gauge)
            for (object, decider) in autoscalers {
                guard let decider, decider.scaling.decider.metric == metric else { continue }
                writer.sample(labels(object), value(decider))
            }
        }
        family("stable", "the average of the long window") { $0.load.stable }
        family("panic", "the average of the short window") { $0.load.panic }
        family("target", "what a replica should have") { $0.scaling.decider.targetValue }
    }

    private func labels(_ object: KubeObject) -> ExpositionWriter.Labels {
        let labels = object.labels
        return [
            ("k8s_namespace_name", object.namespace ?? ""),
            ("kn_service_name", labels["serving.knative.dev/service"] ?? ""),
            ("kn_configuration_name", labels["serving.knative.dev/configuration"] ?? ""),
            ("kn_revision_name", object.name),
        ]
    }
}
