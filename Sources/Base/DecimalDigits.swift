/// Whole numbers as decimal digits, written in place.
package enum DecimalDigits {
    /// Bytes of the longest number with its sign.
    package static let bytesMax = 20

    /// Writes a number to `target`, which has room for the longest; how many bytes it has.
    package static func write(_ value: Int, to target: UnsafeMutableRawPointer) -> Int {
        guard value < 0 else { return write(value.magnitude, to: target) }
        target.storeBytes(of: 0x2D, as: UInt8.self)
        return 1 &+ write(value.magnitude, to: target + 1)
    }

    @inline(__always)
    private static func write(_ value: UInt, to target: UnsafeMutableRawPointer) -> Int {
        guard value < eightEnd else { return writeLong(value, to: target) }
        let digits = eight(value)
        // The last digit counts, whatever it is.
        let zeros = (digits | 1 << 56).trailingZeroBitCount / 8
        target.storeBytes(of: ((digits | asciiZeros) &>> UInt64(zeros &* 8)).littleEndian, as: UInt64.self)
        return 8 &- zeros
    }

    /// The least number of more than eight digits.
    static let eightEnd: UInt = 100_000_000
    /// Eight times the digit zero.
    static let asciiZeros: UInt64 = 0x3030_3030_3030_3030

    /// The eight digits of a number below `eightEnd`, a byte each, the first of them lowest. The number falls into halves three
    /// times, all of them at once by multiplications.
    @inline(__always)
    static func eight(_ value: UInt) -> UInt64 {
        let high = UInt64(truncatingIfNeeded: value / 10_000)
        let fours = high | (UInt64(truncatingIfNeeded: value) &- high &* 10_000) &<< 32
        let hundreds = (fours &* 10_486) &>> 20 & 0x0000_007F_0000_007F
        let twos = hundreds | (fours &- hundreds &* 100) &<< 16
        let tens = (twos &* 103) &>> 10 & 0x000F_000F_000F_000F
        return tens | (twos &- tens &* 10) &<< 8
    }

    @inline(never)
    private static func writeLong(_ value: UInt, to target: UnsafeMutableRawPointer) -> Int {
        let count = count(value)
        var rest = value
        var at = count
        while at > 0 {
            at &-= 1
            let tens = rest / 10
            target.storeBytes(
                of: UInt8(truncatingIfNeeded: 0x30 &+ rest &- tens &* 10),
                toByteOffset: at,
                as: UInt8.self
            )
            rest = tens
        }
        return count
    }

    private static func count(_ value: UInt) -> Int {
        var count = 1
        var bound: UInt = 10
        // No number has more than 20 digits, and 10^20 is none.
        while value >= bound, count < 20 {
            bound &*= 10
            count &+= 1
        }
        return count
    }
}
