/// How long the node waits before it tries again what failed for want of something: from `first`, growing up to `max`.
struct RetryDelay: Equatable, Sendable {
    private var next: Duration
    private let max: Duration
    private let growth: Double

    /// - Parameter growth: how many times the last wait the next one is.
    init(first: Duration, max: Duration, growth: Double = 2) {
        next = first
        self.max = max
        self.growth = growth
    }

    mutating func delay() -> Duration {
        defer { next = min(next * growth, max) }
        return next
    }
}
