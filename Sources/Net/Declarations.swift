package import Base

package final class EventLoop: @unchecked Sendable {
    package init(name: String) {}
    package func start() {}
    package func stop() {}
    package var isCurrent: Bool { false }
    package var now: Instant { SystemTime().monotonic() }
    package func execute(_ work: @escaping @Sendable () -> Void) {}
    package func after(_ delay: Duration, _ work: @escaping () -> Void) -> LoopTimer { fatalError() }
    package func watch(descriptor: Int32, _ readable: @escaping () -> Void) -> LoopWatch { fatalError() }
}
package final class LoopTimer { package func cancel() {} }
package final class LoopWatch { package func cancel() {} }

package enum HTTPMethod: UInt8, Sendable { case get, head, post, put, delete, patch, options, other }

package enum BodyMode: Sendable { case collect(max: Int), stream, answered }

package protocol HTTPService: AnyObject {
    func begin(_ exchange: HTTPExchange) -> BodyMode
    func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer)
    func chunk(_ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, last: Bool)
    func aborted(_ exchange: HTTPExchange)
}

package struct OutBuffer: ~Copyable {
    package mutating func append(_ text: StaticString) {}
    package mutating func append(_ text: String) {}
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {}
    package mutating func append(_ byte: UInt8) {}
    package mutating func append(decimal value: Int) {}
    /// Room for `count` bytes, filled by `fill`, which returns how many it wrote.
    package mutating func append(upTo count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Int) {}
}

package final class HTTPExchange {
    init() {}
    package var context: AnyObject?
    package var onDrained: (() -> Void)?
    package var serial: UInt64 { 0 }
    package var loop: EventLoop { fatalError() }
    package var method: HTTPMethod { .get }
    package var methodText: String { "" }
    package var target: String { "" }
    package var path: String { "" }
    package var query: String { "" }
    package var targetBytes: UnsafeRawBufferPointer { fatalError() }
    package var pathBytes: UnsafeRawBufferPointer { fatalError() }
    package var queryBytes: UnsafeRawBufferPointer { fatalError() }
    package var rawHead: UnsafeRawBufferPointer { fatalError() }
    package func header(_ name: StaticString) -> UnsafeRawBufferPointer? { nil }
    package func header(named name: String) -> String? { nil }
    package func forEachHeader(_ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void) {}
    package var headers: HTTPHeaders { fatalError() }
    package var contentLength: Int? { nil }
    package var remoteAddress: SocketAddress { fatalError() }
    package var localAddress: SocketAddress { fatalError() }
    package var isKeepAlive: Bool { true }
    package var isSecure: Bool { false }
    package func respond(status: Int, contentType: StaticString, body: UnsafeRawBufferPointer) {}
    package func respond(status: Int, headers: HTTPHeaders, body: [UInt8]) {}
    package func respond(status: Int, contentType: StaticString, writing: (inout OutBuffer) -> Void) {}
    package func begin(status: Int, headers: HTTPHeaders, contentLength: Int?) {}
    package func write(_ bytes: UnsafeRawBufferPointer) {}
    package func end() {}
    /// Breaks the connection off: the client sees that the answer is not whole.
    package func abort() {}
    package var unsentBytes: Int { 0 }
    package func pauseBody() {}
    package func resumeBody() {}
    package func upgrade(headers: HTTPHeaders) -> RawConnection { fatalError() }
}

package final class RawConnection {
    init() {}
    package var onBytes: ((UnsafeRawBufferPointer) -> Void)?
    /// The other side sends no more.
    package var onEnd: (() -> Void)?
    /// The connection is gone; nil where it ended in order.
    package var onClosed: ((NetFault?) -> Void)?
    package var onDrained: (() -> Void)?
    package var unsentBytes: Int { 0 }
    package func write(_ bytes: UnsafeRawBufferPointer) {}
    package func pause() {}
    package func resume() {}
    /// Sends what is unsent, then the end of the stream.
    package func finish() {}
    package func close() {}
}

package final class HTTPServer: @unchecked Sendable {
    package init(
        loop: EventLoop,
        service: any HTTPService,
        limits: HTTPLimits = HTTPLimits(),
        tls: TLSServerContext? = nil
    ) {}
    /// The bound address (port 0 = any). `sharingPort`: several loops listen on one address.
    package func listen(_ address: SocketAddress, sharingPort: Bool = false) throws(NetFault) -> SocketAddress {
        address
    }
    package func unlisten(_ address: SocketAddress) {}
    /// Stops accepting, lets running exchanges finish, closes the rest.
    package func drain(within: Duration) async {}
}

package final class AsyncHTTPService: HTTPService {
    package init(bodyMax: Int, _ handler: @escaping @Sendable (HTTPRequest) async -> HTTPReply) {}
    package func begin(_ exchange: HTTPExchange) -> BodyMode { .answered }
    package func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {}
    package func chunk(_ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {}
    package func aborted(_ exchange: HTTPExchange) {}
}
package final class HTTPBodyWriter: Sendable {
    package func write(_ bytes: [UInt8]) async throws(NetFault) {}
}
package final class HTTPBodyReader: Sendable {
    package func read() async throws(NetFault) -> [UInt8]? { nil }
    package func close() {}
}
package final class ByteStream: Sendable {
    package func read() async throws(NetFault) -> [UInt8]? { nil }
    package func write(_ bytes: [UInt8]) async throws(NetFault) {}
    package func finishWriting() async {}
    package func close() {}
}
package func connect(_ to: SocketAddress, on loop: EventLoop) async throws(NetFault) -> ByteStream { fatalError() }

package final class HTTPClient: Sendable {
    package init(loop: EventLoop, tls: TLSClientContext? = nil) {}
    package func send(
        _ request: HTTPRequest,
        to address: SocketAddress,
        timeout: Duration
    ) async throws(NetFault) -> HTTPResponse { fatalError() }
    package func open(
        _ request: HTTPRequest,
        to address: SocketAddress
    ) async throws(NetFault) -> (status: Int, headers: HTTPHeaders, body: HTTPBodyReader) { fatalError() }
    package func upgrade(
        _ request: HTTPRequest,
        to address: SocketAddress
    ) async throws(NetFault) -> (status: Int, headers: HTTPHeaders, stream: ByteStream?) { fatalError() }
    package func close() {}
}
package struct TLSServerContext: Sendable {
    package init(certificatePEM: String, keyPEM: String) throws(NetFault) {}
}
package struct TLSClientContext: Sendable {
    /// `serverName`: the name to be checked in the certificate, where it is not the address that is called.
    package init(
        authorityPEM: String,
        certificate: (pem: String, key: String)? = nil,
        serverName: String? = nil
    ) throws(NetFault) {}
}
package struct CertificateAuthority: Sendable {
    package let certificatePEM: String
    package let keyPEM: String
    package init(certificatePEM: String, keyPEM: String) {
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
    }
    package static func make(commonName: String) throws(NetFault) -> CertificateAuthority { fatalError() }
    /// `organizations` are Kubernetes' groups where the certificate is a client's.
    package func issue(
        commonName: String,
        organizations: [String] = [],
        names: [String] = [],
        addresses: [String] = []
    ) throws(NetFault) -> (certificatePEM: String, keyPEM: String) { fatalError() }
}
