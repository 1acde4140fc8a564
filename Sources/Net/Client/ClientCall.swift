/// One request of an `HTTPClient`.
final class ClientCall: HTTPClientHandler, @unchecked Sendable {
    // Safe: `head`, `stream` and `isRepeatable` are written before `run` returns and read after, `trailers` before the
    // inbox ends; all other variables belong to the loop's thread, constants and the inbox to anybody.
    private let request: HTTPRequest
    private let address: SocketAddress
    private let loop: EventLoop
    private let pool: LoopBound<HTTPConnectionPool>
    private let version: HTTPVersion
    private let timeout: Duration?
    private let isTimedUntilEnd: Bool
    private let inbox = Inbox()
    private(set) var head: (status: Int, headers: HTTPHeaders) = (0, HTTPHeaders())
    private(set) var trailers = HTTPHeaders()
    private(set) var stream: ByteStream?
    private(set) var isRepeatable = false
    private var connection: (any HTTPClientExchange)?
    private var connector: (any ConnectAttempt)?
    private var started: CheckedContinuation<Result<Void, NetFault>, Never>?
    private var timer: LoopTimer?
    private var isOver = false

    init(
        _ request: HTTPRequest,
        _ address: SocketAddress,
        _ loop: EventLoop,
        _ pool: LoopBound<HTTPConnectionPool>,
        _ version: HTTPVersion,
        timeout: Duration?,
        untilEnd: Bool
    ) {
        self.request = request
        self.address = address
        self.loop = loop
        self.pool = pool
        self.version = version
        self.timeout = timeout
        isTimedUntilEnd = untilEnd
    }

    /// Sends the request; returns when the answer's head is there.
    func run() async throws(NetFault) {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.execute { self.begin(continuation) }
            }
        } onCancel: {
            loop.execute { self.fail(NetFault(.local, .cancelled, "the request to \(self.address) was cancelled")) }
        }
        try result.get()
    }

    func read() async throws(NetFault) -> [UInt8]? {
        try await inbox.read { loop.execute { self.connection?.resume() } }
    }

    func close() {
        loop.execute { self.fail(NetFault(.local, .closed, "the answer was given up")) }
    }

    private func begin(_ continuation: CheckedContinuation<Result<Void, NetFault>, Never>) {
        guard !isOver else {
            return continuation.resume(
                returning: .failure(NetFault(.local, .cancelled, "the request to \(address) was cancelled"))
            )
        }
        started = continuation
        if let timeout {
            timer = loop.after(timeout) {
                self.fail(NetFault(.upstream, .timeout, "\(self.address) did not answer within \(timeout)"))
            }
        }
        if let connection = pool.value.take(address, version) { return send(connection) }
        connector = pool.value.connect(address, version, within: Connector.usualTime) { result in
            self.connector = nil
            switch result {
            case .success(let connection): self.send(connection)
            case .failure(let fault): self.fail(fault)
            }
        }
    }

    private func send(_ connection: any HTTPClientExchange) {
        self.connection = connection
        connection.handler = self
        let sendsBody = !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method)
        connection.begin(isHead: request.method == "HEAD", body: sendsBody ? .fixed(request.body.count) : .none) {
            request.writeHead(to: &$0, host: address)
        }
        request.body.withUnsafeBytes { connection.write($0) }
        connection.end()
    }

    // MARK: the answer

    func answered(_ connection: any HTTPClientExchange) {
        head = (connection.status, connection.answer.headers)
        if !isTimedUntilEnd { timer?.cancel() }
        if connection.status == 101 {
            stream = connection.takeRaw().map { ByteStream($0) }
            self.connection = nil
            settle()
        }
        start(.success(()))
    }

    func chunk(_ connection: any HTTPClientExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        if inbox.put(bytes), !last { connection.pause() }
        guard last else { return }
        trailers = connection.trailers.fields
        inbox.end(nil)
        self.connection = nil
        settle()
        pool.value.give(connection)
    }

    func failed(_ connection: any HTTPClientExchange, _ fault: NetFault) {
        let isSafe = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"].contains(request.method)
        isRepeatable =
            isSafe && fault.kind == .closed && connection.requestCount > 1 && !connection.hasAnswerBegun
        fail(fault)
    }

    func drained(_ connection: any HTTPClientExchange) {}

    private func fail(_ fault: NetFault) {
        guard !isOver else { return }
        settle()
        inbox.end(fault)
        start(.failure(fault))
    }

    /// Nothing more is expected.
    private func settle() {
        isOver = true
        timer?.cancel()
        timer = nil
        connector?.cancel()
        connector = nil
        connection?.close()
        connection = nil
    }

    private func start(_ result: Result<Void, NetFault>) {
        let waiting = started
        started = nil
        waiting?.resume(returning: result)
    }
}

extension HTTPRequest {
    /// Appends request line and fields, without framing fields and the empty line.
    fileprivate func writeHead(to out: inout OutBuffer, host: SocketAddress) {
        out.append(method)
        out.append(" ")
        out.append(PercentCoding.encodePath(path))
        for (index, pair) in query.enumerated() {
            out.append(index == 0 ? "?" : "&")
            out.append(PercentCoding.encodeQuery(pair.name))
            out.append("=")
            out.append(PercentCoding.encodeQuery(pair.value))
        }
        out.append(" HTTP/1.1\r\n")
        if headers["host"] == nil { out.appendField("host", host.description) }
        if headers["upgrade"] != nil { out.append("connection: Upgrade\r\n") }
        for (name, value) in headers where !HTTPFraming.isFraming(name) { out.appendField(name, value) }
    }
}
