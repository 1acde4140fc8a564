package import Base
package import Net
import Synchronization

/// One address that answers requests, what it has in hand, and whether it does well; the same object for as long as the
/// address is ready.
package final class Endpoint: Sendable {
    package let address: SocketAddress
    /// The address as text.
    let name: String
    private let running = Atomic<Int>(0)
    private let slots = Atomic<Int>(0)
    private let health = Mutex(EndpointHealth())
    private let hasFailures = Atomic<Bool>(false)
    /// Nanoseconds of the instant until which it is set aside.
    private let asideUntil = Atomic<Int64>(.min)

    package init(_ address: SocketAddress) {
        self.address = address
        name = address.description
    }

    /// Requests under way, of all threads.
    package var inFlight: Int { running.load(ordering: .relaxed) }

    /// Takes one more request on.
    package func begin() { running.add(1, ordering: .relaxed) }
    /// Has finished one.
    package func end() { running.subtract(1, ordering: .relaxed) }
}

// MARK: - slots

extension Endpoint {
    /// Slots that requests of a Service with a limit have taken, on all threads.
    package var slotsTaken: Int { slots.load(ordering: .relaxed) }

    /// Takes a slot where fewer than `limit` are taken.
    package func takeSlot(below limit: Int) -> Bool {
        // Sequentially consistent together with the count of those that wait: see RequestQueue.
        var seen = slots.load(ordering: .sequentiallyConsistent)
        while seen < limit {
            let (exchanged, original) = slots.weakCompareExchange(
                expected: seen,
                desired: seen + 1,
                ordering: .sequentiallyConsistent
            )
            if exchanged { return true }
            seen = original
        }
        return false
    }

    /// Gives back a slot that was taken.
    package func giveSlot() { slots.subtract(1, ordering: .sequentiallyConsistent) }
}

// MARK: - health

extension Endpoint {
    /// Whether others should be taken, where there are any.
    package func isAside(at now: Instant) -> Bool { now.nanoseconds < asideUntil.load(ordering: .relaxed) }

    /// A request could not be brought to it or was not answered; true where it is set aside because of that.
    package func failed(at now: Instant) -> Bool {
        hasFailures.store(true, ordering: .relaxed)
        guard let until = health.withLock({ $0.failed(at: now) }) else { return false }
        asideUntil.store(until.nanoseconds, ordering: .relaxed)
        return true
    }

    /// A request was answered. Costs a look where nothing has failed before.
    package func succeeded() {
        guard hasFailures.load(ordering: .relaxed) else { return }
        health.withLock { $0.succeeded() }
        hasFailures.store(false, ordering: .relaxed)
        asideUntil.store(.min, ordering: .relaxed)
    }
}
