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
    package static func write(_ value: UInt64, to target: UnsafeMutableRawBufferPointer) {
        precondition(target.count >= digits)
        target.storeBytes(of: spelt(value >> 32).bigEndian, as: UInt64.self)
        target.storeBytes(of: spelt(value & 0xFFFF_FFFF).bigEndian, toByteOffset: 8, as: UInt64.self)
    }

    /// The digits of 32 bits, the first of them in the highest byte.
    @inline(__always)
    private static func spelt(_ value: UInt64) -> UInt64 {
        // Each half goes apart, until every four bits have a byte.
        var spread = (value << 16 | value) & 0x0000_FFFF_0000_FFFF
        spread = (spread << 8 | spread) & 0x00FF_00FF_00FF_00FF
        spread = (spread << 4 | spread) & 0x0F0F_0F0F_0F0F_0F0F
        // Six more than ten reach the fifth bit: letters lie 0x27 further than digits go on.
        let letters = (spread &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }
}
