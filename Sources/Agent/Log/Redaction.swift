import Base

/// Which values of JSON payloads nobody is to see: paths such as `$.instances[*].name`.
///
/// Works on the bytes in one pass, without a tree. What is no JSON is told as such, so that it is not shown instead.
package struct Redaction: Sendable, Equatable {
    /// One step of a path.
    enum Step: Sendable, Equatable {
        /// The members of this name.
        case member([UInt8])
        /// All elements of a list.
        case elements
    }

    let paths: [[Step]]

    /// Hides nothing; payloads are only checked.
    package static let none = Redaction(paths: [])

    private init(paths: [[Step]]) { self.paths = paths }

    /// Reads paths with commas between them: `$`, then `.name`, `['name']` or `[*]` as often as wanted.
    package init(_ text: String) throws(AgentMisuse) {
        var reader = PathReader(text)
        paths = try reader.read()
    }

    /// The payload with the values at the paths replaced; nil where it is no JSON.
    package func apply(to payload: UnsafeRawBufferPointer) -> [UInt8]? {
        guard UTF8Rule.holds(for: payload) else { return nil }
        var scanner = RedactingScanner(payload, paths)
        return scanner.run()
    }

    /// The same for bytes.
    package func apply(to payload: [UInt8]) -> [UInt8]? { payload.withUnsafeBytes { apply(to: $0) } }
}

/// Reads the text of paths.
private struct PathReader {
    private let text: String
    private var rest: Substring

    init(_ text: String) {
        self.text = text
        rest = text[...]
    }

    mutating func read() throws(AgentMisuse) -> [[Redaction.Step]] {
        var paths: [[Redaction.Step]] = []
        repeat {
            rest = rest.drop { $0 == " " }
            guard take("$") else { throw fault("a path begins with $") }
            paths.append(try steps())
            rest = rest.drop { $0 == " " }
        } while take(",")
        guard rest.isEmpty else { throw fault("after $ come .name, ['name'] and [*]") }
        guard paths.count <= AgentLimits.redactionsMax else {
            throw fault("at most \(AgentLimits.redactionsMax) paths are taken")
        }
        return paths
    }

    private mutating func steps() throws(AgentMisuse) -> [Redaction.Step] {
        var steps: [Redaction.Step] = []
        while true {
            if take("[*]") {
                steps.append(.elements)
            } else if take("['") {
                let name = rest.prefix { $0 != "'" }
                rest = rest.dropFirst(name.count)
                guard take("']") else { throw fault("a name in [' ends with ']") }
                steps.append(.member(Array(name.utf8)))
            } else if take(".") {
                let name = rest.prefix { !".,[]' ".contains($0) }
                guard !name.isEmpty else { throw fault("a name follows the point") }
                rest = rest.dropFirst(name.count)
                steps.append(.member(Array(name.utf8)))
            } else {
                return steps
            }
        }
    }

    private mutating func take(_ word: String) -> Bool {
        guard rest.hasPrefix(word) else { return false }
        rest = rest.dropFirst(word.count)
        return true
    }

    private func fault(_ why: String) -> AgentMisuse { AgentMisuse("--log-redact \"\(text)\": \(why)") }
}
