import Agent
import Base

extension FuzzTarget {
    /// A payload of which something must not be seen: what is shown is JSON, and has no value at the paths.
    static let redaction = FuzzTarget("redaction") { bytes in
        guard let redaction = try? Redaction("$.instances[*].name,$.a"), let shown = redaction.apply(to: bytes) else {
            return
        }
        guard let json = try? JSON.parse(shown) else { return }  // it is stricter about escapes, and looks less deep
        for instance in json["instances"].array ?? [] {
            let name = instance["name"]
            precondition(name.isNull || name.string == "[redacted]")
        }
    }
}
