package import Base

/// A piece of work in a trace, once it is over.
package struct Span {
    /// Which side of a call it is (numbered as in OTLP).
    package enum Kind: Int64, Sendable {
        case `internal` = 1
        case server, client
    }

    package var name: String
    package var kind: Kind
    package var traceID: TraceID
    package var id: UInt64
    /// 0 where it is the first of its trace.
    package var parentID: UInt64
    package var flags: TraceContext.Flags
    /// Whether its parent is a span of another process.
    package var hasRemoteParent: Bool
    package var start: Instant
    package var end: Instant
    /// Why the work failed, in words; nil where it did not.
    package var failure: String?

    /// The work that answered a request of another process.
    package init(answering trace: TraceContext, name: String, from start: Instant, to end: Instant) {
        self.name = name
        kind = .server
        traceID = trace.traceID
        id = trace.spanID
        parentID = trace.parentID
        flags = trace.flags
        hasRemoteParent = trace.parentID != 0
        self.start = start
        self.end = end
    }

    /// A part of the work that answers a request.
    package init(
        _ kind: Kind,
        of trace: TraceContext,
        id: UInt64,
        name: String,
        from start: Instant,
        to end: Instant
    ) {
        self.name = name
        self.kind = kind
        traceID = trace.traceID
        self.id = id
        parentID = trace.spanID
        flags = trace.flags
        hasRemoteParent = false
        self.start = start
        self.end = end
    }
}
