/// How long requests took, in buckets that grow by a thirty-second: quantiles are right to 3 %.
struct LatencyHistogram: Sendable {
    private static let steps = 32
    private(set) var count: UInt64 = 0
    private(set) var longest: Int64 = 0
    /// By octaves of microseconds, each in equal steps.
    private var buckets = [UInt64](repeating: 0, count: 34 * steps)

    mutating func record(_ nanoseconds: Int64) {
        count += 1
        longest = max(longest, nanoseconds)
        buckets[LatencyHistogram.place(UInt64(max(0, nanoseconds)) / 1000)] += 1
    }

    mutating func add(_ other: LatencyHistogram) {
        guard other.count > 0 else { return }
        count += other.count
        longest = max(longest, other.longest)
        for index in buckets.indices { buckets[index] += other.buckets[index] }
    }

    /// The time in nanoseconds that this share of requests took at most; nil where there was none.
    func quantile(_ share: Double) -> Int64? {
        guard count > 0 else { return nil }
        let rank = max(1, UInt64((share * Double(count)).rounded(.up)))
        var seen: UInt64 = 0
        for (place, number) in buckets.enumerated() {
            seen += number
            if seen >= rank { return min(LatencyHistogram.end(of: place), longest) }
        }
        return longest
    }

    private static func place(_ micros: UInt64) -> Int {
        guard micros >= UInt64(steps) else { return Int(micros) }
        let octave = 63 - micros.leadingZeroBitCount - 5
        return min(octave * steps + Int(micros >> UInt64(octave)), 34 * steps - 1)
    }

    private static func end(of place: Int) -> Int64 {
        guard place >= 2 * steps else { return Int64(place + 1) * 1000 }
        let octave = place / steps - 1
        return Int64((place - octave * steps + 1) << octave) * 1000
    }
}
