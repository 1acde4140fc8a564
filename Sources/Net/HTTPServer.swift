import Base
import CLinux
import Synchronization

/// Serves HTTP/1.1 on a loop: listeners, their connections, limits, and the way to an orderly end.
package final class HTTPServer: @unchecked Sendable {
    // Safe: `bound` is under its lock; all other mutable state belongs to the loop's thread.
    let loop: EventLoop
    let service: any HTTPService
    let limits: HTTPLimits
    private let tls: TLSServerContext?
    private let bound = Mutex<[SocketAddress: Int32]>([:])
    private var listeners: [SocketAddress: Listener] = [:]
    private var connections: [HTTP1ServerConnection] = []
    private var stores: [HeadStore] = []
    private var timeCheck: LoopTimer?
    private(set) var isDraining = false
    private var whenDrained: [CheckedContinuation<Void, Never>] = []

    /// Stores kept for the next requests.
    private static let storesKept = 64

    package init(
        loop: EventLoop,
        service: any HTTPService,
        limits: HTTPLimits = HTTPLimits(),
        tls: TLSServerContext? = nil
    ) {
        self.loop = loop
        self.service = service
        self.limits = limits
        self.tls = tls
    }

    /// Listens on `address` and returns the address that was bound: port 0 asks for any. With `sharingPort` the
    /// servers of several loops may listen on one address; the kernel spreads connections over them.
    package func listen(_ address: SocketAddress, sharingPort: Bool = false) throws(NetFault) -> SocketAddress {
        let (descriptor, address) = try Socket.listen(address, sharingPort: sharingPort)
        bound.withLock { $0[address] = descriptor }
        loop.execute { self.open(descriptor, address) }
        return address
    }

    /// Stops listening on `address`; its connections go on.
    package func unlisten(_ address: SocketAddress) {
        guard let descriptor = bound.withLock({ $0.removeValue(forKey: address) }) else { return }
        // Frees the address at once; the descriptor is closed by the loop, which may be looking at it.
        shutdown(descriptor, Int32(SHUT_RDWR))
        loop.execute { self.listeners.removeValue(forKey: address)?.close() }
    }

    /// Stops accepting, lets running exchanges finish for at most `time`, and closes the rest.
    package func drain(within time: Duration) async {
        for address in bound.withLock({ Array($0.keys) }) { unlisten(address) }
        await withCheckedContinuation { continuation in
            loop.execute { self.startDraining(time, continuation) }
        }
    }

    private func startDraining(_ time: Duration, _ continuation: CheckedContinuation<Void, Never>) {
        isDraining = true
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
    private func open(_ descriptor: Int32, _ address: SocketAddress) {
        // Unlistened before the loop came here.
        guard bound.withLock({ $0[address] == descriptor }) else {
            CLinux.close(descriptor)
            return
        }
        listeners[address] = Listener(descriptor, address, loop) { self.accepted($0, $1, $2) }
    }

    private func accepted(_ descriptor: Int32, _ remote: SocketAddress, _ listening: SocketAddress) {
        guard connections.count < limits.connections else { return turnAway(descriptor) }
        let local = listening.ip == 0 ? Socket.localAddress(descriptor) ?? listening : listening
        let session = tls?.makeSession()
        let connection = Connection(descriptor, on: loop, remote: remote, local: local, tls: session)
        let driver = HTTP1ServerConnection(server: self, connection: connection)
        connection.driver = driver
        connection.onGone = { self.forget(driver) }
        driver.place = connections.count
        connections.append(driver)
        connection.start()
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

    private func forget(_ driver: HTTP1ServerConnection) {
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
