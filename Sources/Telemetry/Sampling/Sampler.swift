package import Base

/// Which traces are kept, as OTEL_TRACES_SAMPLER says: decided where a request comes in. Pure.
package struct Sampler: Equatable, Sendable {
    /// What is done with a trace that begins here.
    package enum Root: Equatable, Sendable {
        case always, never
        /// This part of all traces, from 0 to 1, told by the trace's id: everybody with the same ratio keeps the same ones.
        case ratio(Double)
    }

    package let root: Root
    /// Whether a decision that came with the request holds.
    package let followsParent: Bool
    /// Ids below this are kept, of 2^63.
    private let bound: UInt64

    package init(_ root: Root, followsParent: Bool) {
        self.root = root
        self.followsParent = followsParent
        bound =
            switch root {
            case .always: 1 << 63
            case .never: 0
            case .ratio(let ratio): UInt64(min(max(ratio, 0), 1) * 0x1p63)
            }
    }

    /// Whether the trace of a request that comes from `remote` is kept.
    @inline(__always)
    package func keeps(_ traceID: TraceID, from remote: RemoteSpan?) -> Bool {
        if followsParent, let remote {
            switch remote.decision {
            case .kept: return true
            case .dropped: return false
            case .open: break
            }
        }
        // The last eight bytes, of which the highest bit says nothing: as the SDKs of other languages do it.
        return traceID.low & ~(1 << 63) < bound
    }

    /// Reads the variables; what is unknown is nil.
    package init?(named name: String, argument: String) {
        let ratio = argument.isEmpty ? 1 : Double(argument)
        switch name {
        case "always_on": self.init(.always, followsParent: false)
        case "always_off": self.init(.never, followsParent: false)
        case "parentbased_always_on": self.init(.always, followsParent: true)
        case "parentbased_always_off": self.init(.never, followsParent: true)
        case "traceidratio", "parentbased_traceidratio":
            guard let ratio, (0...1).contains(ratio) else { return nil }
            self.init(.ratio(ratio), followsParent: name == "parentbased_traceidratio")
        default: return nil
        }
    }
}
