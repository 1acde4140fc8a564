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
        for index in 0..<digits {
            let digit = UInt8(truncatingIfNeeded: value >> UInt64(4 &* (digits &- 1 &- index)) & 15)
            target[index] = digit < 10 ? 0x30 &+ digit : 0x57 &+ digit
        }
    }
}
