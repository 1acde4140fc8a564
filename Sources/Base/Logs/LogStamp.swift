/// The time of log lines, `2026-11-21T00:48:53.123456Z`; its date is spelt once a second.
package struct LogStamp {
    /// Bytes of a stamp.
    static let bytesCount = 27

    private var second = Int64.min
    private var text = SIMD32<UInt8>(repeating: 0x20)

    /// Where the six digits of the fraction are.
    private static let fractionStart = 20

    package init() {}

    /// The stamp of `time`.
    package init(_ time: WallTime) { set(time) }

    /// Goes on to another time.
    package mutating func set(_ time: WallTime) {
        let (second, rest) = time.nanoseconds.flooredDivision(by: 1_000_000_000)
        if second != self.second { setSecond(second) }
        withUnsafeMutableBytes(of: &text) { text in
            guard let start = text.baseAddress else { return }
            DecimalDigits.write(UInt(rest) / 1000, digits: 6, to: start + LogStamp.fractionStart)
        }
    }

    @inline(never)
    private mutating func setSecond(_ second: Int64) {
        self.second = second
        // All times that there are have years of four digits.
        for (place, byte) in WallTime(seconds: second).rfc3339Micro.utf8.prefix(LogStamp.bytesCount).enumerated() {
            text[place] = byte
        }
    }

    /// Writes the stamp to the front of `target`, which has room for 32 bytes.
    @inline(__always)
    func write(to target: UnsafeMutableRawPointer) { target.storeBytes(of: text, as: SIMD32<UInt8>.self) }
}
