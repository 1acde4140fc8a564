import Base

/// Which answers of a backend are asked for again, how often and how soon (HTTPRoute's `retry`).
package struct RetryPolicy: Equatable, Sendable {
    package let codes: Set<Int>
    /// Attempts besides the first.
    package let attempts: Int
    /// How long to wait before each.
    package let backoff: Duration

    /// What holds where a rule says nothing of it.
    private static let usualAttempts = 1
    private static let usualBackoff = Duration.milliseconds(25)
    /// More attempts would load a backend that is in trouble.
    static let attemptsMax = 10

    /// Nil where there is no policy.
    init?(_ retry: JSON) {
        guard retry.object != nil else { return nil }
        codes = Set((retry["codes"].array ?? []).compactMap(\.int))
        attempts = min(max(0, retry["attempts"].int ?? Self.usualAttempts), Self.attemptsMax)
        backoff = retry["backoff"].string.flatMap { Duration(gatewayText: $0) } ?? Self.usualBackoff
    }

    /// Whether an answer of this status is asked for again after so many attempts besides the first.
    package func repeats(_ status: Int, after attempts: Int) -> Bool {
        attempts < self.attempts && codes.contains(status)
    }
}
