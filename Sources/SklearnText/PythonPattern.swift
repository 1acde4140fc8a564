import CPCRE2
import Pickle
import Prediction
import Sklearn

/// A pattern of Python's `re` in the words of PCRE2.
struct PythonPattern {
    private(set) var pattern = ""
    private(set) var options = UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP) | UInt32(PCRE2_NO_AUTO_POSSESS)

    /// White space to Python besides what it is to PCRE2.
    private static let separators = #"\x{1c}-\x{1f}"#

    init(_ text: String, at value: PickleValue) throws(ModelDefect) {
        var rest = text[...]
        let flags = try PythonPattern.leadingFlags(&rest, value)
        options |= flags.options
        if flags.isASCII { options &= ~UInt32(PCRE2_UCP) }
        try translate(&rest, value)
    }

    /// `(?imsxau)` at the start.
    private static func leadingFlags(
        _ rest: inout Substring,
        _ value: PickleValue
    ) throws(ModelDefect) -> (options: UInt32, isASCII: Bool) {
        let letters = rest.hasPrefix("(?") ? rest.dropFirst(2).prefix { "aiLmsux".contains($0) } : ""
        guard !letters.isEmpty, rest.dropFirst(2 + letters.count).first == ")" else { return (0, false) }
        guard !letters.contains("L") else { throw value.defect("token pattern depends on a locale") }
        rest = rest.dropFirst(letters.count + 3)
        let meanings: [(letter: Character, option: Int)] = [
            ("i", Int(PCRE2_CASELESS)), ("m", Int(PCRE2_MULTILINE)), ("s", Int(PCRE2_DOTALL)),
            ("x", Int(PCRE2_EXTENDED)),
        ]
        let options = meanings.reduce(UInt32(0)) { letters.contains($1.letter) ? $0 | UInt32($1.option) : $0 }
        return (options, letters.contains("a"))
    }

    private mutating func translate(_ rest: inout Substring, _ value: PickleValue) throws(ModelDefect) {
        var isClass = false
        while let character = rest.popFirst() {
            switch character {
            case "\\": try translateEscape(&rest, isClass: isClass, value)
            case "[" where isClass:
                // To Python a bracket inside a class is a bracket; to PCRE2 it may begin a class by name.
                pattern += #"\["#
            case "[":
                isClass = true
                pattern.append("[")
                if rest.first == "^", let negation = rest.popFirst() { pattern.append(negation) }
                // A bracket that comes first closes nothing.
                if rest.first == "]" {
                    rest.removeFirst()
                    pattern += #"\]"#
                }
            case "]":
                isClass = false
                pattern.append("]")
            case "(" where !isClass && rest.first == "*": throw value.defect("token pattern repeats nothing")
            case "{" where !isClass && rest.first == ",": pattern += "{0"
            default: pattern.append(character)
            }
        }
    }

    private mutating func translateEscape(
        _ rest: inout Substring,
        isClass: Bool,
        _ value: PickleValue
    ) throws(ModelDefect) {
        guard let letter = rest.popFirst() else { throw value.defect("token pattern ends in a backslash") }
        switch letter {
        case "Z": pattern += #"\z"#
        case "s": pattern += isClass ? #"\s"# + PythonPattern.separators : #"[\s"# + PythonPattern.separators + "]"
        case "S" where !isClass: pattern += #"[^\s"# + PythonPattern.separators + "]"
        case "u", "U":
            let digits = rest.prefix(letter == "u" ? 4 : 8)
            guard digits.count == (letter == "u" ? 4 : 8), UInt32(digits, radix: 16) != nil else {
                throw value.defect("token pattern has a broken escape")
            }
            rest = rest.dropFirst(digits.count)
            pattern += "\\x{\(digits)}"
        case "N", "C", "G", "K", "R", "X", "Q", "E", "p", "P", "h", "H", "k", "g", "o", "c", "e":
            throw value.refusal(.textPattern, "token pattern has \\\(letter), which is not Python's or not native")
        default:
            pattern.append("\\")
            pattern.append(letter)
        }
    }
}
