/// Listens for connections whose bytes are somebody else's protocol, and hands them over on the loop's thread.
package final class RawServer: @unchecked Sendable {
    // Safe: `listeners` is synchronized; `accepted` is called on the loop's thread only.
    private let loop: EventLoop
    private let listeners: ListenerSet
    private let accepted: (RawConnection) -> Void

    package init(loop: EventLoop, accepted: @escaping (RawConnection) -> Void) {
        self.loop = loop
        self.accepted = accepted
        listeners = ListenerSet(loop: loop)
    }

    /// Listens on `address` and returns the address that was bound; see `HTTPServer.listen`.
    package func listen(_ address: SocketAddress, sharingPort: Bool = false) throws(NetFault) -> SocketAddress {
        try listeners.listen(address, sharingPort: sharingPort) { descriptor, remote, local in
            self.accepted(.over(Connection(descriptor, on: self.loop, remote: remote, local: local)))
        }
    }

    /// Stops listening on `address`; its connections go on.
    package func unlisten(_ address: SocketAddress) { listeners.unlisten(address) }
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
