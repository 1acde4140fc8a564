package import Base

/// Decides when a client of HTTP/2 makes more work than its requests are worth.
///
/// Every frame that brings nothing costs a token; useful ones earn some, so that a busy connection may say more.
package struct FloodGuard {
    /// What a frame is to the server.
    package enum Frame {
        /// A request's head, or bytes of its body.
        case useful
        /// Bytes of an answer went out, for which the client will grant more.
        case answering
        /// All others.
        case idle
    }

    private var idle: TokenBucket
    private var resets: TokenBucket

    package init(_ limits: HTTP2Limits, at now: Instant) {
        idle = TokenBucket(capacity: limits.idleFrames, perSecond: limits.idleFramesPerSecond, at: now)
        resets = TokenBucket(capacity: limits.resets, perSecond: limits.resetsPerSecond, at: now)
    }

    /// Whether the connection may go on after `frame`.
    package mutating func bears(_ frame: Frame, at now: Instant) -> Bool {
        switch frame {
        case .useful:
            idle.earn(1)
            return true
        case .answering:
            // One grant for the stream and one for the connection.
            idle.earn(2)
            return true
        case .idle: return idle.take(at: now)
        }
    }

    /// Whether the connection may go on after the client has broken a request off, or broken its rules.
    mutating func bearsReset(at now: Instant) -> Bool { resets.take(at: now) }
}

/// Tokens that come back with time, up to a number.
struct TokenBucket {
    private let capacity: Int
    private let interval: Int64
    private var tokens: Int
    private var filled: Instant

    init(capacity: Int, perSecond: Int, at now: Instant) {
        self.capacity = capacity
        interval = 1_000_000_000 / Int64(max(1, perSecond))
        tokens = capacity
        filled = now
    }

    mutating func earn(_ count: Int) { tokens = min(capacity, tokens + count) }

    /// Takes one token; false where there is none.
    mutating func take(at now: Instant) -> Bool {
        if tokens == 0 {
            let came = (now - filled).nanoseconds / interval
            guard came > 0 else { return false }
            tokens = Int(min(came, Int64(capacity)))
            filled = now
        } else if tokens == capacity {
            filled = now
        }
        tokens -= 1
        return true
    }
}
