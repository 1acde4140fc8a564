package import Base

/// Whether an endpoint is set aside for a while because requests to it fail one after the other. Pure.
///
/// What counts as failure is a connection that cannot be made or breaks before an answer, and the statuses 502, 503 and
/// 504: a model's 500 is about the request, and would set every replica aside in turn.
package struct EndpointHealth: Equatable, Sendable {
    private var failures = 0
    private var ejections = 0
    private var until: Instant?

    /// Failures one after the other that set an endpoint aside.
    package static let failuresMax = 5
    /// How long the first time; doubled each time that it fails again when it is back.
    package static let firstTime = Duration.seconds(1)
    /// The longest time.
    package static let longestTime = Duration.seconds(60)

    package init() {}

    /// Whether nothing has failed since the last success.
    package var isSpotless: Bool { failures == 0 }

    /// One more request has failed; until when the endpoint is set aside because of it.
    package mutating func failed(at now: Instant) -> Instant? {
        // What was under way when it was set aside may fail too, and is no news.
        if let until, now < until { return nil }
        failures += 1
        // An endpoint that is back has one request to show that it is well.
        guard failures >= Self.failuresMax || ejections > 0 else { return nil }
        let time = Self.firstTime * (1 << min(ejections, 6))
        ejections += 1
        until = now + min(time, Self.longestTime)
        return until
    }

    /// A request was answered.
    package mutating func succeeded() { self = EndpointHealth() }
}
