import Base

/// Connections to servers, kept for the next request; on a loop's thread. Those of HTTP/1.1 serve one request at a time,
/// those of HTTP/2 many.
package final class HTTPConnectionPool {
    private let loop: EventLoop
    private let tls: TLSClientContext?
    private let idleTime: Duration
    private let idleMax: Int
    private var shelves: [SocketAddress: Shelf] = [:]
    private var timeCheck: LoopTimer?
    private let multiplexed: HTTP2ConnectionPool

    /// The idle connections to one address; each connection knows where it belongs.
    final class Shelf {
        var connections: [HTTPClientConnection] = []
        /// Whether connections are taken from it no more.
        var isGone = false
    }

    /// How long connections of HTTP/2 are kept without a request.
    private static let multiplexedIdleTime = Duration.seconds(60)

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
        multiplexed = HTTP2ConnectionPool(loop: loop, idleTime: Self.multiplexedIdleTime)
    }

    /// Room for a request on a connection to `address`, the one that was used last, or nil where there is none.
    package func take(_ address: SocketAddress, _ version: HTTPVersion = .http1) -> (any HTTPClientExchange)? {
        guard version == .http1 else { return multiplexed.take(address) }
        guard let shelf = shelves[address] else { return nil }
        while let connection = shelf.connections.popLast() {
            if connection.isReusable { return connection }
        }
        return nil
    }

    /// Makes a new connection to `address`.
    @discardableResult
    package func connect(
        _ address: SocketAddress,
        _ version: HTTPVersion = .http1,
        within time: Duration,
        _ done: @escaping (Result<any HTTPClientExchange, NetFault>) -> Void
    ) -> any ConnectAttempt {
        guard version == .http1 else { return multiplexed.connect(address, within: time, done) }
        if tls == nil, let end = loop.servers[address]?.join(at: address) {
            return NearConnect(HTTPClientConnection(end), on: loop, done)
        }
        return HTTPClientConnection.connect(address, on: loop, tls: tls, within: time) { done($0.map { $0 }) }
    }

    /// Room for a request on a connection that somebody else has made; it is closed with the exchange, or kept.
    package func adopt(
        _ descriptor: Int32,
        _ version: HTTPVersion,
        remote: SocketAddress,
        local: SocketAddress
    ) -> any HTTPClientExchange {
        let connection = Connection(descriptor, on: loop, remote: remote, local: local)
        return version == .http1
            ? HTTPClientConnection(connection) : HTTP2ClientConnection(connection).makeStream()
    }

    /// Takes back what a request was answered by; closes it where it cannot be used again.
    package func give(_ exchange: any HTTPClientExchange) {
        guard let connection = exchange as? HTTPClientConnection else { return exchange.close() }
        connection.handler = nil
        guard connection.isReusable else { return connection.close() }
        let shelf = shelf(of: connection)
        guard shelf.connections.count < idleMax else { return connection.close() }
        shelf.connections.append(connection)
        if timeCheck == nil { scheduleTimeCheck() }
    }

    private func shelf(of connection: HTTPClientConnection) -> Shelf {
        if let known = connection.shelf, !known.isGone { return known }
        let shelf = shelves[connection.address] ?? Shelf()
        shelves[connection.address] = shelf
        connection.shelf = shelf
        return shelf
    }

    /// Closes every idle connection of HTTP/1.1, and all of HTTP/2.
    package func close() {
        multiplexed.close()
        timeCheck?.cancel()
        timeCheck = nil
        for (address, shelf) in shelves { closeAll(of: shelf, at: address) { _ in true } }
    }

    // Its timer holds it while there are connections to close: what is referred to weakly is dearer to hold at every request.
    private func scheduleTimeCheck() {
        timeCheck = loop.after(idleTime) {
            self.timeCheck = nil
            self.closeOld()
            if !self.shelves.isEmpty { self.scheduleTimeCheck() }
        }
    }

    private func closeOld() {
        let oldest = Instant(nanoseconds: loop.now.nanoseconds - idleTime.nanoseconds)
        for (address, shelf) in shelves { closeAll(of: shelf, at: address) { $0.idleSince <= oldest } }
    }

    /// Closes the connections of a shelf that are over, and lets go of a shelf that is empty then.
    private func closeAll(of shelf: Shelf, at address: SocketAddress, where isOver: (HTTPClientConnection) -> Bool) {
        let connections = shelf.connections
        shelf.connections = connections.filter { !isOver($0) }
        for connection in connections where isOver(connection) { connection.close() }
        guard shelf.connections.isEmpty else { return }
        shelf.isGone = true
        shelves[address] = nil
    }
}

/// A connection to a server of the same loop, which is there at once and told of like others.
private final class NearConnect: ConnectAttempt {
    private let connection: HTTPClientConnection
    private var isCancelled = false

    init(
        _ connection: HTTPClientConnection,
        on loop: EventLoop,
        _ done: @escaping (Result<any HTTPClientExchange, NetFault>) -> Void
    ) {
        self.connection = connection
        loop.soon { if !self.isCancelled { done(.success(self.connection)) } }
    }

    func cancel() {
        isCancelled = true
        connection.close()
    }
}
