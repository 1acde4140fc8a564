import Base
import CLinux

/// HTTP/1.1 on one connection of a server: turns its bytes into exchanges, one after the other.
final class HTTP1ServerConnection: ConnectionDriver {
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
        case collect(max: Int)
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
    private var decoder = ChunkDecoder()
    private var collected = OutBuffer()
    private var isProcessing = false
    private var isBodyPaused = false
    private var hasServiceBegun = false
    private var isUpgraded = false
    /// Bytes of an incomplete head in which the parser has looked.
    private var headSeen = 0
    /// Since when the connection waits for what it waits for now.
    private var waitingSince: Instant
    /// Its place in the server's list.
    var place = 0

    /// Further pipelined requests wait while more than this of the answers is unsent.
    private static let unsentMax = 256 * 1024
    /// The rest of an unwanted body up to this is read and dropped, to keep the connection.
    private static let discardMax = 256 * 1024

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

    /// The descriptor is closed: nothing of this connection is used any more.
    func gone() {
        releaseStore()
        collected.release(connection.loop.pool)
        exchange = nil
    }

    /// Tells the service that nobody waits for the answer any more.
    private func abandon() {
        guard hasServiceBegun, answer != .none, answer != .ended, let exchange else { return }
        answer = .ended
        exchange.onDrained = nil
        server.service.aborted(exchange)
        exchange.context = nil
    }
}

// MARK: - reading requests

extension HTTP1ServerConnection {
    /// Goes as far as the bytes at hand and the answers given allow.
    func process() {
        guard !isProcessing else { return }
        isProcessing = true
        while connection.isWritable, !isUpgraded, step() {}
        isProcessing = false
        if connection.isOpen, !isUpgraded { connection.inputTaken() }
    }

    private func step() -> Bool {
        switch reading {
        case .head: readHead()
        case .fixed, .chunked: readBody()
        case .done: answer == .ended && nextRequest()
        }
    }

    private func readHead() -> Bool {
        guard connection.unsentBytes <= Self.unsentMax else { return false }
        skipEmptyLines()
        let bytes = connection.input.bytes
        guard let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count > 0 else {
            releaseStore()
            return false
        }
        let store = takeStore()
        // Without a new line end among the new bytes the head cannot have become whole.
        if headSeen > 0, bytes.count < server.limits.headBytes, headSeen < bytes.count,
            memchr(base + headSeen, 0x0A, bytes.count - headSeen) == nil
        {
            headSeen = bytes.count
            return false
        }
        switch store.head.parse(base, bytes.count, bytesMax: server.limits.headBytes) {
        case .incomplete:
            if headSeen == 0 { waitingSince = connection.loop.now }
            headSeen = bytes.count
            return false
        case .malformed(let fault):
            answer = .owed
            refuse(fault.status, fault.message.description)
            return false
        case .complete(let count):
            headSeen = 0
            store.lies(at: base, count: count)
            return begin(store, bytes, headCount: count)
        }
    }

    /// Empty lines before a request are passed over (RFC 9112 section 2.2).
    private func skipEmptyLines() {
        while headSeen == 0, connection.input.count >= 2, connection.input.bytes[0] == 0x0D,
            connection.input.bytes[1] == 0x0A
        {
            connection.input.skip(2)
        }
    }

    private func begin(_ store: HeadStore, _ bytes: UnsafeRawBufferPointer, headCount: Int) -> Bool {
        guard let exchange else { return false }
        let framing = store.head.framing
        let length = framing.contentLength ?? 0
        answer = .owed
        keepsAlive = store.head.isKeepAlive && !server.isDraining
        reading = framing.isChunked ? .chunked : length > 0 ? .fixed(left: length) : .done
        guard length <= server.limits.bodyBytes else { return refuseBody(server.limits.bodyBytes) }
        hasServiceBegun = true
        let mode = server.service.begin(exchange)
        guard connection.isWritable else { return false }
        if case .collect(let max) = mode, answer != .ended {
            guard length <= max else { return refuseBody(max) }
            if !framing.isChunked, bytes.count - headCount >= length {
                let body = UnsafeRawBufferPointer(rebasing: bytes[headCount..<headCount + length])
                reading = .done
                server.service.complete(exchange, body: body)
                if answer != .ended, !isUpgraded { store.keep() }
                connection.input.skip(headCount + length)
                return true
            }
        }
        if answer != .ended { store.keep() }
        connection.input.skip(headCount)
        startBody(mode, expectsContinue: framing.expectsContinue && store.head.minorVersion == 1)
        return true
    }

    private func startBody(_ mode: BodyMode, expectsContinue: Bool) {
        decoder = ChunkDecoder()
        switch mode {
        case .collect(let max): sink = .collect(max: max)
        case .stream: sink = .stream
        case .answered: sink = .discard
        }
        guard answer != .ended, !isUpgraded else { return }
        if reading == .done {
            deliver(UnsafeRawBufferPointer(start: nil, count: 0), last: true)
        } else if expectsContinue, answer == .owed, connection.input.isEmpty, mode.wantsBody {
            connection.write { $0.append("HTTP/1.1 100 Continue\r\n\r\n") }
        }
    }

