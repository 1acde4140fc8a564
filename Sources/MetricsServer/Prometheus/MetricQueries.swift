package import KubeModel

/// The queries that HorizontalPodAutoscalers bring for their metrics: annotations `roost.dev/query.METRIC`.
package struct MetricQueries: Sendable {
    private let scalers: [KubeObject]

    package static let prefix = "roost.dev/query."

    /// - Parameter scalers: those of one namespace.
    package init(_ scalers: [KubeObject]) { self.scalers = scalers }

    /// The query that is written for a metric; nil where nobody has written one.
    ///
    /// Requests for metrics do not tell who asks, so autoscalers of a namespace must mean the same by the same name.
    package func own(_ metric: String) throws(PrometheusFault) -> String? {
        let written = scalers.compactMap { scaler in
            scaler.annotations[Self.prefix + metric].map { (scaler: scaler.name, query: $0) }
        }.sorted { $0.scaler < $1.scaler }
        guard let first = written.first else { return nil }
        if let other = written.first(where: { $0.query != first.query }) {
            throw PrometheusFault(
                "HorizontalPodAutoscalers \(first.scaler) and \(other.scaler) have different queries for \(metric)"
            )
        }
        return first.query
    }
}
