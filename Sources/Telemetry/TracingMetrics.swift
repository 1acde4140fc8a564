import Base

/// The series of traces.
struct TracingMetrics: Sendable {
    /// Spans that a collector has taken.
    let exported: Counter
    /// Spans that found no room while they waited.
    let overflowed: Counter
    /// Spans that no collector has taken.
    let undelivered: Counter

    init(_ registry: MetricRegistry) {
        exported = registry.counter("roost_trace_spans_exported_total", "Spans that a collector has taken.").with()
        let dropped = registry.counter(
            "roost_trace_spans_dropped_total",
            "Spans that are lost, by the reason: queue_full while they waited, collector where it did not take them.",
            labels: ["reason"]
        )
        overflowed = dropped.with("queue_full")
        undelivered = dropped.with("collector")
    }
}
