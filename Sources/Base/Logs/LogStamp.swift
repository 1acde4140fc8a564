/// The time of log lines, `2026-11-21T00:48:53.123456Z`; its date is spelt once a second.
package struct LogStamp {
    /// Bytes of a stamp.
    static let bytesCount = 27

    /// Where the second begins whose date is spelt, in nanoseconds since 1970.
    private var start = Int64.min
    private var text = SIMD32<UInt8>(repeating: 0x20)

    /// Where the six digits of the fraction are.
    private static let fractionStart = 20

    package init() {}

    /// The stamp of `time`.
    package init(_ time: WallTime) { set(time) }

    /// Goes on to another time.
    package mutating func set(_ time: WallTime) {
        // Below 0 it is a number beyond every second's.
        if UInt64(bitPattern: time.nanoseconds &- start) >= LogStamp.second { setSecond(time) }
        let micros = UInt(bitPattern: Int(time.nanoseconds &- start)) / 1000
        let digits = (DecimalDigits.eight(micros) | DecimalDigits.asciiZeros) &>> 16
        withUnsafeMutableBytes(of: &text) { text in
            let place = LogStamp.fractionStart
            text.storeBytes(of: UInt32(truncatingIfNeeded: digits).littleEndian, toByteOffset: place, as: UInt32.self)
            let last = UInt16(truncatingIfNeeded: digits &>> 32).littleEndian
            text.storeBytes(of: last, toByteOffset: place &+ 4, as: UInt16.self)
        }
    }

    @inline(never)
    private mutating func setSecond(_ time: WallTime) {
        start = time.nanoseconds &- time.nanoseconds.flooredDivision(by: Int64(LogStamp.second)).remainder
        // All times that there are have years of four digits.
        for (place, byte) in time.rfc3339Micro.utf8.prefix(LogStamp.bytesCount).enumerated() { text[place] = byte }
    }

    /// In nanoseconds.
    private static let second: UInt64 = 1_000_000_000

    /// Writes the stamp to the front of `target`, which has room for 32 bytes.
    @inline(__always)
    func write(to target: UnsafeMutableRawPointer) { target.storeBytes(of: text, as: SIMD32<UInt8>.self) }
}
