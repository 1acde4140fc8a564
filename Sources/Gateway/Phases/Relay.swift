import Base
import KubeModel
import Net

/// The phases Relay and Settle: brings one request to an endpoint and the answer back, piece by piece, each side waiting
/// for the other. Reused from request to request.
///
/// An attempt is made again elsewhere only while nothing has been sent, or when a kept connection turns out to be closed
/// and the method is safe to repeat.
final class Relay: HTTPClientHandler {
    private unowned let worker: GatewayWorker
    private var exchange: HTTPExchange?
    private var target: Target?
    /// Bytes of the path that the rule matched as a prefix.
    private var matched = 0
    private var backend: Target.Backend?
    private var endpoint: Endpoint?
    private var tried: [Endpoint] = []
    private var upstream: HTTPClientConnection?
    private var connector: Connector?
    private var isRequestWhole = false
    private var isRequestPaused = false
    private var status = 0
    private var startedAt: Instant
    /// When the relay gives up; nil waits.
    private(set) var deadline: Instant?
    /// Whether it waits for an endpoint to become ready.
    private(set) var isHeld = false
    /// Its place among the worker's running relays.
    var place = 0

    /// One side waits when more than this of the other's bytes is unsent.
    private static let unsentMax = 256 * 1024
    /// Endpoints that a request is tried at.
    private static let attemptsMax = 3

    init(worker: GatewayWorker) {
        self.worker = worker
        startedAt = worker.loop.now
    }

    /// Takes a request on; without an endpoint it waits for one.
    func start(_ exchange: HTTPExchange, _ way: TrafficTable.Way, _ backend: Target.Backend, _ endpoint: Endpoint?) {
        exchange.context = self
        self.exchange = exchange
        target = way.target
        matched = way.matched
        self.backend = backend
        isRequestWhole = false
        isRequestPaused = false
        status = 0
        startedAt = worker.loop.now
        deadline = way.target.requestTimeout.map { startedAt + $0 }
        if let endpoint { attempt(endpoint) } else { hold() }
    }

    private func hold() {
        isHeld = true
        let patience = startedAt + worker.configuration.holdTime
        deadline = deadline.map { min($0, patience) } ?? patience
        pauseRequest()
    }

    /// Goes on if a newer table has an endpoint for the held request.
    func look(in table: TrafficTable) {
        guard isHeld, let exchange, let way = Route.find(exchange, in: table),
            let backend = worker.picker.backend(of: way.target),
            let endpoint = worker.picker.endpoint(of: backend.endpoints ?? [])
        else { return }
        isHeld = false
        target = way.target
        matched = way.matched
        self.backend = backend
        deadline = way.target.requestTimeout.map { startedAt + $0 }
        attempt(endpoint)
    }

    private func attempt(_ endpoint: Endpoint) {
        self.endpoint = endpoint
        endpoint.begin()
        if let connection = worker.pool.take(endpoint.address) { return send(connection) }
        pauseRequest()
        connector = worker.pool.connect(endpoint.address, within: worker.configuration.connectTime) { [weak self] in
            guard let self else { return }
            connector = nil
            switch $0 {
            case .success(let connection): send(connection)
            case .failure(let fault): attemptElsewhere(fault)
            }
        }
    }

    private func send(_ connection: HTTPClientConnection) {
        guard let exchange, let target else { return connection.close() }
        upstream = connection
        connection.handler = self
        let body: HTTPClientConnection.RequestBody =
            exchange.isChunked ? .chunked : exchange.contentLength.map { .fixed($0) } ?? .none
        connection.begin(isHead: exchange.method == .head, body: body) { out in
            ForwardedHead.writeRequest(exchange, target, matched: matched, to: &out)
        }
        if isRequestWhole { connection.end() }
        resumeRequest()
    }

    private func attemptElsewhere(_ fault: NetFault) {
        releaseEndpoint(tried: true)
        guard tried.count < Self.attemptsMax, let endpoints = backend?.endpoints,
            let next = worker.picker.endpoint(of: endpoints, tried: tried)
        else {
            let isLate = fault.kind == .timeout
            return refuse(isLate ? 504 : 502, "no endpoint of \(backendName) can be reached: \(fault.message)")
        }
        worker.metrics.retries.add()
        attempt(next)
    }

    private var backendName: String { backend.map { "service \($0.key)" } ?? "the route" }
}

// MARK: - the request

