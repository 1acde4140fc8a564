import Base
import Synchronization

/// What a router takes of the machine, for whoever asks what its pod uses.
package final class RouterLoad: Sendable {
    private let nanoseconds = Atomic<Int64>(0)
    private let bytes = Atomic<Int>(0)

    package init() {}

    /// Seconds that it has kept its threads busy with graphs; what the sockets take is not among them.
    package var busySeconds: Double { Double(nanoseconds.load(ordering: .relaxed)) / 1e9 }
    /// Bytes of the requests in hand.
    package var heldBytes: Int { bytes.load(ordering: .relaxed) }

    /// Does a piece of work and counts its time.
    func count(_ work: () -> Void) {
        let start = SystemTime().monotonic()
        work()
        nanoseconds.add((SystemTime().monotonic() - start).nanoseconds, ordering: .relaxed)
    }

    /// So many bytes more are in hand, or less.
    func holds(_ count: Int) { bytes.add(count, ordering: .relaxed) }
}
