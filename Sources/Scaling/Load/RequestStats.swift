package import Base

/// How many requests ran at once on average, and how many came, from one report to the next: the arithmetic of Knative's
/// queue-proxy. Pure.
package struct RequestStats: Sendable {
    /// Requests under way.
    package private(set) var inFlight = 0
    private var count = 0
    private var lastChange: Instant
    private var secondsCounted = 0.0
    /// Seconds of all requests together.
    private var secondsOfRequests = 0.0

    package init(start: Instant) { lastChange = start }

    /// One more request is under way.
    package mutating func begin(at now: Instant) {
        advance(to: now)
        inFlight += 1
        count += 1
    }

    /// One less is.
    package mutating func end(at now: Instant) {
        advance(to: now)
        inFlight -= 1
    }

    /// Counts the time until now; an earlier time counts as none.
    package mutating func advance(to now: Instant) {
        guard now > lastChange else { return }
        let seconds = (now - lastChange).secondsInTwoSteps
        secondsCounted += seconds
        secondsOfRequests += Double(inFlight) * seconds
        lastChange = now
    }

    /// What was since the last report; the next one begins now.
    package mutating func report(at now: Instant) -> Report {
        advance(to: now)
        let average = secondsCounted > 0 ? secondsOfRequests / secondsCounted : 0
        let report = Report(averageConcurrency: average, requests: count, seconds: secondsCounted, inFlight: inFlight)
        (count, secondsCounted, secondsOfRequests) = (0, 0, 0)
        return report
    }

    /// What was from one report to the next.
    package struct Report: Sendable, Equatable {
        /// Requests that ran at once, on average.
        package let averageConcurrency: Double
        /// Requests that came.
        package let requests: Int
        /// How long it was.
        package let seconds: Double
        /// Requests under way at its end.
        package let inFlight: Int
    }
}

extension Duration {
    /// Seconds as Go's `Duration.Seconds` has them, whole ones and the rest apart: the last bit counts.
    fileprivate var secondsInTwoSteps: Double {
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return Double(whole) + Double(rest) / 1e9
    }
}
