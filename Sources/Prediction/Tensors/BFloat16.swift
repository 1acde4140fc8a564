/// Numbers of 16 bits that are the upper half of a Float.
package enum BFloat16 {
    /// The bits of the nearest number, ties going to the even one.
    package static func bits(_ number: Float) -> UInt16 {
        let bits = number.bitPattern
        // Rounding could carry a NaN's bits into infinity.
        if number.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    }

    /// The number of these bits.
    package static func number(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}
