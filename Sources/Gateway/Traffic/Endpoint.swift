package import Net
import Synchronization

/// One address that answers requests, and how many it has in hand; the same object for as long as the address is ready.
package final class Endpoint: Sendable {
    package let address: SocketAddress
    private let running = Atomic<Int>(0)

    package init(_ address: SocketAddress) { self.address = address }

    /// Requests under way, of all threads.
    package var inFlight: Int { running.load(ordering: .relaxed) }

    /// Takes one more request on.
    package func begin() { running.add(1, ordering: .relaxed) }
    /// Has finished one.
    package func end() { running.subtract(1, ordering: .relaxed) }
}
