import Base

/// Idle connections to servers, kept for the next request; on a loop's thread.
package final class HTTPConnectionPool {
    private let loop: EventLoop
    private let tls: TLSClientContext?
    private let idleTime: Duration
    private let idleMax: Int
    private var idle: [SocketAddress: [HTTPClientConnection]] = [:]
    private var timeCheck: LoopTimer?

    /// Keeps at most `idleMax` connections to each address, each for `idleTime`.
    package init(
        loop: EventLoop,
        tls: TLSClientContext? = nil,
        idleTime: Duration = .seconds(4),
        idleMax: Int = 256
    ) {
        self.loop = loop
        self.tls = tls
        self.idleTime = idleTime
        self.idleMax = idleMax
    }

    /// An idle connection to `address`, the one that was used last, or nil where there is none.
    package func take(_ address: SocketAddress) -> HTTPClientConnection? {
        while let connection = idle[address]?.popLast() {
            connection.onIdleClose = nil
            if connection.isReusable { return connection }
        }
        return nil
    }

    /// Makes a new connection to `address`.
    @discardableResult
    package func connect(
        _ address: SocketAddress,
        within time: Duration,
        _ done: @escaping (Result<HTTPClientConnection, NetFault>) -> Void
    ) -> Connector {
        HTTPClientConnection.connect(address, on: loop, tls: tls, within: time, done)
    }

    /// Takes back a connection whose request is answered; closes it where it cannot be used again.
    package func give(_ connection: HTTPClientConnection) {
        connection.handler = nil
        guard connection.isReusable, idle[connection.address, default: []].count < idleMax else {
            return connection.close()
        }
        connection.onIdleClose = { [weak self, weak connection] in
            if let connection { self?.forget(connection) }
        }
        idle[connection.address, default: []].append(connection)
        if timeCheck == nil { scheduleTimeCheck() }
    }

    /// Closes every idle connection.
    package func close() {
        timeCheck?.cancel()
        timeCheck = nil
        for connections in idle.values { for connection in connections { connection.close() } }
        idle = [:]
    }

    private func forget(_ connection: HTTPClientConnection) {
        idle[connection.address]?.removeAll { $0 === connection }
        if idle[connection.address]?.isEmpty == true { idle[connection.address] = nil }
    }

    private func scheduleTimeCheck() {
        timeCheck = loop.after(idleTime) { [weak self] in
            guard let self else { return }
            timeCheck = nil
            closeOld()
            if !idle.isEmpty { scheduleTimeCheck() }
        }
    }

    private func closeOld() {
        let oldest = Instant(nanoseconds: loop.now.nanoseconds - idleTime.nanoseconds)
        for (address, connections) in idle {
            let kept = connections.filter { $0.idleSince > oldest }
            for connection in connections where connection.idleSince <= oldest { connection.close() }
            idle[address] = kept.isEmpty ? nil : kept
        }
    }
}
