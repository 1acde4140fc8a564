import CLinux
import Synchronization

/// Listens for connections whose bytes are somebody else's protocol, and hands them over on the loop's thread.
package final class RawServer: @unchecked Sendable {
    // Safe: `bound` is under its lock; all other mutable state belongs to the loop's thread.
    private let loop: EventLoop
    private let accepted: (RawConnection) -> Void
    private let bound = Mutex<[SocketAddress: Int32]>([:])
    private var listeners: [SocketAddress: Listener] = [:]

    package init(loop: EventLoop, accepted: @escaping (RawConnection) -> Void) {
        self.loop = loop
        self.accepted = accepted
    }

    /// Listens on `address` and returns the address that was bound; see `HTTPServer.listen`.
    package func listen(_ address: SocketAddress, sharingPort: Bool = false) throws(NetFault) -> SocketAddress {
        let (descriptor, address) = try Socket.listen(address, sharingPort: sharingPort)
        bound.withLock { $0[address] = descriptor }
        loop.execute { self.open(descriptor, address) }
        return address
    }

    /// Stops listening on `address`; its connections go on.
    package func unlisten(_ address: SocketAddress) {
        guard let descriptor = bound.withLock({ $0.removeValue(forKey: address) }) else { return }
        shutdown(descriptor, Int32(SHUT_RDWR))
        loop.execute { self.listeners.removeValue(forKey: address)?.close() }
    }

    private func open(_ descriptor: Int32, _ address: SocketAddress) {
        guard bound.withLock({ $0[address] == descriptor }) else {
            close(descriptor)
            return
        }
        listeners[address] = Listener(descriptor, address, loop) { socket, remote, local in
            self.accepted(.over(Connection(socket, on: self.loop, remote: remote, local: local)))
        }
    }
}

extension RawConnection {
    /// Connects to `address`; `done` is called once, later, on the loop's thread.
    @discardableResult
    package static func connect(
        _ address: SocketAddress,
        on loop: EventLoop,
        within time: Duration = Connector.usualTime,
        _ done: @escaping (Result<RawConnection, NetFault>) -> Void
    ) -> Connector {
        Connector.connect(address, on: loop, tls: nil, within: time) { done($0.map(RawConnection.over)) }
    }
}
