/// How PMML spells numbers and flags.
enum Spelling {
    /// The number that a text says; nil where it says none.
    static func number(_ text: String) -> Double? {
        if let number = Double(text) {
            // Swift's own reading also takes hexadecimal digits and words.
            return text.utf8.allSatisfy(isOfNumber) ? number : words[text.lowercased()]
        }
        let trimmed = text.utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        guard trimmed.count < text.utf8.count else { return words[text.lowercased()] }
        return number(String(decoding: Array(trimmed), as: UTF8.self))
    }

    /// What a text says that is true or false in letters of either size; nil for any other.
    static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }

    /// A number as Java spells it.
    static func text(_ number: Float) -> String {
        guard number.isFinite, number != 0, !(1e-3..<1e7).contains(number.magnitude) else {
            return number.isFinite ? number.description : text(Double(number))
        }
        return scientific(number.description)
    }

    /// A number as Java spells it.
    static func text(_ number: Double) -> String {
        guard number.isFinite else { return number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity" }
        if number == 0 { return number.sign == .minus ? "-0.0" : "0.0" }
        if (1e-3..<1e7).contains(number.magnitude) { return number.description }
        return scientific(number.description)
    }

    private static let words: [String: Double] = [
        "nan": .nan, "inf": .infinity, "-inf": -.infinity, "infinity": .infinity, "-infinity": -.infinity,
    ]

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || byte | 0x20 == UInt8(ascii: "e") || (0x2B...0x2E).contains(byte)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Swift's spelling of a large or small number as `d.dddEp`.
    private static func scientific(_ text: String) -> String {
        let isNegative = text.hasPrefix("-")
        let parts = (isNegative ? text.dropFirst() : text[...]).split(separator: "e")
        var power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let places = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(places[0])
        var digits = whole + (places.count > 1 ? String(places[1]) : "")
        power += whole.count - 1
        while digits.hasPrefix("0"), digits.count > 1 {
            digits.removeFirst()
            power -= 1
        }
        while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
        let fraction = digits.dropFirst()
        return "\(isNegative ? "-" : "")\(digits.prefix(1)).\(fraction.isEmpty ? "0" : fraction)E\(power)"
    }
}
