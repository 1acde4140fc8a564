import CLinux

/// Reads JSON numbers from bytes, correctly rounded.
///
/// Short numbers take Clinger's exact path (a product or quotient of two exact doubles); the rest goes to strtod.
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
        var at = start
        var mantissa: UInt64 = 0
        var digits = 0
        func digit() -> UInt64? {
            guard at < bytes.count else { return nil }
            let value = bytes[at] &- UInt8(ascii: "0")
            return value < 10 ? UInt64(value) : nil
        }
        /// Takes a run of digits; nil where there is none. Past 19 significant digits only their number counts.
        func run() -> Int? {
            let first = at
            while let value = digit() {
                if digits < 19 { mantissa = mantissa &* 10 &+ value }
                if digits > 0 || value > 0 { digits += 1 }
                at += 1
            }
            return at == first ? nil : at - first
        }

        let negative = at < bytes.count && bytes[at] == UInt8(ascii: "-")
        if negative { at += 1 }
        let leading = at
        guard let whole = run(), whole == 1 || bytes[leading] != UInt8(ascii: "0") else { return nil }
        var exponent = 0
        var isInteger = true
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            isInteger = false
            guard let fraction = run() else { return nil }
            exponent -= fraction
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            isInteger = false
            var sign = 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") {
                sign = bytes[at] == UInt8(ascii: "-") ? -1 : 1
                at += 1
            }
            guard digit() != nil else { return nil }
            var power = 0
            while let value = digit() {
                power = min(power &* 10 &+ Int(value), 100_000)
                at += 1
            }
            exponent += sign * power
        }
        if digits <= 19 {
            if isInteger, let integer = signed(mantissa, negative) {
                return Scanned(value: Double(integer), integer: negative && integer == 0 ? nil : integer, end: at)
            }
            if mantissa <= 1 << 53, exponent.magnitude <= 22 {
                let power = exactPowersOfTen[Int(exponent.magnitude)]
                let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
                return Scanned(value: negative ? -value : value, integer: nil, end: at)
            }
        }
        return Scanned(value: slow(bytes, start, at), integer: nil, end: at)
    }

    private static func signed(_ mantissa: UInt64, _ negative: Bool) -> Int64? {
        if negative { return mantissa <= UInt64(Int64.max) ? -Int64(mantissa) : nil }
        return Int64(exactly: mantissa)
    }

    /// The exact powers of ten, 10^0 to 10^22.
    private static let exactPowersOfTen: [Double] = (0...22).map { power in
        var value = 1.0
        for _ in 0..<power { value *= 10 }
        return value
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
