import Base
import CLinux

/// HTTP/1.1 on one connection of a server: turns its bytes into exchanges, one after the other.
final class HTTP1ServerConnection: ServerDriver {
    /// Where reading stands.
    enum Reading: Equatable {
        case head
        case fixed(left: Int)
        case chunked
        /// The request is whole.
        case done
    }

    /// What becomes of the body.
    enum Sink {
        case collect
        case stream
        case discard
    }

    /// Where the answer stands.
    enum Answer: Equatable {
        /// No request is in hand.
        case none
        case owed
        case fixed(left: Int)
        case chunked
        /// The connection's end is the body's end (HTTP/1.0).
        case untilClose
        /// Its head is out and it has no body.
        case bodiless
        case ended
    }

    let server: HTTPServer
    let connection: Connection
    var exchange: HTTPExchange?
    var reading = Reading.head
    var sink = Sink.discard
    var answer = Answer.none
    var keepsAlive = true
    var decoder = ChunkDecoder()
    var collected = BodyCollector()
    var bodyBytes = 0
    var isProcessing = false
    var isBodyPaused = false
    var hasServiceBegun = false
    var isUpgraded = false
    /// The status of the answer in hand.
    var status = 0
    /// Bytes of an incomplete head in which the parser has looked.
    var headSeen = 0
    /// Since when the connection waits for what it waits for now.
    var waitingSince: Instant

    /// Further pipelined requests wait while more than this of the answers is unsent.
    static let unsentMax = 256 * 1024
    /// The rest of an unwanted body up to this is read and dropped, to keep the connection.
    static let discardMax = 256 * 1024

    init(server: HTTPServer, connection: Connection) {
        self.server = server
        self.connection = connection
        waitingSince = connection.loop.now
        connection.inputMax = max(BufferPool.blockSize, server.limits.headBytes)
    }

    var isIdle: Bool { answer == .none && !isUpgraded }

    // MARK: connection driver

    func received() { process() }

    func ended() {
        guard answer != .none, answer != .ended else { return connection.closeWhenSent() }
        abandon()
        connection.close()
    }

    func drained() {
        exchange?.onDrained?()
        if answer == .none { process() }
    }

    func closed(_ fault: NetFault?) { abandon() }

    func gone() {
        abandon()
        releaseStore()
        collected.clear()
        exchange = nil
    }

    /// Tells the service that nobody waits for the answer any more.
    func abandon() {
        guard hasServiceBegun, answer != .none, answer != .ended, let exchange else { return }
        hasServiceBegun = false
        answer = .ended
        exchange.onDrained = nil
        server.service.aborted(exchange)
        exchange.context = nil
    }
}

extension HTTP1ServerConnection {
    var store: HeadStore? { exchange?.store }

    func takeStore() -> HeadStore {
        if let store = exchange?.store { return store }
        let taken = server.takeStore()
        let exchange = self.exchange ?? HTTPExchange(carrier: self)
        exchange.store = taken
        self.exchange = exchange
        return taken
    }

    func releaseStore() {
        guard let store = exchange?.store else { return }
        exchange?.store = nil
        server.giveStore(store)
    }
}

extension HTTP1ServerConnection {
    func pauseBody() {
        isBodyPaused = true
        connection.pauseReading()
    }

    func resumeBody() {
        guard isBodyPaused else { return }
        isBodyPaused = false
        connection.resumeReading()
        if !connection.input.isEmpty { connection.loop.soon { [weak self] in self?.process() } }
    }

    func upgrade(fields: (inout OutBuffer) -> Void) -> RawConnection {
        connection.write { out in
            out.append("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\n")
            fields(&out)
            out.append("\r\n")
        }
        answer = .ended
        isUpgraded = true
        if let exchange { server.service.answered(exchange, status: 101) }
        exchange?.onDrained = nil
        let raw = RawConnection(connection)
        connection.driver = raw
        return raw
    }

    /// The answer has ended: lets go of what belonged to it, and looks at what the client sent meanwhile.
    func finishAnswer() {
        answer = .ended
        if hasServiceBegun, let exchange { server.service.answered(exchange, status: status) }
        exchange?.onDrained = nil
        exchange?.context = nil
        if isBodyPaused {
            isBodyPaused = false
            connection.resumeReading()
        }
        if !keepsAlive || !isRestBounded { return connection.closeWhenSent() }
        process()
    }

    /// Whether the rest of the request is small enough to be read and dropped.
    var isRestBounded: Bool {
        switch reading {
        case .head, .done: true
        case .fixed(let left): left <= Self.discardMax
        case .chunked: false
        }
    }
}
