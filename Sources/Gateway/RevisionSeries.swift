import Base
import KubeModel

/// The series of requests to one Service whose replicas follow them, under the names that Knative's have: its queue-proxy is
/// the gateway here.
struct RevisionSeries: Sendable {
    /// By the first digit of the status.
    private let classes: [Histogram]

    init(_ registry: MetricRegistry, service: ObjectKey) {
        let family = registry.histogram(
            "kn_serving_invocation_duration_seconds",
            "Time of requests to a revision, waiting for a replica included.",
            labels: ["namespace_name", "revision_name", "response_code_class"],
            count: ("revision_request_count", "Requests to a revision.")
        )
        classes = (1...5).map { family.with(service.namespace ?? "", service.name, "\($0)xx") }
    }

    /// Counts a request that ended with `status`.
    func count(status: Int, nanoseconds: Int64) {
        classes[min(max(status / 100, 1), classes.count) - 1].observe(nanoseconds: nanoseconds)
    }
}
