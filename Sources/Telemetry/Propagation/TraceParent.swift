package import Base
package import Net

/// The field `traceparent` (W3C Trace Context, section 3.2): `00-` trace id `-` span id `-` flags.
package enum TraceParent {
    /// Bytes of the field in version 00.
    package static let byteCount = 55

    /// Reads the field; nil where it is not as the specification has it: the trace begins anew then.
    ///
    /// Later versions may be longer, and are read as version 00 as far as that goes (section 4.3); version ff is none.
    package static func parse(_ bytes: UnsafeRawBufferPointer) -> RemoteSpan? {
        guard bytes.count >= byteCount, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = pair(bytes[0], bytes[1]), version != 0xFF, let flags = pair(bytes[53], bytes[54]),
            let traceID = TraceID(hex: UnsafeRawBufferPointer(rebasing: bytes[3..<35])),
            let spanID = LowerHex.parse(UnsafeRawBufferPointer(rebasing: bytes[36..<52])), spanID != 0
        else { return nil }
        guard bytes.count == byteCount || version > 0 && bytes[byteCount] == dash else { return nil }
        let known = TraceContext.Flags(rawValue: flags)
        return RemoteSpan(
            traceID: traceID,
            spanID: spanID,
            decision: known.contains(.sampled) ? .kept : .dropped,
            isRandom: known.contains(.random)
        )
    }

    /// Appends the field for a request that `spanID` of this trace sends.
    package static func write(_ trace: TraceContext, spanID: UInt64, to out: inout OutBuffer) {
        out.append("traceparent: 00-")
        out.append(upTo: TraceID.digits) { target in
            trace.traceID.write(hex: target)
            return TraceID.digits
        }
        out.append("-")
        out.append(hex: spanID)
        out.append("-0")
        out.append(0x30 + trace.flags.intersection([.sampled, .random]).rawValue)
        out.append("\r\n")
    }

    private static let dash = UInt8(ascii: "-")

    private static func pair(_ high: UInt8, _ low: UInt8) -> UInt8? {
        guard let high = LowerHex.digit(high), let low = LowerHex.digit(low) else { return nil }
        return high << 4 | low
    }
}

extension OutBuffer {
    /// Appends a span's id in sixteen digits.
    mutating func append(hex spanID: UInt64) {
        append(upTo: LowerHex.digits) { target in
            LowerHex.write(spanID, to: target)
            return LowerHex.digits
        }
    }
}
