package import Base

/// What a request's fields say of the span that it was sent from.
package struct RemoteSpan: Equatable, Sendable {
    /// What whoever sent the request has decided about the trace.
    package enum Decision: Sendable {
        /// Its spans are kept, or they are not.
        case kept, dropped
        /// Left to who comes next (B3 knows that).
        case open
    }

    /// None where only a decision was sent.
    package var traceID: TraceID
    package var spanID: UInt64
    package var decision: Decision
    /// Whether the trace's id is known to be random.
    package var isRandom: Bool

    package init(traceID: TraceID, spanID: UInt64, decision: Decision, isRandom: Bool = false) {
        self.traceID = traceID
        self.spanID = spanID
        self.decision = decision
        self.isRandom = isRandom
    }
}
