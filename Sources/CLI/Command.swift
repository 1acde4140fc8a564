/// One flag of a verb: the parser, `--help` and the docs read this declaration.
package struct Flag: Sendable {
    package let name: String
    package let short: Character?
    /// What stands for the value in help; nil makes it a switch.
    package let placeholder: String?
    package let help: String

    /// A flag with a value.
    package init(_ name: String, short: Character? = nil, _ placeholder: String, _ help: String) {
        self.name = name
        self.short = short
        self.placeholder = placeholder
        self.help = help
    }

    /// A switch.
    package init(_ name: String, short: Character? = nil, _ help: String) {
        self.name = name
        self.short = short
        placeholder = nil
        self.help = help
    }
}

/// One verb of the program. The path of a verb is the name of its file.
package struct Command: Sendable {
    package let name: String
    /// What follows the flags: `FILE`, `TYPE [NAME]`; empty where nothing may.
    package let arguments: String
    /// One line for the list of verbs.
    package let summary: String
    /// The rest of the help: what it does, an example.
    package let details: String
    package let flags: [Flag]
    package let run: @Sendable (Invocation) async throws -> Void

    package init(
        _ name: String,
        _ arguments: String = "",
        summary: String,
        details: String = "",
        flags: [Flag] = [],
        run: @escaping @Sendable (Invocation) async throws -> Void
    ) {
        self.name = name
        self.arguments = arguments
        self.summary = summary
        self.details = details
        self.flags = flags
        self.run = run
    }
}

/// A verb's words after parsing, and the sign that the program is asked to end.
package struct Invocation: Sendable {
    package let arguments: [String]
    package let shutdown: ShutdownSignal
    private let values: [String: [String]]

    package init(_ command: Command, _ words: [String], shutdown: ShutdownSignal) throws(Misuse) {
        let parsed = try Invocation.parse(command, words)
        arguments = parsed.arguments
        values = parsed.values
        self.shutdown = shutdown
    }

    /// The last value of a flag, nil where it was not given.
    package subscript(name: String) -> String? { values[name]?.last }

    /// All values of a flag that may be given several times.
    package func all(_ name: String) -> [String] { values[name] ?? [] }

    /// Whether a switch was given.
    package func has(_ name: String) -> Bool { values[name] != nil && self[name] != "false" }

    /// The value of a flag that counts something.
    package func integer(_ name: String, in range: ClosedRange<Int>) throws(Misuse) -> Int? {
        guard let text = self[name] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw Misuse("--\(name) must be a number from \(range.lowerBound) to \(range.upperBound), was \"\(text)\"")
        }
        return value
    }

    /// The value of a flag that is a time: `300s`, `5m`, `1h`, or bare seconds.
    package func duration(_ name: String) throws(Misuse) -> Duration? {
        guard let text = self[name] else { return nil }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
        let unit = text.last.flatMap { units[$0] }
        guard let count = Int(unit == nil ? text : String(text.dropLast())), (0...10_000_000).contains(count) else {
            throw Misuse("--\(name) must be a time such as 300s, 5m or 1h, was \"\(text)\"")
        }
        return .seconds(count * (unit ?? 1))
    }

    private static func parse(
        _ command: Command,
        _ words: [String]
    ) throws(Misuse) -> (arguments: [String], values: [String: [String]]) {
        var arguments: [String] = []
        var values: [String: [String]] = [:]
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "-" else {
                arguments.append(word)
                continue
            }
            if word == "--" {
                arguments += rest
                break
            }
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            let flag = try find(command, parts[0])
            if parts.count == 2 {
                values[flag.name, default: []].append(parts[1])
            } else if flag.placeholder == nil {
                values[flag.name, default: []].append("true")
            } else if let value = rest.popFirst() {
                values[flag.name, default: []].append(value)
            } else {
                throw Misuse("--\(flag.name) needs a value")
            }
        }
        if command.arguments.isEmpty, let extra = arguments.first { throw Misuse("unexpected argument \"\(extra)\"") }
        return (arguments, values)
    }

    private static func find(_ command: Command, _ word: String) throws(Misuse) -> Flag {
        let flag = command.flags.first { flag in
            word == "--\(flag.name)" || flag.short.map { word == "-\($0)" } ?? false
        }
        guard let flag else { throw Misuse("unknown flag \(word)") }
        return flag
    }
}

/// The words do not fit the verb: told with a pointer to its help, exit status 2.
package struct Misuse: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// The verb could not do what it was asked: told as it is, exit status 1.
package struct Failure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
