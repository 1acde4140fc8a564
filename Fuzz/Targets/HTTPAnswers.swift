import CLinux
import Net
import Synchronization

extension FuzzTarget {
    /// All that a server sends to a request of HTTP/1.1; the first byte says in pieces of which size.
    static let http1Answer = FuzzTarget("http1-answer") { FuzzedClient.shared.bear($0, .http1) }

    /// The same of HTTP/2.
    static let http2Answer = FuzzTarget("http2-answer") { FuzzedClient.shared.bear($0, .http2) }
}

/// A client on a loop without a thread: every step is made by the fuzzer.
private final class FuzzedClient: HTTPClientHandler, @unchecked Sendable {
    // Safe: everything happens under the lock.
    private let loop = EventLoop(name: "fuzz")
    private let pool: HTTPConnectionPool
    private let address = SocketAddress(ip: 0x7F00_0001, port: 1)
    private let lock = Mutex(())
    private let asked = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 1)
    private var upstream: (any HTTPClientExchange)?

    static let shared = FuzzedClient()

    private init() { pool = HTTPConnectionPool(loop: loop) }

    func bear(_ bytes: UnsafeRawBufferPointer, _ version: HTTPVersion) {
        lock.withLock { _ in ask(bytes, version) }
    }

    private func ask(_ bytes: UnsafeRawBufferPointer, _ version: HTTPVersion) {
        guard let first = bytes.first else { return }
        var ends: [Int32] = [0, 0]
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, flags, 0, &ends) == 0 else { return }
        let exchange = pool.adopt(ends[0], version, remote: address, local: address)
        upstream = exchange
        exchange.handler = self
        let hasBody = first & 1 == 1
        exchange.begin(isHead: first & 6 == 2, body: hasBody ? .chunked : .none) {
            $0.append("POST /p HTTP/1.1\r\nhost: a\r\n")
        }
        if hasBody {
            withUnsafeBytes(of: first) { exchange.write($0) }
            exchange.end(trailers: HTTPTrailers("x", "y"))
        }
        loop.turn()
        var rest = bytes.dropFirst()
        // Small steps for few bytes only: what is large is cut into few.
        let step = max(Int(first) + 1, rest.count / 8)
        while !rest.isEmpty {
            give(UnsafeRawBufferPointer(rebasing: rest.prefix(step)), to: ends[1])
            rest = rest.dropFirst(step)
        }
        close(ends[1])
        for _ in 0..<4 { loop.turn() }
        upstream?.close()
        upstream = nil
        pool.close()
    }

    /// Sends a piece and takes what the client says to it.
    private func give(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
        _ = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        loop.turn()
        _ = recv(descriptor, asked.baseAddress, asked.count, 0)
    }

    // MARK: what is heard

    func answered(_ upstream: any HTTPClientExchange) {
        _ = (upstream.status, upstream.contentLength, upstream.answer.headers)
    }

    func chunk(_ upstream: any HTTPClientExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        guard last else {
            upstream.pause()
            return upstream.resume()
        }
        _ = upstream.trailers
        self.upstream = nil
        upstream.close()
    }

    func failed(_ upstream: any HTTPClientExchange, _ fault: NetFault) { self.upstream = nil }

    func drained(_ upstream: any HTTPClientExchange) {}
}
