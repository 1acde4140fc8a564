import Base
import CLinux

/// Serves HTTP/1.1 and, where it is asked to, HTTP/2 on a loop: listeners, their connections, limits, and the way to an
/// orderly end.
package final class HTTPServer: @unchecked Sendable {
    // Safe: `listeners` is synchronized; all other mutable state belongs to the loop's thread.
    let loop: EventLoop
    let service: any HTTPService
    let limits: HTTPLimits
    let http2: HTTP2Limits?
    private let tls: TLSServerContext?
    private let listeners: ListenerSet
    private var connections: [ServerConnection] = []
    private var stores: [HeadStore] = []
    private var timeCheck: LoopTimer?
    private(set) var isDraining = false
    private var whenDrained: [CheckedContinuation<Void, Never>] = []

    /// Stores kept for the next requests.
    private static let storesKept = 64

    /// With `http2` the server speaks it too: agreed on by TLS, or by prior knowledge on the same port without TLS.
    package init(
        loop: EventLoop,
        service: any HTTPService,
        limits: HTTPLimits = HTTPLimits(),
        http2: HTTP2Limits? = nil,
        tls: TLSServerContext? = nil
    ) {
        self.loop = loop
        self.service = service
        self.limits = limits
        self.http2 = http2
        self.tls = tls
        listeners = ListenerSet(loop: loop)
    }

    /// Listens on `address` and returns the address that was bound: port 0 asks for any. With `sharingPort` the
    /// servers of several loops may listen on one address; the kernel spreads connections over them.
    ///
    /// - Parameter isNear: whether clients of the same loop reach it by a line in memory.
    package func listen(
        _ address: SocketAddress,
        sharingPort: Bool = false,
        isNear: Bool = false
    ) throws(NetFault) -> SocketAddress {
        let bound = try listeners.listen(address, sharingPort: sharingPort) { self.accepted($0, $1, $2) }
        if isNear { loop.execute { self.loop.servers[bound] = self } }
        return bound
    }

    /// Stops listening on `address`; its connections go on.
    package func unlisten(_ address: SocketAddress) {
        listeners.unlisten(address)
        loop.execute { self.loop.servers[address] = nil }
    }

    /// Stops accepting, lets running exchanges finish for at most `time`, and closes the rest.
    package func drain(within time: Duration) async {
        listeners.unlistenAll()
        await withCheckedContinuation { continuation in
            loop.execute { self.startDraining(time, continuation) }
        }
    }

    private func startDraining(_ time: Duration, _ continuation: CheckedContinuation<Void, Never>) {
        isDraining = true
        loop.servers = loop.servers.filter { $0.value !== self }
        whenDrained.append(continuation)
        for connection in connections { connection.drain() }
        _ = loop.after(time) { for connection in self.connections { connection.cutOff() } }
        tellWhenDrained()
    }

    private func tellWhenDrained() {
        guard isDraining, connections.isEmpty else { return }
        timeCheck?.cancel()
        timeCheck = nil
        for continuation in whenDrained { continuation.resume() }
        whenDrained = []
    }
}

// MARK: - accepting

extension HTTPServer {
    private func accepted(_ descriptor: Int32, _ remote: SocketAddress, _ listening: SocketAddress) {
        guard connections.count < limits.connections else { return turnAway(descriptor) }
        let local = listening.ip == 0 ? Socket.localAddress(descriptor) ?? listening : listening
        let session = tls?.makeSession(offersHTTP2: http2 != nil)
        serve(Connection(descriptor, on: loop, remote: remote, local: local, tls: session))
    }

    /// Serves a connection that somebody else has made; on the loop's thread. The server closes the descriptor.
    package func adopt(_ descriptor: Int32, remote: SocketAddress, local: SocketAddress) {
        serve(Connection(descriptor, on: loop, remote: remote, local: local))
    }

    /// The client's end of a line to this server, on the loop's thread; nil where there is no room.
    func join(at address: SocketAddress) -> Connection? {
        guard connections.count < limits.connections, !isDraining else { return nil }
        let (near, far) = LineEnd.pair(on: loop, client: .machine, server: address)
        serve(far)
        return near
    }

    private func serve(_ connection: Connection) {
        let driver = ServerConnection(server: self, connection: connection)
        connection.onGone = { self.forget(driver) }
        driver.place = connections.count
        connections.append(driver)
        driver.start()
        if timeCheck == nil { scheduleTimeCheck() }
    }

    /// Tells a client in plain text that there is no room; over TLS it only sees the end.
    private func turnAway(_ descriptor: Int32) {
        if tls == nil {
            var out = OutBuffer()
            HTTP1ServerConnection.writeRefusal(503, "\(limits.connections) connections are open already", to: &out)
            _ = CLinux.send(descriptor, out.bytes.baseAddress, out.count, Int32(MSG_NOSIGNAL))
        }
        CLinux.close(descriptor)
    }

    private func forget(_ driver: ServerConnection) {
        let last = connections.removeLast()
        if last !== driver {
            connections[driver.place] = last
            last.place = driver.place
        }
        driver.gone()
        tellWhenDrained()
    }
}

// MARK: - time and memory of connections

extension HTTPServer {
    /// How often connections are looked at: time limits hold to about a quarter.
    private var timeCheckInterval: Duration {
        let least = min(limits.headTime, limits.stallTime, limits.idleTime) / 4
        return min(max(least, .milliseconds(5)), .seconds(5))
    }

    private func scheduleTimeCheck() {
        timeCheck = loop.after(timeCheckInterval) {
            self.timeCheck = nil
            for connection in self.connections { connection.checkTime(self.loop.now) }
            if !self.connections.isEmpty { self.scheduleTimeCheck() }
        }
    }

    func takeStore() -> HeadStore { stores.popLast() ?? HeadStore(fieldCountMax: limits.headerCount) }

    func giveStore(_ store: HeadStore) {
        store.forget()
        if stores.count < Self.storesKept { stores.append(store) }
    }
}
