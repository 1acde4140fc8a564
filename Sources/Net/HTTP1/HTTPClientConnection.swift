import Base
import CLinux

/// One connection to an HTTP/1.1 server, one request at a time, by callbacks: for relays.
package final class HTTPClientConnection: ConnectionDriver, HTTPClientExchange {
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
    /// Where a pool keeps it between requests; none leaves it once it was kept.
    var shelf: HTTPConnectionPool.Shelf?
    package let answer = AnswerHead()
    var decoder = ChunkDecoder()
    var reading = Reading.idle
    var body = HTTPRequestBody.none
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

    init(_ connection: Connection) {
        self.connection = connection
        address = connection.remote
        idleSince = connection.loop.now
        connection.inputMax = max(BufferPool.blockSize, AnswerHead.bytesMax)
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
    package var version: HTTPVersion { .http1 }
    package var isAnswerWhole: Bool { reading == .done }
    /// Those of chunked bodies are passed over.
    package var trailers: HTTPTrailers { .none }

    package func close() {
        leaveShelf()
        handler = nil
        connection.close()
    }
}

extension HTTPClientConnection {
    package func begin(isHead: Bool, body: HTTPRequestBody, head write: (inout OutBuffer) -> Void) {
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

    package func end(trailers: HTTPTrailers) {
        guard !isSent else { return }
        if case .fixed(let left) = body, left > 0 { return fail(NetFault(.local, .malformed, "a body cut short")) }
        if case .chunked = body {
            connection.write { out in
                out.append("0\r\n")
                trailers.append(to: &out)
                out.append("\r\n")
            }
        }
        isSent = true
    }
}
