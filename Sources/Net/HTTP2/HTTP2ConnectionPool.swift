import Base

/// Connections of HTTP/2 to servers, each shared by many requests; on a loop's thread.
final class HTTP2ConnectionPool {
    /// A request that waits for a connection.
    private final class Waiter: ConnectAttempt {
        var done: ((Result<any HTTPClientExchange, NetFault>) -> Void)?

        init(_ done: @escaping (Result<any HTTPClientExchange, NetFault>) -> Void) { self.done = done }

        func cancel() { done = nil }
    }

    /// What there is to one address.
    private struct Place {
        var connections: [HTTP2ClientConnection] = []
        /// Those who wait for the connection that is being made.
        var waiting: [Waiter] = []
    }

    private let loop: EventLoop
    private let idleTime: Duration
    private var places: [SocketAddress: Place] = [:]
    private var timeCheck: LoopTimer?

    /// Connections to one address; further requests wait in them for room.
    private static let connectionsMax = 16
    private static let timeCheckInterval = Duration.seconds(5)

    init(loop: EventLoop, idleTime: Duration) {
        self.loop = loop
        self.idleTime = idleTime
    }

    /// A stream of a connection that has room, or of the least busy one where no more may be made; nil asks for `connect`.
    func take(_ address: SocketAddress) -> (any HTTPClientExchange)? {
        guard let connections = places[address]?.connections else { return nil }
        if let connection = connections.first(where: \.hasRoom) { return connection.makeStream() }
        guard connections.count >= Self.connectionsMax else { return nil }
        return connections.filter(\.isUsable).min { $0.streamCount < $1.streamCount }?.makeStream()
    }

    /// Makes a connection to `address`; all who ask for one meanwhile share it.
    func connect(
        _ address: SocketAddress,
        within time: Duration,
        _ done: @escaping (Result<any HTTPClientExchange, NetFault>) -> Void
    ) -> any ConnectAttempt {
        let waiter = Waiter(done)
        places[address, default: Place()].waiting.append(waiter)
        if places[address]?.waiting.count == 1 { attempt(address, within: time) }
        return waiter
    }

    private func attempt(_ address: SocketAddress, within time: Duration) {
        HTTP2ClientConnection.connect(address, on: loop, within: time) { [weak self] result in
            switch result {
            case .success(let connection): self?.connected(connection, address, within: time)
            case .failure(let fault): self?.failed(address, fault)
            }
        }
    }

    private func connected(_ connection: HTTP2ClientConnection, _ address: SocketAddress, within time: Duration) {
        places[address, default: Place()].connections.append(connection)
        connection.onLeave = { [weak self, weak connection] in
            if let connection { self?.forget(connection, address) }
        }
        if timeCheck == nil { scheduleTimeCheck() }
        var waiting = places[address]?.waiting.filter { $0.done != nil } ?? []
        var served: [(Waiter, any HTTPClientExchange)] = []
        while let waiter = waiting.first, let stream = take(address) {
            served.append((waiter, stream))
            waiting.removeFirst()
        }
        places[address]?.waiting = waiting
        // What one connection has no room for gets another.
        if !waiting.isEmpty { attempt(address, within: time) }
        for (waiter, stream) in served {
            // One that is served may have cancelled the next.
            if let done = waiter.done { done(.success(stream)) } else { stream.close() }
        }
    }

    private func failed(_ address: SocketAddress, _ fault: NetFault) {
        let waiting = places[address]?.waiting ?? []
        places[address]?.waiting = []
        if places[address]?.connections.isEmpty == true { places[address] = nil }
        for waiter in waiting { waiter.done?(.failure(fault)) }
    }

    private func forget(_ connection: HTTP2ClientConnection, _ address: SocketAddress) {
        places[address]?.connections.removeAll { $0 === connection }
        if let place = places[address], place.connections.isEmpty, place.waiting.isEmpty { places[address] = nil }
    }

    /// Closes all connections.
    func close() {
        timeCheck?.cancel()
        timeCheck = nil
        for connection in places.values.flatMap(\.connections) { connection.close() }
    }

    private func scheduleTimeCheck() {
        timeCheck = loop.after(Self.timeCheckInterval) { [weak self] in
            guard let self else { return }
            timeCheck = nil
            for connection in places.values.flatMap(\.connections) {
                connection.checkTime(loop.now, idleTime: idleTime)
            }
            if !places.isEmpty { scheduleTimeCheck() }
        }
    }
}
