import Base
import CLinux

/// Hears of the answer to a request that was sent on a client connection; on the loop's thread.
package protocol HTTPClientHandler: AnyObject {
    /// The answer's head is there; its fields can be read during the call.
    func answered(_ connection: HTTPClientConnection)
    /// More of the answer's body; after the last call the connection is the owner's to keep or close.
    func chunk(_ connection: HTTPClientConnection, _ bytes: UnsafeRawBufferPointer, last: Bool)
    /// There will be no whole answer; the connection is closed.
    func failed(_ connection: HTTPClientConnection, _ fault: NetFault)
    /// All of the request that was written has gone out.
    func drained(_ connection: HTTPClientConnection)
}

/// One connection to an HTTP/1.1 server, one request at a time, by callbacks: for relays.
package final class HTTPClientConnection: ConnectionDriver {
    /// How a request's body is told.
    package enum RequestBody: Sendable {
        case none
        case fixed(Int)
        case chunked
    }

    private enum Reading: Equatable {
        case idle
        case head
        case fixed(left: Int)
        case chunked
        case untilClose
        case done
    }

    private let connection: Connection
    package let address: SocketAddress
    package var handler: (any HTTPClientHandler)?
    /// Told when the connection closes while no request is under way.
    var onIdleClose: (() -> Void)?
    private var head = ResponseHead(fieldCountMax: HTTPClientConnection.fieldCountMax)
    private var headBase: UnsafePointer<UInt8>?
    private var decoder = ChunkDecoder()
    private var reading = Reading.idle
    private var body = RequestBody.none
    private var isSent = true
    private var isHeadRequest = false
    private var isKept = true
    private var isPaused = false
    private var isProcessing = false
    private var isUpgraded = false
    /// Requests that were begun on this connection.
    package private(set) var requestCount = 0
    /// Whether a byte of the answer in hand has come.
    package private(set) var hasAnswerBegun = false
    /// When the connection last became idle.
    var idleSince: Instant

    /// Fields of an answer's head.
    static let fieldCountMax = 128
    /// Bytes of an answer's head.
    static let headBytesMax = 64 * 1024

    init(_ connection: Connection) {
        self.connection = connection
        address = connection.remote
        idleSince = connection.loop.now
        connection.inputMax = max(BufferPool.blockSize, Self.headBytesMax)
        connection.driver = self
        connection.start()
    }

    /// Connects; `done` is called once, later, on the loop's thread.
    @discardableResult
    package static func connect(
        _ address: SocketAddress,
        on loop: EventLoop,
        tls: TLSClientContext? = nil,
        within time: Duration = Connector.usualTime,
        _ done: @escaping (Result<HTTPClientConnection, NetFault>) -> Void
    ) -> Connector {
        Connector.connect(address, on: loop, tls: tls, within: time) { done($0.map { HTTPClientConnection($0) }) }
    }

    package var loop: EventLoop { connection.loop }
    package var isOpen: Bool { connection.isOpen }
    /// Whether another request can be sent: the last one and its answer are whole, and the server keeps open.
    package var isReusable: Bool { connection.isWritable && reading == .idle && !isUpgraded }
    package var unsentBytes: Int { connection.unsentBytes }

    package func close() {
        onIdleClose = nil
        handler = nil
        connection.close()
    }
}

// MARK: - the request

extension HTTPClientConnection {
    /// Sends a request's head: `head` appends the request line and fields, without the framing fields and the empty
    /// line. `write` and `end` follow where there is a body.
    package func begin(isHead: Bool = false, body: RequestBody, head write: (inout OutBuffer) -> Void) {
        guard isReusable else { return }
        requestCount += 1
        isHeadRequest = isHead
        hasAnswerBegun = false
        reading = .head
        self.body = body
        if case .none = body { isSent = true } else { isSent = false }
        connection.write { out in
            write(&out)
            switch body {
            case .none: break
            case .fixed(let count):
                out.append("content-length: ")
                out.append(decimal: count)
                out.append("\r\n")
            case .chunked: out.append("transfer-encoding: chunked\r\n")
            }
            out.append("\r\n")
        }
    }

    /// More of the request's body.
    package func write(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0, !isSent, connection.isWritable else { return }
        switch body {
        case .none: break
        case .fixed(let left):
            let count = min(left, bytes.count)
            body = .fixed(left - count)
            connection.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        case .chunked:
            connection.write { out in
                out.append(hex: bytes.count)
                out.append("\r\n")
                out.append(bytes)
                out.append("\r\n")
            }
        }
    }

    /// The request is whole.
    package func end() {
        guard !isSent else { return }
        if case .fixed(let left) = body, left > 0 { return fail(NetFault(.local, .malformed, "a body cut short")) }
        if case .chunked = body { connection.write { $0.append("0\r\n\r\n") } }
        isSent = true
    }
}

// MARK: - the answer

extension HTTPClientConnection {
    package var status: Int { head.status }
    /// What the server says of the body's length; nil where it says nothing.
    package var contentLength: Int? { head.framing.contentLength }
    /// Whether the answer has no body whatever its fields say.
    package var isBodiless: Bool { isHeadRequest || !HTTPStatus.hasBody(head.status) }

    /// The value of the first field called `name`, which is in small letters; during `answered`.
    package func header(_ name: StaticString) -> UnsafeRawBufferPointer? {
        guard let headBase, let index = head.fields.find(name, in: headBase) else { return nil }
        return head.fields[index].value.of(headBase)
    }

