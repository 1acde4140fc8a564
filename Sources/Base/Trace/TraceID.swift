/// What all spans of one trace have in common: 16 bytes, of which those of `high` come first.
package struct TraceID: Hashable, Sendable {
    /// The first eight bytes.
    package let high: UInt64
    /// The last eight bytes.
    package let low: UInt64

    /// Digits of its text.
    package static let digits = 2 * LowerHex.digits
    /// The id of no trace.
    package static let none = TraceID(high: 0, low: 0)

    /// An id of these bytes.
    @inline(__always)
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 32 hexadecimal digits in small letters; nil where they are not that, or name no trace.
    package init?(hex bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.digits,
            let high = LowerHex.parse(UnsafeRawBufferPointer(rebasing: bytes[..<LowerHex.digits])),
            let low = LowerHex.parse(UnsafeRawBufferPointer(rebasing: bytes[LowerHex.digits...])), high | low != 0
        else { return nil }
        self.init(high: high, low: low)
    }

    /// Whether it names a trace: all zeros name none.
    package var isValid: Bool { high | low != 0 }

    /// Its 32 digits.
    package var hex: String {
        String(unsafeUninitializedCapacity: Self.digits) { bytes in
            write(hex: UnsafeMutableRawBufferPointer(bytes))
            return Self.digits
        }
    }

    /// Writes its 32 digits to the front of `target`, which has room for them.
    package func write(hex target: UnsafeMutableRawBufferPointer) {
        precondition(target.count >= Self.digits)
        LowerHex.write(high, to: target, at: 0)
        LowerHex.write(low, to: target, at: LowerHex.digits)
    }
}
