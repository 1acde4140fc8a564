/// How long something that ended waits before it starts again: not at all the first time, then doubling.
package struct BackOff: Equatable, Sendable {
    private let first: Duration
    private let max: Duration
    private let reset: Duration
    private var next = Duration.zero

    /// - Parameters:
    ///   - first: the second wait.
    ///   - max: the longest wait.
    ///   - reset: a run of this length is a good one: the waits begin anew.
    package init(first: Duration, max: Duration, reset: Duration) {
        self.first = first
        self.max = max
        self.reset = reset
    }

    /// The wait after a run of this length.
    package mutating func delay(afterRunning ran: Duration) -> Duration {
        if ran >= reset { next = .zero }
        let delay = next
        next = delay == .zero ? first : min(delay * 2, max)
        return delay
    }
}
