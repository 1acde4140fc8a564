import CLinux

/// An attempt to connect that is under way, on a loop's thread.
package protocol ConnectAttempt: AnyObject {
    /// Gives the attempt up; nothing is told of it.
    func cancel()
}

/// One attempt to connect, on a loop's thread.
package final class Connector: EventSource, ConnectAttempt {
    private let address: SocketAddress
    private let loop: EventLoop
    private let tls: TLSClientContext?
    private var descriptor: Int32 = -1
    private var token: SourceToken?
    private var timer: LoopTimer?
    private var done: ((Result<Connection, NetFault>) -> Void)?

    /// Time that an attempt may take where a caller has no opinion.
    package static let usualTime = Duration.seconds(10)

    private init(
        _ address: SocketAddress,
        _ loop: EventLoop,
        _ tls: TLSClientContext?,
        _ done: @escaping (Result<Connection, NetFault>) -> Void
    ) {
        self.address = address
        self.loop = loop
        self.tls = tls
        self.done = done
    }

    /// Connects and calls `done` once, not before this returns.
    @discardableResult
    static func connect(
        _ address: SocketAddress,
        on loop: EventLoop,
        tls: TLSClientContext?,
        within time: Duration,
        _ done: @escaping (Result<Connection, NetFault>) -> Void
    ) -> Connector {
        let connector = Connector(address, loop, tls, done)
        connector.begin(time)
        return connector
    }

    private func begin(_ time: Duration) {
        do throws(NetFault) {
            descriptor = try Socket.connect(address)
            token = loop.register(descriptor, EPOLLOUT.rawValue, self)
            timer = loop.after(time) { [weak self] in
                guard let self else { return }
                end(.failure(NetFault(.upstream, .unreachable, "\(address): no connection within \(time)")))
            }
        } catch {
            loop.soon { self.end(.failure(error)) }
        }
    }

    /// Gives the attempt up; `done` is not called.
    package func cancel() {
        done = nil
        end(.failure(NetFault(.local, .cancelled, "\(address): connecting was cancelled")))
    }

    func ready(_ events: UInt32) {
        let number = Socket.pendingError(descriptor)
        guard number == 0 else { return end(.failure(Socket.unreachable(address, number))) }
        let local = Socket.localAddress(descriptor) ?? SocketAddress(ip: 0, port: 0)
        unwatch()
        let socket = descriptor
        descriptor = -1
        end(.success(Connection(socket, on: loop, remote: address, local: local, tls: tls?.makeSession(for: address))))
    }

    func loopEnded() { end(.failure(NetFault(.local, .closed, "the event loop ended"))) }

    private func unwatch() {
        if let token { loop.deregister(token, descriptor) }
        token = nil
        timer?.cancel()
        timer = nil
    }

    private func end(_ result: Result<Connection, NetFault>) {
        unwatch()
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        let tell = done
        done = nil
        tell?(result)
    }
}
