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
