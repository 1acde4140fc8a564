package import Base

/// The flags about logs, which every verb takes, and the variables that they go before.
package struct LogFlags: Equatable {
    package private(set) var form = LogForm.text
    package private(set) var level = Log.Level.info

    /// What help says of them.
    static let flags = [
        Flag("log-format", "FORM", "how the program's log is written: text (default) or json ($ROOST_LOG_FORMAT)"),
        Flag("log-level", "LEVEL", "debug, info (default), warning or error ($ROOST_LOG)"),
    ]

    /// Reads the variables, then takes the flags out of `words`, wherever they stand before `--`.
    ///
    /// - Parameter environment: a variable's value by its name.
    package init(_ words: inout [String], environment: (String) -> String?) throws(Misuse) {
        if let word = environment("ROOST_LOG_FORMAT"), !word.isEmpty { form = try Self.form(word, "ROOST_LOG_FORMAT") }
        if let word = environment("ROOST_LOG"), !word.isEmpty { level = try Self.level(word, "ROOST_LOG") }
        var kept: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                kept += [word] + rest
                break
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard let name = parts.first, Self.flags.contains(where: { name == "--\($0.name)" }) else {
                kept.append(word)
                continue
            }
            guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
                throw Misuse("\(name) needs a value")
            }
            if name == "--log-format" { form = try Self.form(value, name) } else { level = try Self.level(value, name) }
        }
        words = kept
    }

    /// Has the program's log written so from here on.
    func apply() {
        Log.form = form
        Log.level = level
    }

    private static func form(_ word: String, _ place: String) throws(Misuse) -> LogForm {
        guard let form = LogForm(rawValue: word) else { throw Misuse("\(place) is text or json, was \"\(word)\"") }
        return form
    }

    private static func level(_ word: String, _ place: String) throws(Misuse) -> Log.Level {
        guard let level = Log.Level(word: word) else {
            throw Misuse("\(place) is debug, info, warning or error, was \"\(word)\"")
        }
        return level
    }
}
