import Synchronization

/// Whether the router takes requests, or is about to end.
package final class Readiness: Sendable {
    private let flag = Atomic<Bool>(true)

    package init() {}

    package var isReady: Bool { flag.load(ordering: .relaxed) }

    /// From here on probes are told that the router ends.
    package func end() { flag.store(false, ordering: .relaxed) }
}
