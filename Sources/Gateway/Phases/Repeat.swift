import Base
import Net

/// Attempts that a route's policy asks for: again after an answer that it names, and within the time that it gives each.
///
/// A request is sent again only where it has no body that is gone, and asking twice is as good as once.
extension Relay {
    /// Whether the request is asked again after an answer of this status.
    func repeats(status: Int) -> Bool {
        guard let policy = target?.retry, let exchange else { return false }
        return policy.repeats(status, after: repeats) && isRequestWhole && isWithoutBody && exchange.method.isIdempotent
    }

    /// Gives the attempt up and makes the next one after the policy's pause.
    func attemptAgain() {
        guard let policy = target?.retry else { return }
        repeats += 1
        worker.metrics.retries.add()
        let connection = upstream
        upstream = nil
        connection?.close()
        releaseEndpoint(tried: false)
        rest(policy.backoff)
    }

    /// One attempt has the rule's time for a backend, and no more than is left of the client's.
    func limitAttempt() {
        guard let time = target?.backendTimeout else { return }
        let end = worker.loop.now + time
        setDeadline(giveUpAt.map { min($0, end) } ?? end)
    }

    /// Whether time is up for this attempt alone.
    var isAttemptOver: Bool { target?.backendTimeout != nil && giveUpAt.map { worker.loop.now < $0 } ?? true }
}
