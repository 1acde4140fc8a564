import CLinux

/// Numbers and booleans as Go's `strconv` reads and writes them, where gjson leaves them to it.
enum GoNumber {
    /// The nearest double; 0 where the text is no number.
    static func double(_ text: Bytes) -> Double {
        guard isDecimal(text) || isWord(text) else { return 0 }
        let digits = text.map { CChar(bitPattern: $0) } + [0]
        return strtod(digits, nil)
    }

    /// Decimal digits with a sign, a point and an exponent; `1.` and `.5` are numbers.
    private static func isDecimal(_ text: Bytes) -> Bool {
        var rest = withoutSign(text)
        let whole = takeDigits(&rest)
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = takeDigits(&rest)
        }
        guard whole + fraction > 0 else { return false }
        guard let letter = rest.first else { return true }
        guard letter | 0x20 == UInt8(ascii: "e") else { return false }
        rest = withoutSign(rest.dropFirst())
        return takeDigits(&rest) > 0 && rest.isEmpty
    }

    private static func isWord(_ text: Bytes) -> Bool {
        let word = String(decoding: text, as: UTF8.self).lowercased()
        return word == "nan" || ["inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"].contains(word)
    }

    private static func withoutSign(_ text: Bytes) -> Bytes {
        text.first == UInt8(ascii: "+") || text.first == UInt8(ascii: "-") ? text.dropFirst() : text
    }

    private static func takeDigits(_ text: inout Bytes) -> Int {
        let digits = text.prefix { (0x30...0x39).contains($0) }.count
        text.removeFirst(digits)
        return digits
    }

    /// A whole number without a plus sign, modulo 2^64; nil where the text is none.
    static func integer(_ text: Bytes) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        guard let magnitude = unsigned(isNegative ? text.dropFirst() : text) else { return nil }
        let value = Int64(bitPattern: magnitude)
        return isNegative ? 0 &- value : value
    }

    /// A whole number without a sign, modulo 2^64; nil where the text is none.
    static func unsigned(_ text: Bytes) -> UInt64? {
        guard !text.isEmpty, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return text.reduce(0) { $0 &* 10 &+ UInt64($1 - 0x30) }
    }

    /// The number without its fraction, where doubles of that size still tell whole numbers apart.
    static func safeInteger(_ number: Double) -> Int64? {
        number.magnitude <= 9_007_199_254_740_991 ? Int64(number) : nil
    }

    /// The words that Go takes for booleans, in any case of letters.
    static func bool(_ text: Bytes) -> Bool? {
        switch String(decoding: text, as: UTF8.self).lowercased() {
        case "1", "t", "true": true
        case "0", "f", "false": false
        default: nil
        }
    }

    /// The shortest digits that read back as the number, without an exponent.
    static func plain(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        guard number.isFinite else { return number < 0 ? "-Inf" : "+Inf" }
        let parts = number.magnitude.description.split(separator: "e")
        let decimals = (parts.first ?? "0").split(separator: ".")
        let whole = decimals.first.map { $0 == "0" ? "" : String($0) } ?? ""
        let fraction = decimals.count > 1 && decimals[1] != "0" ? String(decimals[1]) : ""
        let point = whole.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        return (number.sign == .minus ? "-" : "") + placed(digits: whole + fraction, point: point)
    }

    /// Digits with the decimal point before the digit at `point`, which may lie outside of them.
    private static func placed(digits: String, point: Int) -> String {
        if digits.allSatisfy({ $0 == "0" }) { return "0" }
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        if point >= digits.count { return digits + String(repeating: "0", count: point - digits.count) }
        return digits.prefix(point) + "." + digits.dropFirst(point)
    }
}
