import Base
import Net

/// Doubles as KServe's Python server spells them: the fewest digits that read back the same, always with a point or an
/// exponent; plain from 1e-5 up to below 1e16; what JSON has no word for is null.
enum JSONNumber {
    /// Longest spelling: a sign, 17 digits, and a point or the zeros and the exponent around them.
    private static let lengthMax = 32
    /// From here on every double is a whole number, and from 1e16 on it is spelt with an exponent.
    private static let wholeMax = 1e15

    /// Appends the spelling of a number.
    static func write(_ number: Double, into body: inout OutBuffer) {
        if number.magnitude < wholeMax, case let whole = Int(number), Double(whole) == number {
            if number == 0, number.sign == .minus { body.append(UInt8(ascii: "-")) }
            body.append(decimal: whole)
            body.append(".0")
        } else if let decimal = ShortestDecimal(number.magnitude) {
            if number < 0 { body.append(UInt8(ascii: "-")) }
            body.append(upTo: lengthMax) { write(decimal, $0) }
        } else if number.isFinite {
            body.append(rare(number))
        } else {
            body.append("null")
        }
    }

    /// The spelling of a number as text.
    static func text(_ number: Double) -> String {
        var body = OutBuffer()
        write(number, into: &body)
        return String(decoding: body.bytes, as: UTF8.self)
    }

    private static func write(_ decimal: ShortestDecimal, _ target: UnsafeMutableRawBufferPointer) -> Int {
        let count = digitCount(decimal.digits)
        let power = count &+ decimal.exponent &- 1
        guard (-5..<16).contains(power) else { return writeScientific(decimal.digits, count, power, target) }
        if power < 0 {
            // 0.000ddd
            let zeros = 1 &- power
            for index in 0..<zeros { target[index] = UInt8(ascii: "0") }
            target[1] = UInt8(ascii: ".")
            put(decimal.digits, count, target, at: zeros)
            return zeros &+ count
        }
        // ddd.ddd: numbers without a fraction are spelt elsewhere, or have zeros behind their digits.
        let whole = power &+ 1
        put(decimal.digits, count, target, at: 0)
        guard count > whole else {
            for index in count..<max(count, whole) { target[index] = UInt8(ascii: "0") }
            target[whole] = UInt8(ascii: ".")
            target[whole &+ 1] = UInt8(ascii: "0")
            return whole &+ 2
        }
        for index in stride(from: count, to: whole, by: -1) { target[index] = target[index &- 1] }
        target[whole] = UInt8(ascii: ".")
        return count &+ 1
    }

    /// d.ddde-dd
    private static func writeScientific(
        _ digits: UInt64,
        _ count: Int,
        _ power: Int,
        _ target: UnsafeMutableRawBufferPointer
    ) -> Int {
        var at = count
        if count == 1 {
            put(digits, 1, target, at: 0)
        } else {
            put(digits, count, target, at: 1)
            target[0] = target[1]
            target[1] = UInt8(ascii: ".")
            at = count &+ 1
        }
        target[at] = UInt8(ascii: "e")
        target[at &+ 1] = power < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+")
        let size = UInt64(power.magnitude)
        let sizeCount = digitCount(size)
        put(size, sizeCount, target, at: at &+ 2)
        return at &+ 2 &+ sizeCount
    }

    private static func put(_ digits: UInt64, _ count: Int, _ target: UnsafeMutableRawBufferPointer, at start: Int) {
        var rest = digits
        var index = start &+ count
        while index > start {
            let (tens, last) = rest.quotientAndRemainder(dividingBy: 10)
            index &-= 1
            target[index] = UInt8(truncatingIfNeeded: 0x30 &+ last)
            rest = tens
        }
    }

    private static func digitCount(_ number: UInt64) -> Int {
        var count = 1
        var bound: UInt64 = 10
        while count < 19, number >= bound {
            count &+= 1
            bound &*= 10
        }
        return count
    }

    /// Doubles so large or small that the table of powers does not reach, always with an exponent.
    private static func rare(_ number: Double) -> String {
        let text = number.description
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "e")) else { return text }
        var digits = text[..<mark]
        if digits.hasSuffix(".0") { digits.removeLast(2) }
        let power = Int(text[text.utf8.index(after: mark)...]) ?? 0
        return "\(digits)e\(power < 0 ? "" : "+")\(power)"
    }
}
