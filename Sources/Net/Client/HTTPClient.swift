/// Sends requests and hands back answers, for control planes; keeps connections alive, on one loop.
package final class HTTPClient: Sendable {
    private let loop: EventLoop
    private let pool: LoopBound<HTTPConnectionPool>
    private let version: HTTPVersion
    private let bodyMax: Int

    /// - Parameters:
    ///   - version: what is spoken; HTTP/2 by prior knowledge, without TLS.
    ///   - bodyMax: the longest body that `send` collects.
    package init(
        loop: EventLoop,
        version: HTTPVersion = .http1,
        tls: TLSClientContext? = nil,
        bodyMax: Int = 256 * 1024 * 1024
    ) {
        self.loop = loop
        self.version = version
        self.bodyMax = bodyMax
        pool = LoopBound(HTTPConnectionPool(loop: loop, tls: tls, idleTime: .seconds(30)))
    }

    deinit { loop.execute { [pool] in pool.value.close() } }

    /// The whole answer; a fault of kind `timeout` when that takes longer than `timeout`.
    package func send(
        _ request: HTTPRequest,
        to address: SocketAddress,
        timeout: Duration
    ) async throws(NetFault) -> HTTPResponse {
        let call = try await begin(request, address, timeout: timeout, untilEnd: true)
        defer { call.close() }
        var body: [UInt8] = []
        while let bytes = try await call.read() {
            body.append(contentsOf: bytes)
            guard body.count <= bodyMax else {
                throw NetFault(.upstream, .limit, "the answer of \(address) is larger than \(bodyMax) bytes")
            }
        }
        var response = HTTPResponse(status: call.head.status, headers: call.head.headers, body: body)
        response.trailers = call.trailers
        return response
    }

    /// The answer's head and a reader of its body; `timeout` ends when the head is there.
    package func open(
        _ request: HTTPRequest,
        to address: SocketAddress,
        timeout: Duration? = nil
    ) async throws(NetFault) -> (status: Int, headers: HTTPHeaders, body: HTTPBodyReader) {
        let call = try await begin(request, address, timeout: timeout, untilEnd: false)
        return (call.head.status, call.head.headers, HTTPBodyReader(call))
    }

    /// Asks for another protocol: the stream where the server agreed (101), nil where it answered otherwise.
    package func upgrade(
        _ request: HTTPRequest,
        to address: SocketAddress,
        timeout: Duration? = nil
    ) async throws(NetFault) -> (status: Int, headers: HTTPHeaders, stream: ByteStream?) {
        let call = try await begin(request, address, timeout: timeout, untilEnd: false)
        defer { if call.stream == nil { call.close() } }
        return (call.head.status, call.head.headers, call.stream)
    }

    /// Closes the idle connections.
    package func close() { loop.execute { [pool] in pool.value.close() } }

    private func begin(
        _ request: HTTPRequest,
        _ address: SocketAddress,
        timeout: Duration?,
        untilEnd: Bool
    ) async throws(NetFault) -> ClientCall {
        let call = ClientCall(request, address, loop, pool, version, timeout: timeout, untilEnd: untilEnd)
        do throws(NetFault) {
            try await call.run()
            return call
        } catch {
            // A kept connection that the server had closed just then: nothing has been done with the request.
            guard call.isRepeatable else { throw error }
            let second = ClientCall(request, address, loop, pool, version, timeout: timeout, untilEnd: untilEnd)
            try await second.run()
            return second
        }
    }
}

/// Reads the body of an answer as it comes.
package final class HTTPBodyReader: Sendable {
    private let call: ClientCall

    init(_ call: ClientCall) { self.call = call }

    deinit { call.close() }

    /// The next bytes; nil at the body's end.
    package func read() async throws(NetFault) -> [UInt8]? { try await call.read() }

    /// Gives the rest up.
    package func close() { call.close() }
}
