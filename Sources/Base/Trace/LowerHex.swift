/// Numbers of 64 bits as sixteen hexadecimal digits in small letters, as ids of traces are spelt.
package enum LowerHex {
    /// Digits of a number.
    package static let digits = 16

    /// Reads sixteen digits; nil where there are more or fewer, or capitals.
    @inline(__always)
    package static func parse(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
        guard bytes.count == digits else { return nil }
        var value: UInt64 = 0
        for byte in bytes {
            guard let digit = digit(byte) else { return nil }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    /// What a digit stands for; nil for anything but `0`…`9` and `a`…`f`.
    @inline(__always)
    package static func digit(_ byte: UInt8) -> UInt8? {
        let number = byte &- 0x30
        if number < 10 { return number }
        let letter = byte &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }

    /// Writes a number's digits to the first sixteen bytes of `target`, which has them.
    @inline(__always)
    package static func write(_ value: UInt64, to target: UnsafeMutableRawBufferPointer) {
        precondition(target.count >= digits)
        write(value, to: target, at: 0)
    }

    /// Writes a number's digits at an offset of `target`, which has room for them there.
    @inline(__always)
    static func write(_ value: UInt64, to target: UnsafeMutableRawBufferPointer, at offset: Int) {
        let bytes = unsafeBitCast(value.bigEndian, to: SIMD8<UInt8>.self)
        // Every byte goes apart into two, that of its upper half first in memory.
        let wide = SIMD8<UInt16>(truncatingIfNeeded: bytes)
        let halves = (wide &>> 4 | wide &<< 8) & 0x0F0F
        // Six more than ten reach the fifth bit: letters lie 0x27 further than digits go on.
        let letters = (halves &+ 0x0606) &>> 4 & 0x0101
        target.storeBytes(of: halves &+ 0x3030 &+ letters &* 0x27, toByteOffset: offset, as: SIMD8<UInt16>.self)
    }
}
