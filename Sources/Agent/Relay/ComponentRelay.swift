import Base
import Net
import Telemetry

/// Brings one request to the component and the answer back, piece by piece; each side waits for the other.
final class ComponentRelay: HTTPClientHandler, AgentExchange {
    private var exchange: HTTPExchange?
    private let pool: HTTPConnectionPool
    private let component: SocketAddress
    private let tap: PayloadTap?
    /// Nil where nothing is traced.
    private let tracer: Tracer?
    private var call = CallSpan()
    private var upstream: (any HTTPClientExchange)?
    private var connector: (any ConnectAttempt)?
    private var isRequestWhole = false
    private var isRequestPaused = false
    private var hasAnswered = false

    init(
        _ exchange: HTTPExchange,
        _ pool: HTTPConnectionPool,
        _ component: SocketAddress,
        _ tap: PayloadTap?,
        _ tracer: Tracer?
    ) {
        self.tracer = tracer
        self.exchange = exchange
        self.pool = pool
        self.component = component
        self.tap = tap
    }

    /// Connects; the request waits until there is a connection.
    func start() {
        guard let exchange else { return }
        // gRPC needs what only HTTP/2 has; everything else is content with HTTP/1.1.
        let version: HTTPVersion = exchange.isGRPC ? .http2 : .http1
        if let kept = pool.take(component, version) { return send(kept) }
        pauseRequest()
        connector = pool.connect(component, version, within: Connector.usualTime) { result in
            self.connector = nil
            switch result {
            case .success(let made): self.send(made)
            case .failure(let fault): self.refuse(fault)
            }
        }
    }

    private func send(_ upstream: any HTTPClientExchange) {
        guard let exchange else { return upstream.close() }
        self.upstream = upstream
        upstream.handler = self
        let body: HTTPRequestBody =
            exchange.isChunked ? .chunked : exchange.contentLength.map { .fixed($0) } ?? .none
        if let tracer { call.begin(tracer, to: component, at: exchange.loop.now) }
        upstream.begin(isHead: exchange.method == .head, body: body) { out in
            let own = tracer?.propagators ?? []
            PassedFields.writeRequest(exchange, upstream.version, leavingOut: own, to: &out)
            own.write(exchange, spanID: call.id, to: &out)
        }
        if isRequestWhole { upstream.end(trailers: exchange.requestTrailers) }
        resumeRequest()
    }

    func chunk(_ bytes: UnsafeRawBufferPointer, last: Bool) {
        isRequestWhole = isRequestWhole || last
        tap?.requestChunk(bytes, last: last)
        guard let upstream, let exchange else { return }
        upstream.write(bytes)
        if last {
            upstream.end(trailers: exchange.requestTrailers)
        } else if upstream.unsentBytes > AgentLimits.unsentMax {
            pauseRequest()
        }
    }

    func drained(_ upstream: any HTTPClientExchange) { resumeRequest() }

    private func pauseRequest() {
        guard !isRequestPaused, !isRequestWhole else { return }
        isRequestPaused = true
        exchange?.pauseBody()
    }

    private func resumeRequest() {
        guard isRequestPaused else { return }
        isRequestPaused = false
        exchange?.resumeBody()
    }

    func aborted() { settle(keepsUpstream: false) }
}

// MARK: - the answer

extension ComponentRelay {
    func answered(_ upstream: any HTTPClientExchange) {
        guard let exchange else { return }
        hasAnswered = true
        if exchange.isGRPC { exchange.noteCallStatus(upstream.header("grpc-status")) }
        tap?.answered(upstream.status, upstream.header("content-type"))
        exchange.begin(status: upstream.status, contentLength: upstream.contentLength) {
            PassedFields.writeAnswer(upstream.answer, to: &$0)
        }
    }

    func chunk(_ upstream: any HTTPClientExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        guard let exchange else { return }
        exchange.write(bytes)
        tap?.answerChunk(bytes, last: last)
        if last {
            let trailers = upstream.trailers
            if exchange.isGRPC { exchange.noteCallStatus(trailers) }
            settle(keepsUpstream: true)
            return exchange.end(trailers: trailers)
        }
        guard exchange.unsentBytes > AgentLimits.unsentMax else { return }
        upstream.pause()
        exchange.onDrained = { [weak upstream] in upstream?.resume() }
    }

    func failed(_ upstream: any HTTPClientExchange, _ fault: NetFault) {
        self.upstream = nil
        guard hasAnswered else { return refuse(fault) }
        // The answer cannot become whole: the client sees it end early.
        let exchange = exchange
        settle(keepsUpstream: false)
        exchange?.abort()
    }

    private func refuse(_ fault: NetFault) {
        let exchange = exchange
        settle(keepsUpstream: false)
        let body = JSON.object(["error": .string("the component did not answer: \(fault.message)")]).bytes
        exchange?.respond(status: 502, headers: ["content-type": "application/json"], body: body)
    }

    /// Takes the span of its call down; the answer has been written.
    func record(_ exchange: HTTPExchange, status: Int) {
        if let tracer { call.record(tracer, exchange, status: hasAnswered ? status : 0, until: exchange.loop.now) }
    }

    private func settle(keepsUpstream: Bool) {
        connector?.cancel()
        connector = nil
        let upstream = upstream
        self.upstream = nil
        exchange?.onDrained = nil
        exchange = nil
        if let upstream { keepsUpstream ? pool.give(upstream) : upstream.close() }
    }
}
