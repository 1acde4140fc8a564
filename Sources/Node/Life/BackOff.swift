import Base

/// How long a container waits before it starts again: not at all the first time, then doubling.
struct BackOff: Equatable, Sendable {
    private var next = Duration.zero

    /// The wait after a run of this length.
    mutating func delay(afterRunning ran: Duration) -> Duration {
        if ran >= NodeLimits.backOffReset { next = .zero }
        let delay = next
        next = delay == .zero ? NodeLimits.backOffFirst : min(delay * 2, NodeLimits.backOffMax)
        return delay
    }
}

/// How long the node waits before it tries again what failed for want of something: from `first`, doubling up to `max`.
struct RetryDelay: Equatable, Sendable {
    private var next: Duration
    private let max: Duration

    init(first: Duration, max: Duration) {
        next = first
        self.max = max
    }

    mutating func delay() -> Duration {
        defer { next = min(next * 2, max) }
        return next
    }
}