    /// Calls `body` with every field in order; during `answered`.
    package func forEachHeader(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {
        guard let headBase else { return }
        for index in 0..<head.fields.count {
            let slot = head.fields[index]
            body(slot.name.of(headBase), slot.value.of(headBase))
        }
    }

    /// All fields as values; during `answered`.
    package var headers: HTTPHeaders {
        var headers = HTTPHeaders()
        forEachHeader { headers.add(String(decoding: $0, as: UTF8.self), String(decoding: $1, as: UTF8.self)) }
        return headers
    }

    /// Stops reading the answer; the server waits.
    package func pause() {
        guard !isPaused else { return }
        isPaused = true
        connection.pauseReading()
    }

    package func resume() {
        guard isPaused else { return }
        isPaused = false
        connection.resumeReading()
        if !connection.input.isEmpty { connection.loop.soon { [weak self] in self?.process() } }
    }

    /// Takes the connection over after status 101; during `answered`.
    package func takeRaw() -> RawConnection {
        isUpgraded = true
        let raw = RawConnection(connection)
        connection.driver = raw
        return raw
    }

    func received() { process() }

    private func process() {
        guard !isProcessing else { return }
        isProcessing = true
        while connection.isOpen, !isUpgraded, !isPaused, !connection.input.isEmpty, step() {}
        isProcessing = false
        if connection.isOpen, !isUpgraded { connection.inputTaken() }
    }

    private func step() -> Bool {
        let bytes = connection.input.bytes
        hasAnswerBegun = true
        switch reading {
        case .head: return readHead(bytes)
        case .fixed(let left):
            let count = min(left, bytes.count)
            reading = count == left ? .done : .fixed(left: left - count)
            deliver(UnsafeRawBufferPointer(rebasing: bytes[..<count]), last: count == left, used: count)
        case .chunked: return readChunk(bytes)
        case .untilClose: deliver(bytes, last: false, used: bytes.count)
        case .idle, .done:
            fail(NetFault(.upstream, .malformed, "\(address) sent bytes that nobody asked for"))
            return false
        }
        return true
    }

    private func readHead(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return false }
        switch head.parse(base, bytes.count, bytesMax: Self.headBytesMax) {
        case .incomplete: return false
        case .malformed(let fault):
            fail(NetFault(.upstream, .malformed, "\(address) sent \(fault.message)"))
            return false
        case .complete(let count):
            if head.status < 200, head.status != 101 {
                connection.input.skip(count)
                return true
            }
            headBase = base
            startBody()
            handler?.answered(self)
            headBase = nil
            connection.input.skip(count)
            if !isUpgraded, connection.isOpen, reading == .done { finish() }
            return true
        }
    }

    private func startBody() {
        isKept = head.isKeepAlive
        decoder = ChunkDecoder()
        if isBodiless || head.framing.contentLength == 0 {
            reading = .done
        } else if head.framing.isChunked {
            reading = .chunked
        } else if let length = head.framing.contentLength {
            reading = .fixed(left: length)
        } else {
            reading = .untilClose
            isKept = false
        }
    }

    private func readChunk(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var used = 0
        switch decoder.next(bytes, &used) {
        case .needsMore: connection.input.skip(used)
        case .data(let range): deliver(UnsafeRawBufferPointer(rebasing: bytes[range]), last: false, used: used)
        case .done:
            reading = .done
            connection.input.skip(used)
            finish()
        case .malformed(let fault):
            fail(NetFault(.upstream, .malformed, "\(address) sent \(fault.message)"))
            return false
        }
        return true
    }

    private func deliver(_ bytes: UnsafeRawBufferPointer, last: Bool, used: Int) {
        guard last else {
            handler?.chunk(self, bytes, last: false)
            return connection.input.skip(used)
        }
        // Safe: the bytes stay where they are until the next read, and only here is it known that none follow them.
        connection.input.skip(used)
        becomeIdle()
        handler?.chunk(self, bytes, last: true)
    }

    /// The answer is whole, and its last bytes were delivered before that was known.
    private func finish() {
        becomeIdle()
        handler?.chunk(self, UnsafeRawBufferPointer(start: nil, count: 0), last: true)
    }

    private func becomeIdle() {
        idleSince = connection.loop.now
        // A server that answers before it has the whole request may still be reading it, and bytes behind the answer
        // would be taken for the next one.
        reading = isKept && isSent && connection.input.isEmpty ? .idle : .done
    }

    func ended() {
        switch reading {
        case .untilClose:
            reading = .done
            handler?.chunk(self, UnsafeRawBufferPointer(start: nil, count: 0), last: true)
            connection.close()
        case .idle, .done:
            connection.close()
            onIdleClose?()
        case .head, .fixed, .chunked:
            fail(NetFault(.upstream, .closed, "\(address) closed the connection before the answer's end"))
        }
    }

    func drained() { handler?.drained(self) }

    func closed(_ fault: NetFault?) {
        let fault = fault ?? NetFault(.upstream, .closed, "\(address) closed the connection")
        if reading == .idle || reading == .done { onIdleClose?() } else { tellFailure(fault) }
    }

    private func fail(_ fault: NetFault) {
        connection.close()
        tellFailure(fault)
    }

    private func tellFailure(_ fault: NetFault) {
        reading = .done
        handler?.failed(self, NetFault(.upstream, fault.kind, fault.message))
    }
}
