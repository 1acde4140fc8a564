/// Flags of programs that are given more of them than they know: arguments of several places are put one behind the
/// other, so that unknown ones are noted and passed over.
package struct LooseFlags: Sendable {
    private var values: [String: String] = [:]
    /// What nobody knows, as it was written.
    package private(set) var ignored: [String] = []

    /// Reads `--name value` and `--name=value`; the last one counts. Switches take a value only behind `=`.
    package init(_ words: [String], values known: Set<String>, switches: Set<String> = []) {
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                ignored.append(word)
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts.first ?? "")
            var value = parts.count > 1 ? String(parts[1]) : nil
            if value == nil, switches.contains(name) {
                value = "true"
            } else if value == nil, let next = rest.first, !next.hasPrefix("--") {
                value = next
                rest.removeFirst()
            }
            if known.contains(name) || switches.contains(name) { values[name] = value } else { ignored.append(word) }
        }
    }

    /// The value of a flag; nil where it was not given.
    package subscript(name: String) -> String? { values[name] }

    /// Whether a switch is on.
    package func has(_ name: String) -> Bool { values[name].map { $0 != "false" && $0 != "0" } ?? false }
}
