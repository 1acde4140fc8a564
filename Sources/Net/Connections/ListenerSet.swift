import CLinux
import Synchronization

/// The addresses that a server listens on: any thread binds and frees them, the loop's thread accepts.
final class ListenerSet: @unchecked Sendable {
    // Safe: `bound` is under its lock; all other mutable state belongs to the loop's thread.
    private let loop: EventLoop
    private let bound = Mutex<[SocketAddress: Int32]>([:])
    private var listeners: [SocketAddress: Listener] = [:]

    init(loop: EventLoop) { self.loop = loop }

    /// `accepted` is called on the loop's thread and owns the descriptor.
    func listen(
        _ address: SocketAddress,
        sharingPort: Bool,
        accepted: @escaping Listener.Accepted
    ) throws(NetFault) -> SocketAddress {
        let (descriptor, address) = try Socket.listen(address, sharingPort: sharingPort)
        bound.withLock { $0[address] = descriptor }
        let accepted = LoopBound(accepted)
        loop.execute { self.open(descriptor, address, accepted.value) }
        return address
    }

    func unlisten(_ address: SocketAddress) {
        guard let descriptor = bound.withLock({ $0.removeValue(forKey: address) }) else { return }
        // Frees the address at once; the descriptor is closed by the loop, which may be looking at it.
        shutdown(descriptor, Int32(SHUT_RDWR))
        loop.execute { self.listeners.removeValue(forKey: address)?.close() }
    }

    func unlistenAll() {
        for address in bound.withLock({ Array($0.keys) }) { unlisten(address) }
    }

    private func open(_ descriptor: Int32, _ address: SocketAddress, _ accepted: @escaping Listener.Accepted) {
        // Unlistened before the loop came here.
        guard bound.withLock({ $0[address] == descriptor }) else {
            close(descriptor)
            return
        }
        listeners[address] = Listener(descriptor, address, loop, accepted: accepted)
    }
}
