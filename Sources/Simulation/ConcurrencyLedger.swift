/// Requests under way, second by second: the area below their number, and how many there are.
struct ConcurrencyLedger: Sendable {
    private static let second: Int64 = 1_000_000_000
    /// Seconds that a request can end ahead.
    static let horizon = 8192

    /// The second that is running.
    private(set) var now: Int64 = 0
    /// Under way at the beginning of this second.
    private var level: Int64 = 0
    /// What changes of this second add to its area, in nanoseconds, and to the level.
    private var area: Int64 = 0
    private var change: Int64 = 0
    /// Ends of the seconds to come, and how much of their second lies behind them.
    private var ends = [Int32](repeating: 0, count: horizon)
    private var rests = [Int64](repeating: 0, count: horizon)

    /// Whether nothing is under way in this second, nor will be.
    var isEmpty: Bool { level == 0 && change == 0 }

    private var end: Int64 { (now + 1) * ConcurrencyLedger.second }

    /// A request has come in this second.
    mutating func begin(at time: Int64) {
        change += 1
        area += end - time
    }

    /// A request ends in this second or a later one.
    mutating func finish(at time: Int64) {
        let second = min(time / ConcurrencyLedger.second, now + Int64(ConcurrencyLedger.horizon) - 1)
        if second <= now {
            change -= 1
            area -= max(0, end - time)
        } else {
            let place = Int(second % Int64(ConcurrencyLedger.horizon))
            ends[place] += 1
            rests[place] += (second + 1) * ConcurrencyLedger.second - min(time, (second + 1) * ConcurrencyLedger.second)
        }
    }

    /// Ends the second.
    ///
    /// - Returns: requests under way on average.
    mutating func close() -> Double {
        let total = level * ConcurrencyLedger.second + area
        (level, area, change) = (level + change, 0, 0)
        now += 1
        let place = Int(now % Int64(ConcurrencyLedger.horizon))
        (change, area) = (-Int64(ends[place]), -rests[place])
        (ends[place], rests[place]) = (0, 0)
        return Double(total) / Double(ConcurrencyLedger.second)
    }

    /// Goes to a later second; nothing may be under way.
    mutating func skip(to second: Int64) { now = second }
}
