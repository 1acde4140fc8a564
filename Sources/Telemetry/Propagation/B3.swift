package import Base
package import Net

/// Zipkin's fields (github.com/openzipkin/b3-propagation), in one field `b3` or in several called `x-b3-…`.
package enum B3 {
    /// The several fields, as far as a request has them.
    package struct Fields {
        package var traceID: UnsafeRawBufferPointer?
        package var spanID: UnsafeRawBufferPointer?
        package var sampled: UnsafeRawBufferPointer?
        package var flags: UnsafeRawBufferPointer?

        package init(
            traceID: UnsafeRawBufferPointer? = nil,
            spanID: UnsafeRawBufferPointer? = nil,
            sampled: UnsafeRawBufferPointer? = nil,
            flags: UnsafeRawBufferPointer? = nil
        ) {
            self.traceID = traceID
            self.spanID = spanID
            self.sampled = sampled
            self.flags = flags
        }
    }

    /// Reads `traceid-spanid`, `traceid-spanid-sampled`, the same with a parent behind it, or a decision alone.
    package static func parse(_ bytes: UnsafeRawBufferPointer) -> RemoteSpan? {
        let parts = bytes.split(
            separator: UInt8(ascii: "-"),
            maxSplits: 4,
            omittingEmptySubsequences: false
        ).map(UnsafeRawBufferPointer.init(rebasing:))
        guard (1...4).contains(parts.count) else { return nil }
        if parts.count == 1 { return decision(parts[0]).map(alone) }
        // Whose span the sender's is a child of is of no use here, but must be an id.
        if parts.count == 4, LowerHex.parse(parts[3]) == nil { return nil }
        return parse(Fields(traceID: parts[0], spanID: parts[1], sampled: parts.count > 2 ? parts[2] : nil))
    }

    /// Reads the several fields.
    package static func parse(_ fields: Fields) -> RemoteSpan? {
        var said = RemoteSpan.Decision.open
        if let sampled = fields.sampled {
            guard let known = decision(sampled) else { return nil }
            said = known
        }
        // Debugging asks for all spans of the trace.
        if let flags = fields.flags, flags.count == 1, flags[0] == UInt8(ascii: "1") { said = .kept }
        guard let traceID = fields.traceID, let spanID = fields.spanID else {
            let isAlone = fields.traceID == nil && fields.spanID == nil && said != .open
            return isAlone ? alone(said) : nil
        }
        guard let trace = self.traceID(traceID), let span = LowerHex.parse(spanID), span != 0 else { return nil }
        return RemoteSpan(traceID: trace, spanID: span, decision: said)
    }

    /// Appends the one field for a request that `spanID` of this trace sends.
    package static func write(_ trace: TraceContext, spanID: UInt64, to out: inout OutBuffer) {
        out.append("b3: ")
        append(trace.traceID, to: &out)
        out.append("-")
        out.append(hex: spanID)
        out.append(trace.isSampled ? "-1\r\n" : "-0\r\n")
    }

    /// Appends the several fields.
    package static func writeMany(_ trace: TraceContext, spanID: UInt64, to out: inout OutBuffer) {
        out.append("x-b3-traceid: ")
        append(trace.traceID, to: &out)
        out.append("\r\nx-b3-spanid: ")
        out.append(hex: spanID)
        out.append(trace.isSampled ? "\r\nx-b3-sampled: 1\r\n" : "\r\nx-b3-sampled: 0\r\n")
    }

    private static func append(_ id: TraceID, to out: inout OutBuffer) {
        out.append(upTo: TraceID.digits) { target in
            id.write(hex: target)
            return TraceID.digits
        }
    }

    /// Ids of traces may be half as long.
    private static func traceID(_ bytes: UnsafeRawBufferPointer) -> TraceID? {
        guard bytes.count == LowerHex.digits else { return TraceID(hex: bytes) }
        guard let low = LowerHex.parse(bytes), low != 0 else { return nil }
        return TraceID(high: 0, low: low)
    }

    private static func alone(_ decision: RemoteSpan.Decision) -> RemoteSpan {
        RemoteSpan(traceID: .none, spanID: 0, decision: decision)
    }

    private static func decision(_ bytes: UnsafeRawBufferPointer) -> RemoteSpan.Decision? {
        if bytes.equalsIgnoringCase("1") || bytes.equalsIgnoringCase("true") || bytes.equalsIgnoringCase("d") {
            return .kept
        }
        return bytes.equalsIgnoringCase("0") || bytes.equalsIgnoringCase("false") ? .dropped : nil
    }
}