extension Relay {
    /// More of the request's body.
    func chunk(_ bytes: UnsafeRawBufferPointer, last: Bool) {
        isRequestWhole = isRequestWhole || last
        guard let upstream else { return }
        upstream.write(bytes)
        if last { upstream.end() } else if upstream.unsentBytes > Self.unsentMax { pauseRequest() }
        if status != 0 { extendDeadline() }
    }

    func drained(_ connection: HTTPClientConnection) { resumeRequest() }

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

    /// The client is gone.
    func abandon() {
        status = 499
        settle(keepsUpstream: false)
    }
}

// MARK: - the answer

extension Relay {
    func answered(_ connection: HTTPClientConnection) {
        guard let exchange, let target else { return }
        status = connection.status
        extendDeadline()
        if connection.status == 101 { return tunnel(exchange, connection, target) }
        exchange.begin(status: connection.status, contentLength: connection.contentLength) { out in
            ForwardedHead.writeAnswer(connection, target, to: &out)
        }
    }

    func chunk(_ connection: HTTPClientConnection, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        guard let exchange else { return }
        exchange.write(bytes)
        if last {
            settle(keepsUpstream: true)
            return exchange.end()
        }
        extendDeadline()
        guard exchange.unsentBytes > Self.unsentMax else { return }
        connection.pause()
        exchange.onDrained = { [weak connection] in connection?.resume() }
    }

    func failed(_ connection: HTTPClientConnection, _ fault: NetFault) {
        upstream = nil
        guard status == 0 else { return breakOff() }
        let isRepeatable =
            connection.requestCount > 1 && !connection.hasAnswerBegun && fault.kind == .closed && isRequestWhole
        if isRepeatable, exchange?.method == .get || exchange?.method == .head, let endpoint {
            worker.metrics.retries.add()
            releaseEndpoint(tried: false)
            return attempt(endpoint)
        }
        refuse(502, "\(backendName) did not answer: \(fault.message)")
    }

    /// Time is up.
    func expire() {
        guard status == 0 else { return breakOff() }
        if isHeld { return refuse(503, "\(backendName) has no ready endpoints") }
        let time = target?.requestTimeout ?? .zero
        refuse(504, "\(backendName) did not answer within \(time)")
    }

    private func extendDeadline() { deadline = worker.loop.now + worker.configuration.idleTime }

    /// Bytes both ways from here on; the endpoint counts the tunnel as one request until its end.
    private func tunnel(_ exchange: HTTPExchange, _ connection: HTTPClientConnection, _ target: Target) {
        let up = connection.takeRaw()
        let down = exchange.upgrade { out in
            if let upgrade = connection.header("upgrade") {
                out.append("upgrade: ")
                out.append(upgrade)
                out.append("\r\n")
            }
            ForwardedHead.writeAnswer(connection, target, to: &out)
        }
        upstream = nil
        let endpoint = endpoint
        self.endpoint = nil
        Tunnel.join(down, up) { endpoint?.end() }
        settle(keepsUpstream: false)
    }

    private func refuse(_ status: Int, _ message: String) {
        guard let exchange else { return }
        self.status = status
        settle(keepsUpstream: false)
        exchange.refuse(status, message)
    }

    /// The answer cannot become whole: the client sees it end early.
    private func breakOff() {
        let exchange = exchange
        status = 502
        settle(keepsUpstream: false)
        exchange?.abort()
    }
}

// MARK: - settle

extension Relay {
    /// Counts the request and gives everything back; the relay is free afterwards.
    private func settle(keepsUpstream: Bool) {
        target?.metrics.count(status: status, nanoseconds: (worker.loop.now - startedAt).nanoseconds)
        connector?.cancel()
        connector = nil
        releaseEndpoint(tried: false)
        tried.removeAll(keepingCapacity: true)
        let connection = upstream
        upstream = nil
        exchange?.onDrained = nil
        exchange?.context = nil
        exchange = nil
        target = nil
        backend = nil
        isHeld = false
        deadline = nil
        if let connection { keepsUpstream ? worker.pool.give(connection) : connection.close() }
        worker.release(self)
    }

    private func releaseEndpoint(tried isTried: Bool) {
        guard let endpoint else { return }
        endpoint.end()
        if isTried { tried.append(endpoint) }
        self.endpoint = nil
    }
}

extension HTTPExchange {
    /// Answers in the gateway's own name: `{"error": "…"}`.
    func refuse(_ status: Int, _ message: String) {
        respond(status: status, headers: ["content-type": "application/json"], body: Refusal.body(message))
    }
}

/// The body of the gateway's own answers.
enum Refusal {
    static func body(_ message: String) -> [UInt8] { Array(JSON.object(["error": .string(message)]).text.utf8) }
}
