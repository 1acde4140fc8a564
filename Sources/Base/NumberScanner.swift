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
        guard let spelling = Spelling(bytes, at: start) else { return nil }
        if spelling.isInteger, spelling.isExact, let integer = spelling.integer {
            return Scanned(value: Double(integer), integer: integer, end: spelling.end)
        }
        return Scanned(value: value(of: spelling, bytes, start), integer: nil, end: spelling.end)
    }

    /// Reads numbers with commas between them, and blanks behind these, from `at` on: as many as `values` has room for.
    ///
    /// `at` is left behind the last number that was read; other things than finite numbers are not.
    package static func finiteNumbers(
        _ bytes: UnsafeRawBufferPointer,
        at: inout Int,
        into values: UnsafeMutableBufferPointer<Double>
    ) -> Int {
        var count = 0
        var next = at
        while count < values.count, let spelling = Spelling(bytes, at: next) {
            let value = value(of: spelling, bytes, next)
            guard value.isFinite else { break }
            values[count] = value
            count &+= 1
            at = spelling.end
            guard at < bytes.count, bytes[at] == UInt8(ascii: ",") else { break }
            next = at &+ 1
            while next < bytes.count, bytes[next] == 0x20 { next &+= 1 }
        }
        return count
    }

    @inline(__always)
    private static func value(of spelling: Spelling, _ bytes: UnsafeRawBufferPointer, _ start: Int) -> Double {
        let (mantissa, exponent) = (spelling.mantissa, spelling.exponent)
        guard spelling.isExact else { return slow(bytes, start, spelling.end) }
        if mantissa <= 1 << 53, exponent.magnitude <= 22 {
            let power = exactPowersOfTen[Int(exponent.magnitude)]
            let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
            return spelling.isNegative ? -value : value
        }
        guard let value = nearest(mantissa, exponent) else { return slow(bytes, start, spelling.end) }
        return spelling.isNegative ? -value : value
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
    let mantissa: UInt64
    let exponent: Int
    let isNegative: Bool
    /// Whether it has neither point nor exponent.
    let isInteger: Bool
    /// Whether `mantissa` has all digits: there are not more than 19, but for zeros before them.
    let isExact: Bool
    /// The byte behind what was read.
    let end: Int

    /// Reads a number by JSON's grammar; nil where there is none.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer, at start: Int) {
        var at = start
        isNegative = at < bytes.count && bytes[at] == UInt8(ascii: "-")
        if isNegative { at &+= 1 }
        let first = at
        var mantissa: UInt64 = 0
        while at < bytes.count, case let digit = bytes[at] &- UInt8(ascii: "0"), digit < 10 {
            mantissa = mantissa &* 10 &+ UInt64(digit)
            at &+= 1
        }
        var digits = at &- first
        guard digits == 1 || digits > 1 && bytes[first] != UInt8(ascii: "0") else { return nil }
        var exponent = 0
        var isInteger = true
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at &+= 1
            isInteger = false
            let fraction = at
            while bytes.count &- at >= 8, let eight = Spelling.eightDigits(bytes, at) {
                mantissa = mantissa &* 100_000_000 &+ eight
                at &+= 8
            }
            while at < bytes.count, case let digit = bytes[at] &- UInt8(ascii: "0"), digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                at &+= 1
            }
            guard at > fraction else { return nil }
            exponent = fraction &- at
            digits &-= exponent
        }
        isExact = digits <= 19 || Spelling.significantDigits(bytes, first, at) <= 19
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            guard let power = Spelling.power(bytes, &at) else { return nil }
            exponent &+= power
        }
        (self.mantissa, self.exponent, self.isInteger, end) = (mantissa, exponent, isInteger, at)
    }

    /// The number, where it is one of 64 bits.
    var integer: Int64? {
        guard isNegative else { return Int64(exactly: mantissa) }
        // Minus zero is no integer.
        return mantissa > 0 && mantissa <= UInt64(Int64.max) ? -Int64(mantissa) : nil
    }

    /// The number that the eight bytes at `at` spell; nil where they are not all digits.
    @inline(__always)
    private static func eightDigits(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt64? {
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

    /// Digits of a long run, without the zeros before them and without the point.
    @inline(never)
    private static func significantDigits(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int {
        let run = bytes[start..<end]
        let point = UInt8(ascii: ".")
        return run.drop { $0 == UInt8(ascii: "0") || $0 == point }.count { $0 != point }
    }

    /// Takes `e` and a power of ten behind it.
    @inline(never)
    private static func power(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) -> Int? {
        at &+= 1
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
        return at > first ? sign &* power : nil
    }
}
