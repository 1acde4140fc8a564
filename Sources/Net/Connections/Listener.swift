import CLinux

/// A listening socket on a loop: hands every connection that a client makes to `accepted`.
final class Listener: EventSource {
    /// Takes over a connection's descriptor.
    typealias Accepted = (_ descriptor: Int32, _ remote: SocketAddress, _ listening: SocketAddress) -> Void

    private let descriptor: Int32
    private let address: SocketAddress
    private let loop: EventLoop
    private var accepted: Accepted?
    private var token: SourceToken?
    private var isClosed = false

    /// Connections taken in one turn; the rest waits for the next.
    private static let acceptsPerTurn = 64
    /// How long to leave waiting clients alone when no descriptors are left.
    private static let exhaustedTime = Duration.milliseconds(100)

    init(
        _ descriptor: Int32,
        _ address: SocketAddress,
        _ loop: EventLoop,
        accepted: @escaping Accepted
    ) {
        self.descriptor = descriptor
        self.address = address
        self.loop = loop
        self.accepted = accepted
        token = loop.register(descriptor, EPOLLIN.rawValue, self)
    }

    func ready(_ events: UInt32) {
        for _ in 0..<Self.acceptsPerTurn {
            guard !isClosed else { return }
            if let (socket, remote) = Socket.accept(descriptor) {
                accepted?(socket, remote, address)
                continue
            }
            switch clinux_errno() {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return rest()
            case EINVAL: return unwatch()
            default: return
            }
        }
    }

    func loopEnded() { close() }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        accepted = nil
        unwatch()
        CLinux.close(descriptor)
    }

    private func unwatch() {
        if let token { loop.deregister(token, descriptor) }
        token = nil
    }

    private func rest() {
        unwatch()
        _ = loop.after(Self.exhaustedTime) { [weak self] in
            guard let self, !isClosed else { return }
            token = loop.register(descriptor, EPOLLIN.rawValue, self)
        }
    }
}
