package import Net

/// A request that waits in a queue, told on its own thread when its turn has come.
package final class Waiter: @unchecked Sendable {
    // Safe: `hear` is touched on the loop's thread only.

    /// How the waiting ended.
    package enum Outcome: Sendable {
        /// A slot at this endpoint is the request's until it gives it back.
        case admitted(Endpoint)
        /// There will be none, and why.
        case refused(String)
    }

    private let loop: EventLoop
    private var hear: ((Outcome) -> Void)?

    /// - Parameter hear: called once on the loop's thread, never before `init` returns.
    package init(loop: EventLoop, _ hear: @escaping (Outcome) -> Void) {
        self.loop = loop
        self.hear = hear
    }

    /// Hears nothing any more; a slot that is on its way goes to the next.
    package func forget() { hear = nil }

    /// From any thread.
    func tell(_ outcome: Outcome, of queue: RequestQueue) {
        loop.execute {
            guard let hear = self.hear else {
                if case .admitted(let endpoint) = outcome { queue.leave(endpoint, at: self.loop.now) }
                return
            }
            self.hear = nil
            hear(outcome)
        }
    }
}
