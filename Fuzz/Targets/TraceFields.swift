import Base
import Telemetry

extension FuzzTarget {
    /// A field that names a trace, in each of its forms: what is believed names one, and can be written again.
    static let traceFields = FuzzTarget("trace-fields") { bytes in
        if let remote = TraceParent.parse(bytes) {
            precondition(remote.traceID.isValid && remote.spanID != 0 && remote.decision != .open)
            let isSame = Array(remote.traceID.hex.utf8).withUnsafeBytes { TraceID(hex: $0) == remote.traceID }
            precondition(isSame)
        }
        if let remote = B3.parse(bytes) { precondition(remote.traceID.isValid == (remote.spanID != 0)) }
        if let members = TraceState.members(bytes) { precondition(members <= bytes.count) }
    }
}
