import Base

/// A selection of objects by the values of their fields: `metadata.name=a,status.phase!=Running`.
package struct FieldSelector: Equatable, Sendable, CustomStringConvertible {
    /// One comparison; all of a selector must hold.
    package struct Term: Equatable, Sendable {
        /// The dotted path of the field.
        package let field: String
        package let value: String
        package let isEqual: Bool
    }

    package let terms: [Term]

    /// Reads the text form; empty text selects everything.
    package init(_ text: String) throws(APIStatus) {
        terms = try FieldSelector.split(text).map { term throws(APIStatus) in try FieldSelector.parse(term, of: text) }
    }

    /// Whether nothing is asked.
    package var isEmpty: Bool { terms.isEmpty }

    /// The selector's text, with what needs escapes escaped.
    package var description: String {
        terms.map { "\($0.field)\($0.isEqual ? "=" : "!=")\(FieldSelector.escape($0.value))" }.joined(separator: ",")
    }

    /// The value that the selector demands of a field, if it demands one: lets a server look up instead of scan.
    package func demanded(_ field: String) -> String? { terms.first { $0.isEqual && $0.field == field }?.value }

    /// Refuses a selector with a field that the kind does not offer; metadata.name and metadata.namespace all do.
    package func check(allowed: [String]) throws(APIStatus) {
        let common = ["metadata.name", "metadata.namespace"]
        for term in terms where !common.contains(term.field) && !allowed.contains(term.field) {
            guard !allowed.isEmpty else {
                let only = common.map { "\"\($0)\"" }.joined(separator: ", ")
                throw .badRequest("\"\(term.field)\" is not a known field selector: only \(only)")
            }
            throw .badRequest("field label not supported: \(term.field)")
        }
    }

    /// Whether an object is selected; a field that is absent counts as empty.
    package func matches(_ object: KubeObject) -> Bool {
        terms.allSatisfy { (FieldSelector.value(of: $0.field, in: object.json) == $0.value) == $0.isEqual }
    }

    /// `check` and `matches` in one.
    package func matches(_ object: KubeObject, allowed: [String]) throws(APIStatus) -> Bool {
        try check(allowed: allowed)
        return matches(object)
    }
}

extension FieldSelector {
    /// The text of the field at a dotted path: scalars as they are written, anything else as nothing.
    private static func value(of field: String, in json: JSON) -> String {
        switch json[path: field.split(separator: ".").map(String.init)] {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        default: ""
        }
    }

    /// Splits at the commas that no backslash escapes; empty terms do not count.
    private static func split(_ text: String) -> [String] {
        var terms: [String] = []
        var term = ""
        var isEscaped = false
        for character in text {
            if character == ",", !isEscaped {
                terms.append(term)
                term = ""
                continue
            }
            term.append(character)
            isEscaped = character == "\\" && !isEscaped
        }
        return (terms + [term]).filter { !$0.isEmpty }
    }

    private static func parse(_ term: String, of selector: String) throws(APIStatus) -> Term {
        var isEscaped = false
        for index in term.indices {
            if !isEscaped, let (sign, isEqual) = comparison(at: term[index...]) {
                let value = try unescape(term[term.index(index, offsetBy: sign.count)...])
                return Term(field: String(term[..<index]), value: value, isEqual: isEqual)
            }
            isEscaped = term[index] == "\\" && !isEscaped
        }
        throw .badRequest("invalid selector: '\(selector)'; can't understand '\(term)'")
    }

    private static func comparison(at text: Substring) -> (sign: String, isEqual: Bool)? {
        for (sign, isEqual) in [("!=", false), ("==", true), ("=", true)] where text.hasPrefix(sign) {
            return (sign, isEqual)
        }
        return nil
    }

    private static func unescape(_ text: Substring) throws(APIStatus) -> String {
        var value = ""
        var isEscaped = false
        for character in text {
            if isEscaped {
                guard "\\,=".contains(character) else {
                    throw .badRequest("invalid field selector: invalid escape sequence: \\\(character)")
                }
                value.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "," || character == "=" {
                let code = character.asciiValue ?? 0
                throw .badRequest("invalid field selector: unescaped character in value: \(code)")
            } else {
                value.append(character)
            }
        }
        guard !isEscaped else { throw .badRequest("invalid field selector: invalid escape sequence: \\") }
        return value
    }

    private static func escape(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            if "\\,=".contains(character) { text.append("\\") }
            text.append(character)
        }
    }
}
