import Net

/// Doubles as KServe's Python server spells them: the fewest digits that read back the same, always with a point or an
/// exponent; plain from 1e-5 up to below 1e16; what JSON has no word for is null.
enum JSONNumber {
    /// Appends the spelling of a number.
    static func write(_ number: Double, into body: inout OutBuffer) {
        let whole = number.rounded(.towardZero)
        if whole == number, number.magnitude < 1e15 {
            if number == 0, number.sign == .minus { body.append(UInt8(ascii: "-")) }
            body.append(decimal: Int(whole))
            body.append(".0")
        } else if number.isFinite {
            body.append(text(number))
        } else {
            body.append("null")
        }
    }

    /// The spelling of a number as text, NaN and infinities as Swift names them.
    static func text(_ number: Double) -> String {
        let text = number.description
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "e")) else { return text }
        var digits = text[..<mark]
        let power = text[text.utf8.index(after: mark)...]
        if digits.hasSuffix(".0") { digits.removeLast(2) }
        guard let exponent = Int(power) else { return text }
        if exponent == -5 { return plain(digits) }
        return "\(digits)e\(exponent < 0 ? "" : "+")\(exponent)"
    }

    /// `d.ddd` × 10^-5 without an exponent.
    private static func plain(_ digits: Substring) -> String {
        let sign = digits.hasPrefix("-") ? "-" : ""
        return "\(sign)0.0000\(digits.filter { $0 != "." && $0 != "-" })"
    }
}
