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

    enum Reading: Equatable {
        case idle
        case head
        case fixed(left: Int)
        case chunked
        case untilClose
        case done
    }

    let connection: Connection
    package let address: SocketAddress
    package var handler: (any HTTPClientHandler)?
    /// Told when the connection closes while no request is under way.
    var onIdleClose: (() -> Void)?
    var head = ResponseHead(fieldCountMax: HTTPClientConnection.fieldCountMax)
    var headBase: UnsafePointer<UInt8>?
    var decoder = ChunkDecoder()
    var reading = Reading.idle
    var body = RequestBody.none
    var isSent = true
    var isHeadRequest = false
    var isKept = true
    var isPaused = false
    var isProcessing = false
    var isUpgraded = false
    /// Requests that were begun on this connection.
    package private(set) var requestCount = 0
    /// Whether a byte of the answer in hand has come.
    package internal(set) var hasAnswerBegun = false
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
