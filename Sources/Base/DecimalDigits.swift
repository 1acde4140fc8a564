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
        let count = count(value)
        write(value, digits: count, to: target)
        return count
    }

    /// Writes the last `count` digits of a number, zeros among them.
    @inline(__always)
    static func write(_ value: UInt, digits count: Int, to target: UnsafeMutableRawPointer) {
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
