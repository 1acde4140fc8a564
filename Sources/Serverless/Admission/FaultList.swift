/// Faults of an object in the form that Knative's webhook tells them: what is wrong, then where, those of one kind together.
struct FaultList: Equatable {
    private struct What: Hashable {
        let message: String
        let details: String
    }

    private var places: [What: Set<String>] = [:]

    var isEmpty: Bool { places.isEmpty }

    mutating func add(_ message: String, at paths: String..., details: String = "") {
        places[What(message: message, details: details), default: []].formUnion(paths)
    }

    mutating func missing(_ path: String) { add("missing field(s)", at: path) }
    mutating func disallowed(_ path: String) { add("must not set the field(s)", at: path) }
    mutating func invalid(_ value: String, at path: String) { add("invalid value: \(value)", at: path) }

    mutating func outside(_ value: Int, _ range: ClosedRange<Int>, at path: String) {
        add("expected \(range.lowerBound) <= \(value) <= \(range.upperBound)", at: path)
    }

    /// Lines in the order of what is wrong.
    var text: String {
        let ordered = places.sorted { ($0.key.message, $0.key.details) < ($1.key.message, $1.key.details) }
        return ordered.map { what, places in
            let line = "\(what.message): \(places.sorted().joined(separator: ", "))"
            return what.details.isEmpty ? line : "\(line)\n\(what.details)"
        }.joined(separator: "\n")
    }
}
