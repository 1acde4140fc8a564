import CLinux

/// Reads JSON numbers from bytes, correctly rounded.
///
/// Short numbers take Clinger's exact path (a product or quotient of two exact doubles), others of up to 19 digits the
/// way of Eisel and Lemire; the rest goes to strtod.
package enum NumberScanner {
    /// A number and the offset of the byte behind it.
    package struct Scanned {
        /// The number as the nearest double.
        package let value: Double
        /// The number as an integer where it was spelt as one (no point, no exponent) and fits.
        package let integer: Int64?
        /// Offset of the first byte behind the number.
        package let end: Int
    }

    /// Scans the number that starts at `start`; nil where the bytes there are not a JSON number.
    package static func scan(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Scanned? {
        var spelling = Spelling(at: start)
        guard spelling.read(bytes) else { return nil }
        let (mantissa, exponent, negative) = (spelling.mantissa, spelling.exponent, spelling.isNegative)
        guard spelling.digits <= 19 else {
            return Scanned(value: slow(bytes, start, spelling.at), integer: nil, end: spelling.at)
        }
        if spelling.isInteger, let integer = signed(mantissa, negative) {
            let isMinusZero = negative && integer == 0
            return Scanned(
                value: isMinusZero ? -0.0 : Double(integer),
                integer: isMinusZero ? nil : integer,
                end: spelling.at
            )
        }
        if mantissa <= 1 << 53, exponent.magnitude <= 22 {
            let power = exactPowersOfTen[Int(exponent.magnitude)]
            let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
            return Scanned(value: negative ? -value : value, integer: nil, end: spelling.at)
        }
        let value = nearest(mantissa, exponent).map { negative ? -$0 : $0 } ?? slow(bytes, start, spelling.at)
        return Scanned(value: value, integer: nil, end: spelling.at)
    }

    private static func signed(_ mantissa: UInt64, _ negative: Bool) -> Int64? {
        if negative { return mantissa <= UInt64(Int64.max) ? -Int64(mantissa) : nil }
        return Int64(exactly: mantissa)
    }

    /// The exact powers of ten, 10^0 to 10^22.
    private static let exactPowersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The double nearest to mantissa × 10^exponent; nil where this way does not tell it: powers outside the table,
    /// results that are not normal, and products too close to a boundary.
    ///
    /// After Daniel Lemire, "Number Parsing at a Gigabyte per Second", Software: Practice and Experience 51 (8), 2021.
    private static func nearest(_ mantissa: UInt64, _ exponent: Int) -> Double? {
        guard mantissa != 0, PowersOfFive.exponents.contains(exponent) else { return nil }
        let zeros = mantissa.leadingZeroBitCount
        let scaled = mantissa << UInt64(zeros)
        let power = PowersOfFive.bits(exponent)
        var (upper, lower) = scaled.multipliedFullWidth(by: power.high)
        // 55 bits decide; only where all bits below them are set can the rest of the power matter.
        if upper & 0x1FF == 0x1FF {
            let carried = lower.addingReportingOverflow(scaled.multipliedFullWidth(by: power.low).high)
            lower = carried.partialValue
            if carried.overflow { upper &+= 1 }
        }
        if lower == .max, !(-27...55).contains(exponent) { return nil }
        let top = Int(upper >> 63)
        var bits = upper >> UInt64(top &+ 9)
        var binary = (217_706 &* exponent) >> 16 &+ 63 &+ top &- zeros &+ 1023
        guard binary > 0 else { return nil }
        // Halfway between two doubles, where that can be: to the even one.
        if lower <= 1, (-4...23).contains(exponent), bits & 3 == 1, bits << UInt64(top &+ 9) == upper { bits &= ~1 }
        bits = (bits &+ bits & 1) >> 1
        if bits >= 1 << 53 {
            bits = 1 << 52
            binary &+= 1
        }
        guard binary < 2047 else { return nil }
        return Double(bitPattern: bits & ~(1 << 52) | UInt64(binary) << 52)
    }

    /// strtod on a copy that ends with a zero byte: the buffer itself need not.
    private static func slow(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Double {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: end - start + 1) { copy in
            for offset in start..<end { copy[offset - start] = CChar(bitPattern: bytes[offset]) }
            copy[end - start] = 0
            return strtod(copy.baseAddress!, nil)  // Safe: the allocation has at least one element
        }
    }
}

/// What the text of a number says: mantissa × 10^exponent.
private struct Spelling {
    /// The byte behind what was read.
    var at: Int
    /// The first 19 significant digits.
    var mantissa: UInt64 = 0
    /// How many significant digits there are; past 19 only their number counts.
    var digits = 0
    var exponent = 0
    var isNegative = false
    var isInteger = true

    init(at start: Int) { at = start }

    /// Reads a number by JSON's grammar; false where there is none.
    @inline(__always)
    mutating func read(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if at < bytes.count, bytes[at] == UInt8(ascii: "-") {
            isNegative = true
            at &+= 1
        }
        let leading = at
        let whole = takeDigits(bytes)
        guard whole == 1 || whole > 1 && bytes[leading] != UInt8(ascii: "0") else { return false }
        guard at < bytes.count else { return true }
        if bytes[at] == UInt8(ascii: ".") {
            at &+= 1
            isInteger = false
            let fraction = takeDigits(bytes)
            guard fraction > 0 else { return false }
            exponent = -fraction
            guard at < bytes.count else { return true }
        }
        return bytes[at] | 0x20 == UInt8(ascii: "e") ? takeExponent(bytes) : true
    }

    /// Takes a run of digits; how many there were.
    @inline(__always)
    private mutating func takeDigits(_ bytes: UnsafeRawBufferPointer) -> Int {
        let first = at
        while at < bytes.count {
            if digits > 0, digits <= 11, let eight = Spelling.eightDigits(bytes, at) {
                mantissa = mantissa &* 100_000_000 &+ eight
                digits &+= 8
                at &+= 8
                continue
            }
            let value = UInt64(bytes[at] &- UInt8(ascii: "0"))
            guard value < 10 else { break }
            if digits < 19 { mantissa = mantissa &* 10 &+ value }
            if digits > 0 || value > 0 { digits &+= 1 }
            at &+= 1
        }
        return at &- first
    }

    /// The number that the eight bytes at `at` spell; nil where they are not all digits.
    @inline(__always)
    private static func eightDigits(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt64? {
        guard bytes.count &- at >= 8 else { return nil }
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        let isDigits = (word & 0xF0F0_F0F0_F0F0_F0F0) | ((word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) >> 4
        guard isDigits == 0x3333_3333_3333_3333 else { return nil }
        // Neighbours are joined to numbers of two, four and eight digits.
        var pairs = word &- 0x3030_3030_3030_3030
        pairs = pairs &* 10 &+ pairs >> 8
        let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
        let high = (pairs >> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
        return (low &+ high) >> 32
    }

    private mutating func takeExponent(_ bytes: UnsafeRawBufferPointer) -> Bool {
        at &+= 1
        isInteger = false
        var sign = 1
        if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") {
            sign = bytes[at] == UInt8(ascii: "-") ? -1 : 1
            at &+= 1
        }
        let first = at
        var power = 0
        while at < bytes.count, case let value = Int(bytes[at] &- UInt8(ascii: "0")), value < 10 {
            power = min(power &* 10 &+ value, 100_000)
            at &+= 1
        }
        exponent &+= sign &* power
        return at > first
    }
}
