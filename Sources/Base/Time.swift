import CLinux

/// A point of the machine's monotonic clock, in nanoseconds since it started.
package struct Instant: Comparable, Hashable, Sendable {
    /// Nanoseconds since the clock's start.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(nanoseconds: instant.nanoseconds.adding(duration.nanoseconds))
    }

    package static func - (later: Instant, earlier: Instant) -> Duration {
        .nanoseconds(later.nanoseconds.adding(-max(earlier.nanoseconds, -.max)))
    }
}

extension Duration {
    /// The whole duration in nanoseconds; beyond 292 years, that.
    package var nanoseconds: Int64 {
        let whole = attoseconds
        // Up to nine seconds either way one division of a word does, where that of two costs hundreds of instructions.
        let short = Int64(truncatingIfNeeded: whole)
        if Int128(short) == whole { return short / 1_000_000_000 }
        return Int64(clamping: whole / 1_000_000_000)
    }
    /// The whole duration in seconds.
    package var seconds: Double { Double(nanoseconds) / 1e9 }
    /// The whole duration in milliseconds.
    package var milliseconds: Double { Double(nanoseconds) / 1e6 }
}

/// A wall-clock time, in nanoseconds since 1970 (UTC).
package struct WallTime: Comparable, Hashable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
    /// A time of whole seconds since 1970; before 1678 or after 2262, the nearest there is.
    package init(seconds: Int64) { nanoseconds = Int64(secondsSaturating: seconds) }

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int64 { nanoseconds.flooredDivision(by: 1_000_000_000).quotient }

    package static func < (left: WallTime, right: WallTime) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (time: WallTime, duration: Duration) -> WallTime {
        WallTime(nanoseconds: time.nanoseconds.adding(duration.nanoseconds))
    }

    package static func - (later: WallTime, earlier: WallTime) -> Duration {
        .nanoseconds(later.nanoseconds.adding(-max(earlier.nanoseconds, -.max)))
    }
}

extension WallTime {
    /// `2026-11-21T00:48:53Z`, as Kubernetes writes metav1.Time.
    package var rfc3339: String { format(fractionDigits: 0) }
    /// `2026-11-21T00:48:53.123456Z`, as Kubernetes writes metav1.MicroTime.
    package var rfc3339Micro: String { format(fractionDigits: 6) }
    /// `2026-11-21T00:48:53.123456789Z`, as the kubelet stamps log lines.
    package var rfc3339Nano: String { format(fractionDigits: 9) }

    private func format(fractionDigits: Int) -> String {
        let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
        let date = CivilDate(daysSince1970: days)
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        var text =
            "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + "T\(padded(secondOfDay / 3600, 2)):\(padded(secondOfDay / 60 % 60, 2)):\(padded(secondOfDay % 60, 2))"
        if fractionDigits > 0 {
            let fraction = padded(nanoseconds.flooredDivision(by: 1_000_000_000).remainder, 9)
            text += "." + fraction.prefix(fractionDigits)
        }
        return text + "Z"
    }

    /// Reads RFC 3339 text with any offset and fraction; nil where it is not that.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        func has(_ character: Unicode.Scalar, at index: Int) -> Bool {
            index < bytes.count && bytes[index] | 0x20 == UInt8(ascii: character) | 0x20
        }
        guard let year = number(0..<4), has("-", at: 4), let month = number(5..<7), has("-", at: 7),
            let day = number(8..<10), has("T", at: 10), let hour = number(11..<13), has(":", at: 13),
            let minute = number(14..<16), has(":", at: 16), let second = number(17..<19),
            (1...12).contains(month), (1...CivilDate.days(of: month, year)).contains(day), hour < 24, minute < 60,
            second < 60
        else { return nil }
        var at = 19
        var fraction: Int64 = 0
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            var scale: Int64 = 100_000_000
            let first = at
            while at < bytes.count, let digit = number(at..<at + 1) {
                fraction += digit * scale
                scale /= 10
                at += 1
            }
            guard at > first else { return nil }
        }
        var offset: Int64 = 0
        if has("Z", at: at) {
            at += 1
        } else {
            guard at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-"),
                let hours = number(at + 1..<at + 3), has(":", at: at + 3), let minutes = number(at + 4..<at + 6)
            else { return nil }
            offset = (hours * 3600 + minutes * 60) * (bytes[at] == UInt8(ascii: "-") ? -1 : 1)
            at += 6
        }
        guard at == bytes.count else { return nil }
        let days = CivilDate(year: year, month: month, day: day).daysSince1970
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.init(nanoseconds: Int64(secondsSaturating: seconds).adding(fraction))
    }
}

/// A day of the proleptic Gregorian calendar (Howard Hinnant's days_from_civil and civil_from_days).
private struct CivilDate {
    var year: Int64
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSince1970 days: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days of a month.
    static func days(of month: Int64, _ year: Int64) -> Int64 {
        let next = month == 12 ? (year + 1, 1) : (year, month + 1)
        return CivilDate(year: next.0, month: next.1, day: 1).daysSince1970
            - CivilDate(year: year, month: month, day: 1).daysSince1970
    }

    var daysSince1970: Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.flooredDivision(by: 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Int64 {
    /// Seconds as nanoseconds. Times come from outside: where they do not fit, they stop at the bound.
    fileprivate init(secondsSaturating seconds: Int64) {
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self = overflows ? (seconds < 0 ? .min : .max) : product
    }

    /// The sum, or the bound that it would go beyond.
    fileprivate func adding(_ other: Int64) -> Int64 {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }

    package func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// Where time comes from: the machine in the program, a test's own hands in tests.
package protocol TimeSource: Sendable {
    /// Now, on a clock that never jumps.
    func monotonic() -> Instant
    /// Now, as a calendar says it.
    func wall() -> WallTime
    /// Returns when `instant` has come, or throws when the task is cancelled.
    func sleep(until instant: Instant) async throws
}

extension TimeSource {
    /// Returns after `duration`, or throws when the task is cancelled.
    package func sleep(_ duration: Duration) async throws { try await sleep(until: monotonic() + duration) }
}

/// The machine's own clocks.
package struct SystemTime: TimeSource {
    package init() {}

    package func monotonic() -> Instant { Instant(nanoseconds: SystemTime.read(CLOCK_MONOTONIC)) }
    package func wall() -> WallTime { WallTime(nanoseconds: SystemTime.read(CLOCK_REALTIME)) }

    package func sleep(until instant: Instant) async throws {
        let left = instant - monotonic()
        if left > .zero { try await Task.sleep(for: left) } else { try Task.checkCancellation() }
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
