import Base

/// The functions that templates may call.
enum TemplateFunction: String, Sendable {
    case and, or, not, eq, ne, len, index, slice, print, printf, html, js

    /// Calls the function.
    func call(_ arguments: [JSON]) throws(TemplateDefect) -> JSON {
        switch self {
        case .and: return arguments.first { !Self.isTrue($0) } ?? arguments.last ?? .null
        case .or: return arguments.first(where: Self.isTrue) ?? arguments.last ?? .null
        case .not: return .bool(!Self.isTrue(try one(arguments)))
        case .eq:
            guard let first = arguments.first, arguments.count > 1 else { throw wrongCount(arguments) }
            return .bool(arguments.dropFirst().contains(first))
        case .ne:
            guard arguments.count == 2 else { throw wrongCount(arguments) }
            return .bool(arguments[0] != arguments[1])
        case .len: return .int(Int64(try Self.length(of: try one(arguments))))
        case .index: return try Self.element(arguments)
        case .slice: return try Self.part(arguments)
        case .print: return .string(arguments.map(Self.text).joined())
        case .printf: return .string(try Self.format(arguments))
        case .html: return .string(Self.escape(arguments.map(Self.text).joined(), Self.htmlEscapes))
        case .js: return .string(Self.escape(arguments.map(Self.text).joined(), Self.jsEscapes))
        }
    }

    /// A value as it is printed.
    static func text(_ value: JSON) -> String {
        switch value {
        case .null: return "<no value>"
        case .string(let text): return text
        case .bool(let value): return value ? "true" : "false"
        case .array(let elements): return "[" + elements.map(text).joined(separator: " ") + "]"
        case .object(let members):
            let entries = members.sorted { $0.key < $1.key }.map { "\($0.key):\(text($0.value))" }
            return "map[" + entries.joined(separator: " ") + "]"
        case .int, .double: return value.text
        }
    }

    /// Whether a value counts as true: not zero, not empty.
    static func isTrue(_ value: JSON) -> Bool {
        switch value {
        case .null: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .double(let value): value != 0
        case .string(let value): !value.isEmpty
        case .array(let value): !value.isEmpty
        case .object(let value): !value.isEmpty
        }
    }

    private func one(_ arguments: [JSON]) throws(TemplateDefect) -> JSON {
        guard arguments.count == 1 else { throw wrongCount(arguments) }
        return arguments[0]
    }

    private func wrongCount(_ arguments: [JSON]) -> TemplateDefect {
        TemplateDefect(what: "wrong number of args for \(rawValue): got \(arguments.count)")
    }
}

extension TemplateFunction {
    private static func length(of value: JSON) throws(TemplateDefect) -> Int {
        switch value {
        case .string(let text): text.utf8.count
        case .array(let elements): elements.count
        case .object(let members): members.count
        default: throw TemplateDefect(what: "len of \(text(value))")
        }
    }

    /// `index map key …`: a missing key of a map is the empty string, as for Go's maps of strings.
    private static func element(_ arguments: [JSON]) throws(TemplateDefect) -> JSON {
        guard var value = arguments.first else { throw TemplateDefect(what: "index of nothing") }
        for key in arguments.dropFirst() {
            switch (value, key) {
            case (.object(let members), .string(let name)): value = members[name] ?? ""
            case (.array(let elements), .int(let index)):
                guard elements.indices.contains(Int(index)) else {
                    throw TemplateDefect(what: "index out of range: \(index)")
                }
                value = elements[Int(index)]
            default: throw TemplateDefect(what: "can't index \(text(value)) with \(text(key))")
            }
        }
        return value
    }

    /// `slice text from to`, in bytes.
    private static func part(_ arguments: [JSON]) throws(TemplateDefect) -> JSON {
        guard let text = arguments.first?.string, arguments.count <= 3 else {
            throw TemplateDefect(what: "slice wants a text and up to two indexes")
        }
        let bytes = Array(text.utf8)
        let bounds = arguments.dropFirst().map { $0.int ?? -1 }
        let from = bounds.first ?? 0
        let to = bounds.count == 2 ? bounds[1] : bytes.count
        guard from >= 0, from <= to, to <= bytes.count else {
            throw TemplateDefect(what: "slice \(from):\(to) is out of range of \(bytes.count) bytes")
        }
        return .string(String(decoding: bytes[from..<to], as: UTF8.self))
    }

    /// `printf` with the verbs s, v, d, q, t and a precision for texts.
    private static func format(_ arguments: [JSON]) throws(TemplateDefect) -> String {
        guard let format = arguments.first?.string else { throw TemplateDefect(what: "printf wants a format") }
        var values = arguments.dropFirst()
        var output = ""
        var rest = Substring(format)
        while let character = rest.popFirst() {
            guard character == "%" else {
                output.append(character)
                continue
            }
            var precision: Int?
            if rest.first == "." {
                let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
                precision = Int(digits) ?? 0
                rest = rest.dropFirst(1 + digits.count)
            }
            guard let verb = rest.popFirst(), verb != "%" else {
                output += "%"
                continue
            }
            guard let value = values.popFirst() else {
                output += "%!\(verb)(MISSING)"
                continue
            }
            output += try write(value, verb, precision)
        }
        return output
    }

    private static func write(_ value: JSON, _ verb: Character, _ precision: Int?) throws(TemplateDefect) -> String {
        let plain = text(value)
        let cut = precision.map { String(plain.prefix($0)) } ?? plain
        switch verb {
        case "s", "v", "d", "t": return cut
        case "q": return JSON.string(cut).text
        default: throw TemplateDefect(what: "printf verb %\(verb) is not known")
        }
    }

    private static func escape(_ text: String, _ escapes: [Character: String]) -> String {
        text.map { escapes[$0] ?? String($0) }.joined()
    }

    private static let htmlEscapes: [Character: String] = [
        "<": "&lt;", ">": "&gt;", "&": "&amp;", "\"": "&#34;", "'": "&#39;",
    ]
    private static let jsEscapes: [Character: String] = [
        "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D", "\"": "\\\"", "'": "\\'", "\\": "\\\\",
    ]
}
