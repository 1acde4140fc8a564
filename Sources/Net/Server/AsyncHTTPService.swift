import Base

/// Answers requests by an asynchronous function: for control planes, where a task for every request is cheap enough.
///
/// The task of a request is cancelled when its client goes away.
package final class AsyncHTTPService: HTTPService {
    private let bodyMax: Int
    private let handler: @Sendable (HTTPRequest) async -> HTTPReply

    /// Bodies longer than `bodyMax` are answered 413.
    package init(bodyMax: Int, _ handler: @escaping @Sendable (HTTPRequest) async -> HTTPReply) {
        self.bodyMax = bodyMax
        self.handler = handler
    }

    package func begin(_ exchange: HTTPExchange) -> BodyMode { .collect(max: bodyMax) }

    package func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {
        guard let request = HTTPRequest(exchange, body: body) else {
            let refusal = HTTPResponse(status: 400, json: ["error": "the request target is not well percent-encoded"])
            return exchange.respond(status: refusal.status, headers: refusal.headers, body: refusal.body)
        }
        let call = AsyncCall(exchange)
        exchange.context = call
        call.task = Task { [handler] in await call.deliver(await handler(request)) }
    }

    package func aborted(_ exchange: HTTPExchange) { (exchange.context as? AsyncCall)?.abandon() }
}

/// One request that a task answers. The task's side reaches the exchange only through the loop.
private final class AsyncCall: @unchecked Sendable {
    // Safe: all variables belong to the loop's thread; `loop` never changes.
    private let loop: EventLoop
    private var exchange: HTTPExchange?
    private var outbox: Outbox?
    var task: Task<Void, Never>?

    init(_ exchange: HTTPExchange) {
        self.exchange = exchange
        loop = exchange.loop
    }

    /// The client is gone.
    func abandon() {
        exchange = nil
        task?.cancel()
        outbox?.close(NetFault(.client, .closed, "the client went away"))
    }

    func deliver(_ reply: HTTPReply) async {
        switch reply {
        case .complete(let response):
            loop.execute {
                self.takeExchange()?.respond(status: response.status, headers: response.headers, body: response.body)
            }
        case .stream(let status, let headers, let body): await stream(status, headers, body)
        case .upgrade(let headers, let body): await upgrade(headers, body)
        }
    }

    private func takeExchange() -> HTTPExchange? {
        defer { exchange = nil }
        return exchange
    }

    private func stream(
        _ status: Int,
        _ headers: HTTPHeaders,
        _ body: @Sendable (HTTPBodyWriter) async throws -> Void
    ) async {
        let outbox = Outbox(loop: loop, sink: self)
        loop.execute {
            guard let exchange = self.exchange else {
                return outbox.close(NetFault(.client, .closed, "the client went away"))
            }
            self.outbox = outbox
            exchange.begin(status: status, headers: headers, contentLength: nil)
            exchange.onDrained = { outbox.drained() }
        }
        do {
            try await body(HTTPBodyWriter(outbox))
            await outbox.finish()
        } catch {
            // The head is out already: the only way left to say that the body is not whole.
            loop.execute { self.takeExchange()?.abort() }
        }
    }

    private func upgrade(_ headers: HTTPHeaders, _ body: @Sendable (ByteStream) async -> Void) async {
        let stream = await withCheckedContinuation { (continuation: CheckedContinuation<ByteStream?, Never>) in
            loop.execute {
                continuation.resume(returning: self.takeExchange().map { ByteStream($0.upgrade(headers: headers)) })
            }
        }
        guard let stream else { return }
        await body(stream)
        stream.close()
    }
}

extension AsyncCall: OutboxSink {
    var unsentBytes: Int { exchange?.unsentBytes ?? 0 }
    func write(_ bytes: UnsafeRawBufferPointer) { exchange?.write(bytes) }
    func finish() { takeExchange()?.end() }
}

extension HTTPRequest {
    /// The request of an exchange; nil where its target is not well encoded.
    init?(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {
        guard let path = PercentCoding.decode(exchange.pathBytes), let query = PercentCoding.query(exchange.queryBytes)
        else { return nil }
        self.init(
            method: exchange.methodText,
            path: path,
            query: query,
            headers: exchange.headers,
            body: Array(body),
            remote: exchange.remoteAddress
        )
    }
}
