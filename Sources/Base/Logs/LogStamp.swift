/// The time of log lines, `2026-11-21T00:48:53.123456Z`; its date is spelt once a second.
package struct LogStamp {
    private var second = Int64.min
    private var text: [UInt8] = []

    package init() {}

    /// Hands out the bytes of `time`.
    package mutating func withBytes<Result>(of time: WallTime, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let (second, rest) = time.nanoseconds.flooredDivision(by: 1_000_000_000)
        if second != self.second {
            self.second = second
            text = Array(time.rfc3339Micro.utf8)
        } else {
            // The last byte is the Z, before it are six digits.
            var micros = rest / 1000
            for place in 2...7 {
                text[text.count - place] = UInt8(truncatingIfNeeded: 0x30 + micros % 10)
                micros /= 10
            }
        }
        return text.withUnsafeBytes(body)
    }
}
