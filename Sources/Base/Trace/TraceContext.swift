/// Where a request stands in a trace: its own span, and the one that it was sent from. A plain value.
package struct TraceContext: Equatable, Sendable {
    /// The trace that the request belongs to.
    package var traceID: TraceID
    /// The request's own span.
    package var spanID: UInt64
    /// The span that it was sent from; 0 where the trace begins here.
    package var parentID: UInt64
    /// The bits of a traceparent's last field.
    package var flags: Flags

    /// What is known of a trace besides its ids.
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Without the set's literal, which costs hundreds of instructions where it is not specialized.
        package init(isSampled: Bool, isRandom: Bool) {
            rawValue = (isSampled ? Flags.sampled.rawValue : 0) | (isRandom ? Flags.random.rawValue : 0)
        }

        /// Its spans are kept.
        package static let sampled = Flags(rawValue: 1)
        /// The last seven bytes of its id are chance (level 2 of W3C's Trace Context).
        package static let random = Flags(rawValue: 2)
    }

    /// No trace.
    package static let none = TraceContext(traceID: .none, spanID: 0)

    /// A place in a trace.
    package init(traceID: TraceID, spanID: UInt64, parentID: UInt64 = 0, flags: Flags = []) {
        self.traceID = traceID
        self.spanID = spanID
        self.parentID = parentID
        self.flags = flags
    }

    /// Whether it is a place in a trace at all.
    package var isValid: Bool { traceID.isValid }
    /// Whether the spans of the trace are kept.
    package var isSampled: Bool { flags.contains(.sampled) }
}
