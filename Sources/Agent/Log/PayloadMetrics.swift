import Base

/// The agent's series.
struct PayloadMetrics: Sendable {
    /// Events that reached the sink or their file.
    let delivered: Counter
    /// Events that there was no room for.
    let lost: Counter
    /// Events that the sink did not want.
    let refused: Counter
    /// Events that the sink, or the disk, did not take in time or at all.
    let failed: Counter
    private let omitted: [PayloadBody.Omission: Counter]

    init(_ registry: MetricRegistry) {
        let events = registry.counter(
            "roost_agent_payload_events_total",
            "Events of the payload log by what became of them: delivered, lost, refused, failed.",
            labels: ["result"]
        )
        (delivered, lost) = (events.with("delivered"), events.with("lost"))
        (refused, failed) = (events.with("refused"), events.with("failed"))
        let omissions = registry.counter(
            "roost_agent_payload_omitted_total",
            "Payloads whose event does not show them, by the reason.",
            labels: ["reason"]
        )
        omitted = Dictionary(
            uniqueKeysWithValues: PayloadBody.Omission.allCases.map { ($0, omissions.with($0.rawValue)) }
        )
    }

    func count(_ body: PayloadBody) {
        if let omission = body.omission { omitted[omission]?.add() }
    }

    /// Events that reached nobody.
    var undelivered: Int { lost.value + refused.value + failed.value }
}
