import Net
import Synchronization

/// One address that answers requests, and how many it has in hand; the same object for as long as the address is ready.
final class Endpoint: Sendable {
    let address: SocketAddress
    private let running = Atomic<Int>(0)

    init(_ address: SocketAddress) { self.address = address }

    /// Requests under way, of all threads.
    var inFlight: Int { running.load(ordering: .relaxed) }

    func begin() { running.add(1, ordering: .relaxed) }
    func end() { running.subtract(1, ordering: .relaxed) }
}
