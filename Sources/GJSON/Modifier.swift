/// What a path can do to a value: `@reverse`, `@keys` …
enum Modifier: String {
    case pretty, ugly, reverse, this, flatten, join, valid, keys, values, tostr, fromstr, group, dig

    init?(name: Bytes) { self.init(rawValue: String(decoding: name, as: UTF8.self)) }
}

/// `@name` or `@name:argument` at the beginning of a path.
struct ModifierCall {
    private let modifier: Modifier
    private let argument: Bytes
    /// What stands behind it.
    let rest: Bytes

    /// Reads a call; nil where there is no modifier of that name.
    init?(_ path: Bytes) {
        let words = path.dropFirst()
        let end =
            words.firstIndex { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: ".") }
            ?? words.endIndex
        guard let modifier = Modifier(name: words[..<end]) else { return nil }
        self.modifier = modifier
        let behind = words[end...]
        guard behind.first == UInt8(ascii: ":") else {
            (argument, rest) = ([], behind)
            return
        }
        let split = Self.endOfArgument(behind.dropFirst())
        (argument, rest) = (behind.dropFirst()[..<split], behind[split...])
    }

    /// Where an argument ends: JSON by its bracket or quote, anything else at the next pipe.
    private static func endOfArgument(_ text: Bytes) -> Int {
        if let first = text.first, "{[\"".utf8.contains(first) { return Nested.end(of: text) }
        var at = text.startIndex
        while at < text.endIndex, text[at] != UInt8(ascii: "|") {
            at = "{[\"(".utf8.contains(text[at]) ? Nested.end(of: text[at...]) : at + 1
        }
        return at
    }

    /// The text that the modifier makes of another.
    func apply(to json: Bytes, _ run: Run) -> Bytes {
        switch modifier {
        case .this: json
        case .valid: JSONText.isValid(json) ? json : []
        case .pretty: Pretty(options, run).text(json)
        case .ugly: Self.withoutBlanks(json)
        case .reverse: Self.reversed(json)
        case .flatten: Self.flattened(json, deep: flag("deep"), run)
        case .keys: Self.keys(json)
        case .values: Self.values(json)
        case .join: flag("preserve") ? Self.joinedWhole(json) : Self.joined(json)
        case .tostr: Escapes.quoted(json)
        case .fromstr: JSONText.isValid(json) ? GJSONResult(parsing: json).stringBytes : []
        case .group: Self.grouped(json)
        case .dig: Self.dug(json, argument, run)
        }
    }

    private var options: Pretty.Options {
        var options = Pretty.Options()
        GJSONResult(parsing: argument).forEach { name, value in
            switch name.map({ String(decoding: $0.text, as: UTF8.self) }) {
            case "sortKeys": options.sortsNames = value.bool
            case "indent": options.indent = Bytes(value.stringBytes.filter { " \t\n\r".utf8.contains($0) })
            case "prefix": options.prefix = Bytes(value.stringBytes.filter { " \t\n\r".utf8.contains($0) })
            case "width": options.width = Int(value.integer)
            default: break
            }
        }
        return options
    }

    private func flag(_ name: String) -> Bool {
        var isSet = false
        GJSONResult(parsing: argument).forEach { key, value in
            if let key, key.text.elementsEqual(name.utf8) { isSet = value.bool }
        }
        return isSet
    }
}

/// `!value` at the beginning of a path: a value that is written there.
struct StaticValue {
    let text: Bytes
    let rest: Bytes

    /// Reads a value; nil where there is none. Numbers and strings reach to the path's end.
    init?(_ path: Bytes) {
        let words = path.dropFirst()
        if let first = words.first, "{[\"+-0123456789".utf8.contains(first) {
            var reader = TokenReader(words)
            text = reader.readNested()
            rest = words[reader.at...]
            return
        }
        let end = words.firstIndex { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: ".") } ?? words.endIndex
        let word = String(decoding: words[..<end], as: UTF8.self).lowercased()
        guard ["true", "false", "null", "nan", "inf"].contains(word) else { return nil }
        (text, rest) = (words[..<end], words[end...])
    }
}