    private func readBody() -> Bool {
        if answer == .ended { sink = .discard }
        guard !isBodyPaused || answer == .ended else { return false }
        let bytes = connection.input.bytes
        guard bytes.count > 0 else { return false }
        if case .fixed(let left) = reading { return readFixed(bytes, left) }
        return readChunk(bytes)
    }

    private func readFixed(_ bytes: UnsafeRawBufferPointer, _ left: Int) -> Bool {
        let count = min(left, bytes.count)
        reading = count == left ? .done : .fixed(left: left - count)
        deliver(UnsafeRawBufferPointer(rebasing: bytes[..<count]), last: count == left)
        connection.input.skip(count)
        return true
    }

    private func readChunk(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var used = 0
        switch decoder.next(bytes, &used) {
        case .needsMore: break
        case .data(let range): deliver(UnsafeRawBufferPointer(rebasing: bytes[range]), last: false)
        case .done:
            reading = .done
            deliver(UnsafeRawBufferPointer(start: nil, count: 0), last: true)
        case .malformed(let fault):
            refuse(fault.status, fault.message.description)
            return false
        }
        connection.input.skip(used)
        return true
    }

    /// Brings bytes of the body to where they are wanted.
    private func deliver(_ bytes: UnsafeRawBufferPointer, last: Bool) {
        guard let exchange else { return }
        switch sink {
        case .discard: break
        case .stream: server.service.chunk(exchange, bytes, last: last)
        case .collect(let max):
            guard collected.count + bytes.count <= max else {
                _ = refuseBody(max)
                return
            }
            collected.append(bytes)
            guard last else { return }
            server.service.complete(exchange, body: collected.bytes)
            collected.release(connection.loop.pool)
        }
    }

    /// The request is whole and answered: makes ready for the next one.
    private func nextRequest() -> Bool {
        guard keepsAlive else {
            connection.closeWhenSent()
            return false
        }
        answer = .none
        reading = .head
        headSeen = 0
        isBodyPaused = false
        hasServiceBegun = false
        waitingSince = connection.loop.now
        store?.forget()
        return true
    }
}

extension BodyMode {
    fileprivate var wantsBody: Bool { if case .answered = self { false } else { true } }
}

// MARK: - memory that only a request needs

extension HTTP1ServerConnection {
    private var store: HeadStore? { exchange?.store }

    private func takeStore() -> HeadStore {
        if let store = exchange?.store { return store }
        let taken = server.takeStore()
        let exchange = self.exchange ?? HTTPExchange(carrier: self)
        exchange.store = taken
        self.exchange = exchange
        return taken
    }

    private func releaseStore() {
        guard let store = exchange?.store else { return }
        exchange?.store = nil
        server.giveStore(store)
    }
}

// MARK: - what goes wrong

extension HTTP1ServerConnection {
    /// Answers in the server's own name where no answer has begun, and closes.
    func refuse(_ status: Int, _ message: String) {
        let canAnswer = answer == .owed || answer == .none
        abandon()
        guard canAnswer else { return connection.close() }
        keepsAlive = false
        connection.write { out in HTTP1ServerConnection.writeRefusal(status, message, to: &out) }
        answer = .ended
        connection.closeWhenSent()
    }

    /// A whole answer that says why no service was asked.
    static func writeRefusal(_ status: Int, _ message: String, to out: inout OutBuffer) {
        let body = JSON.object(["error": .string(message)]).text
        HTTPStatus.append(status, to: &out)
        out.append("content-type: application/json\r\nconnection: close\r\ncontent-length: ")
        out.append(decimal: body.utf8.count)
        out.append("\r\n\r\n")
        out.append(body)
    }

    private func refuseBody(_ max: Int) -> Bool {
        refuse(413, "the request's body is larger than \(max) bytes")
        return false
    }

    /// Closes what has waited too long; called by the server every now and then.
    func checkTime(_ now: Instant) {
        let limits = server.limits
        if isUpgraded { return }
        if connection.unsentBytes > 0 {
            guard now - connection.lastProgress > limits.stallTime else { return }
            abandon()
            return connection.close()
        }
        switch reading {
        case .head:
            if headSeen == 0, !connection.isHandshaking {
                if now - waitingSince > limits.idleTime { connection.close() }
            } else if now - waitingSince > limits.headTime {
                if connection.isHandshaking { return connection.close() }
                refuse(408, "the request's head did not arrive within \(limits.headTime)")
            }
        case .fixed, .chunked:
            guard !isBodyPaused, now - connection.lastProgress > limits.stallTime else { return }
            refuse(408, "the request's body did not go on for \(limits.stallTime)")
        case .done: break
        }
    }

    /// The server goes away: the request in hand may finish.
    func drain() {
        keepsAlive = false
        if answer == .none, connection.unsentBytes == 0 { connection.close() }
    }

    /// The server cannot wait any longer.
    func cutOff() {
        abandon()
        connection.close()
    }
}

// MARK: - body control and upgrade

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
        exchange?.onDrained = nil
        let raw = RawConnection(connection)
        connection.driver = raw
        return raw
    }

    /// The answer has ended: lets go of what belonged to it, and looks at what the client sent meanwhile.
    func finishAnswer() {
        answer = .ended
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
