import Base

/// Cuts a template into texts and the words of its actions.
enum TemplateLexer {
    enum Token: Equatable, Sendable {
        case text(String)
        case action([Word])
    }

    enum Word: Equatable, Sendable {
        case name(String)
        case field(String)
        case variable(String)
        case value(JSON)
        case symbol(Character)
        case declare
        /// Whitespace between words: it tells `.a .b` from `.a.b`.
        case space
    }

    static func tokens(of template: String) throws(TemplateDefect) -> [Token] {
        var tokens: [Token] = []
        var rest = Substring(template)
        var trimsNext = false
        while let open = rest.firstRange(of: "{{") {
            var text = String(rest[..<open.lowerBound])
            rest = rest[open.upperBound...]
            if trimsNext { text = text.trimmingLeadingSpace }
            if rest.hasPrefix("-"), rest.dropFirst().first?.isTemplateSpace == true {
                text = text.trimmingTrailingSpace
                rest = rest.dropFirst()
            }
            if !text.isEmpty { tokens.append(.text(text)) }
            let words = try action(&rest, trimsNext: &trimsNext)
            if !words.isEmpty { tokens.append(.action(words)) }
        }
        let text = trimsNext ? String(rest).trimmingLeadingSpace : String(rest)
        if !text.isEmpty { tokens.append(.text(text)) }
        return tokens
    }

    /// The words up to the closing braces; a comment has none.
    private static func action(_ rest: inout Substring, trimsNext: inout Bool) throws(TemplateDefect) -> [Word] {
        var words: [Word] = []
        trimsNext = false
        if rest.drop(while: \.isTemplateSpace).hasPrefix("/*") {
            guard let end = rest.firstRange(of: "*/") else { throw TemplateDefect(what: "unclosed comment") }
            rest = rest[end.upperBound...]
        }
        while let first = rest.first {
            if rest.hasPrefix("}}") {
                rest = rest.dropFirst(2)
                while words.last == .space { words.removeLast() }
                return words
            }
            if first.isTemplateSpace {
                rest = rest.drop(while: \.isTemplateSpace)
                if rest.hasPrefix("-}}") {
                    rest = rest.dropFirst()
                    trimsNext = true
                } else if !words.isEmpty {
                    words.append(.space)
                }
            } else {
                words.append(try word(&rest, first))
            }
        }
        throw TemplateDefect(what: "unclosed action")
    }

    private static func word(_ rest: inout Substring, _ first: Character) throws(TemplateDefect) -> Word {
        switch first {
        case "\"": return .value(.string(try quoted(&rest)))
        case "`": return .value(.string(try raw(&rest)))
        case "(", ")", "|", ",":
            rest = rest.dropFirst()
            return .symbol(first)
        case ":" where rest.hasPrefix(":="):
            rest = rest.dropFirst(2)
            return .declare
        case ".":
            rest = rest.dropFirst()
            return .field(name(&rest))
        case "$":
            rest = rest.dropFirst()
            return .variable(name(&rest))
        case "-", "0"..."9":
            let digits = rest.prefix { $0 == "-" || $0 == "." || ($0 >= "0" && $0 <= "9") }
            rest = rest.dropFirst(digits.count)
            if let value = Int64(digits) { return .value(.int(value)) }
            guard let value = Double(digits) else { throw TemplateDefect(what: "bad number \"\(digits)\"") }
            return .value(.double(value))
        default:
            let name = name(&rest)
            guard !name.isEmpty else { throw TemplateDefect(what: "unexpected \"\(first)\" in action") }
            return .name(name)
        }
    }

    private static func name(_ rest: inout Substring) -> String {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        rest = rest.dropFirst(name.count)
        return String(name)
    }

    private static func raw(_ rest: inout Substring) throws(TemplateDefect) -> String {
        let body = rest.dropFirst()
        guard let end = body.firstIndex(of: "`") else { throw TemplateDefect(what: "unterminated raw quoted string") }
        rest = body[body.index(after: end)...]
        return String(body[..<end])
    }

    /// A string in double quotes; its escapes are those of JSON.
    private static func quoted(_ rest: inout Substring) throws(TemplateDefect) -> String {
        var end = rest.index(after: rest.startIndex)
        while end < rest.endIndex, rest[end] != "\"" {
            if rest[end] == "\\", rest.index(after: end) < rest.endIndex { end = rest.index(after: end) }
            end = rest.index(after: end)
        }
        guard end < rest.endIndex else { throw TemplateDefect(what: "unterminated quoted string") }
        let literal = String(rest[...end])
        rest = rest[rest.index(after: end)...]
        do {
            return try JSON.parse(literal).string ?? ""
        } catch {
            throw TemplateDefect(what: "bad string \(literal)")
        }
    }
}

extension Character {
    fileprivate var isTemplateSpace: Bool {
        self == " " || self == "\t" || self == "\n" || self == "\r" || self == "\r\n"
    }
}

extension String {
    fileprivate var trimmingLeadingSpace: String { String(drop(while: \.isTemplateSpace)) }
    fileprivate var trimmingTrailingSpace: String {
        var text = Substring(self)
        while text.last?.isTemplateSpace == true { text.removeLast() }
        return String(text)
    }
}
