import CLinux
import Net
import Synchronization

extension FuzzTarget {
    /// All that a client sends on a connection of HTTP/1.1; the first byte says in pieces of which size.
    static let http1Connection = FuzzTarget("http1-connection") { FuzzedServer.shared.bear($0, after: []) }

    /// The same of HTTP/2, behind preface and SETTINGS.
    static let http2Connection = FuzzTarget("http2-connection") {
        FuzzedServer.shared.bear(
            $0,
            after: Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
        )
    }
}

/// A server on a loop without a thread: every step is made by the fuzzer.
private final class FuzzedServer: @unchecked Sendable {
    // Safe: everything happens under the lock.
    private let loop = EventLoop(name: "fuzz")
    private let server: HTTPServer
    private let address = SocketAddress(ip: 0x7F00_0001, port: 1)
    private let lock = Mutex(())
    private let answer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 1)

    static let shared = FuzzedServer()

    private init() {
        var limits = HTTPLimits()
        limits.headBytes = 4096
        limits.headerCount = 32
        limits.bodyBytes = 1 << 20
        server = HTTPServer(loop: loop, service: FuzzedService(), limits: limits, http2: HTTP2Limits())
    }

    func bear(_ bytes: UnsafeRawBufferPointer, after start: [UInt8]) {
        lock.withLock { _ in serve(bytes, after: start) }
    }

    private func serve(_ bytes: UnsafeRawBufferPointer, after start: [UInt8]) {
        guard let first = bytes.first else { return }
        var ends: [Int32] = [0, 0]
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, flags, 0, &ends) == 0 else { return }
        server.adopt(ends[0], remote: address, local: address)
        start.withUnsafeBytes { give($0, to: ends[1]) }
        var rest = bytes.dropFirst()
        // Small steps for few bytes only: what is large is cut into few.
        let step = max(Int(first) + 1, rest.count / 8)
        while !rest.isEmpty {
            give(UnsafeRawBufferPointer(rebasing: rest.prefix(step)), to: ends[1])
            rest = rest.dropFirst(step)
        }
        close(ends[1])
        for _ in 0..<4 { loop.turn() }
    }

    /// Sends a piece and takes what the server says to it.
    private func give(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
        _ = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        loop.turn()
        _ = recv(descriptor, answer.baseAddress, answer.count, 0)
    }
}

/// Uses exchanges in every way that services do, as the path says.
private final class FuzzedService: HTTPService {
    func begin(_ exchange: HTTPExchange) -> BodyMode {
        _ = exchange.headers
        switch exchange.pathBytes.count % 4 {
        case 0: return .collect(max: 10_000, decoding: true)
        case 1: return .collect(max: 100)
        case 2:
            exchange.begin(status: 200, contentLength: nil) { $0.appendField("x", "y") }
            return .stream
        default:
            exchange.pauseBody()
            exchange.resumeBody()
            return .stream
        }
    }

    func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {
        exchange.respond(status: 200, contentType: "a/b", trailers: HTTPTrailers("x", "y")) { $0.append(body) }
    }

    func chunk(_ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        if exchange.pathBytes.count % 4 == 2 {
            exchange.write(bytes)
            if last { exchange.end(trailers: HTTPTrailers(["x": "y"])) }
        } else if last {
            exchange.respond(status: 404, headers: ["a": "b"], body: [])
        }
    }
}
