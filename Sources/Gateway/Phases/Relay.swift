import Base
import Net
import Scaling
import Statistics
import Telemetry

/// The phases Relay and Settle: brings one request to an endpoint and the answer back, piece by piece, each side waiting
/// for the other. Reused from request to request.
///
/// An attempt is made again elsewhere only while nothing has been sent, or where the request has no body and asking twice is
/// as good as once.
final class Relay: HTTPClientHandler {
    // Safe: a relay works for a worker's requests, of which there are none without it.
    unowned(unsafe) let worker: GatewayWorker
    private(set) var exchange: HTTPExchange?
    private(set) var target: Target?
    /// Bytes of the path that the rule matched as a prefix.
    private var matched = 0
    /// What decided among the target's backends.
    private(set) var lot = Picker.Lot.chance(0)
    private(set) var backend: Target.Backend?
    /// What counts the request.
    private var meter: LoadMeter?
    private var endpoint: Endpoint?
    /// Whose slot at the endpoint it has taken.
    var slots: RequestQueue?
    var tried: [Endpoint] = []
    /// Why the last endpoint could not be reached.
    var lastFault: NetFault?
    var upstream: (any HTTPClientExchange)?
    private var connector: (any ConnectAttempt)?
    private(set) var isRequestWhole = false
    private var isRequestPaused = false
    /// Whether bytes of the request's body are gone to an endpoint: they cannot be sent again.
    private var hasGivenBody = false
    private var status = 0
    private var answerBytes = 0
    /// Attempts besides the first that the route's policy has asked for.
    var repeats = 0
    private(set) var startedAt: Instant
    private var mark = RequestMark()
    /// For where requests are traced.
    var spans = RelaySpans()
    /// When the client's patience ends, as the route has it; nil has none.
    private(set) var giveUpAt: Instant?
    /// When it gives up waiting for a newer table.
    var holdEnd: Instant?
    /// When there is something to be done if nothing happens; nil waits.
    private(set) var deadline: Instant?
    var place = Place.running
    private var copies: [MirroredRequest] = []
    /// Its number among the worker's running relays.
    var number = 0

    /// What a relay is doing.
    enum Place {
        case running
        /// Waits in a queue.
        case queue(RequestQueue, Waiter)
        /// Waits for a newer table.
        case held

        var isWaiting: Bool { if case .running = self { false } else { true } }
    }

    /// One side waits when more than this of the other's bytes is unsent.
    private static let unsentMax = 256 * 1024
    /// Without the set's literal, which costs hundreds of instructions where it is not specialized.
    private static let noPropagators = Propagators(rawValue: 0)
    /// Endpoints that a request is tried at before it waits for others.
    static let attemptsMax = 3
    /// After how long endpoints that could not be reached are tried again.
    static let lookAgainTime = Duration.milliseconds(20)
    /// How long a request may wait in a queue where its route sets no limit.
    static let waitMax = Duration.seconds(600)

    init(worker: GatewayWorker) {
        self.worker = worker
        startedAt = worker.loop.now
    }

    /// Takes a request on.
    func start(_ exchange: HTTPExchange, _ way: TrafficTable.Way, _ backend: Target.Backend, _ lot: Picker.Lot) {
        exchange.context = self
        self.exchange = exchange
        self.lot = lot
        isRequestWhole = false
        isRequestPaused = false
        hasGivenBody = false
        status = 0
        answerBytes = 0
        repeats = 0
        holdEnd = nil
        lastFault = nil
        startedAt = worker.loop.now
        spans.clear()
        if way.target.measured == nil { mark.clear() } else { mark.set(exchange, using: &worker.ids) }
        take(way, backend)
        if !way.target.mirrors.isEmpty { copies = MirroredRequest.copies(worker, exchange, way) }
        setDeadline(giveUpAt)
        admit()
    }

    /// Goes this way from here on; the way's Service counts the request from now.
    func take(_ way: TrafficTable.Way, _ backend: Target.Backend) {
        target = way.target
        matched = way.matched
        self.backend = backend
        giveUpAt = way.target.requestTimeout.map { startedAt + $0 }
        let next = backend.scaled?.meters[worker.number]
        guard next !== meter else { return }
        meter?.end(at: worker.loop.now)
        meter = next
        meter?.begin(at: worker.loop.now)
    }

    func setDeadline(_ deadline: Instant?) {
        self.deadline = deadline
        if let deadline { worker.checkTime(by: deadline) }
    }

    func attempt(_ endpoint: Endpoint) {
        self.endpoint = endpoint
        endpoint.begin()
        spans.goesOn(at: worker.loop.now)
        limitAttempt()
        let version = upstreamVersion
        if let connection = worker.pool.take(endpoint.address, version) { return send(connection) }
        pauseRequest()
        let time = worker.configuration.connectTime
        connector = worker.pool.connect(endpoint.address, version, within: time) { self.connected($0) }
    }

    private func connected(_ result: Result<any HTTPClientExchange, NetFault>) {
        connector = nil
        switch result {
        case .success(let connection): send(connection)
        case .failure(let fault):
            countFailure()
            attemptElsewhere(fault)
        }
    }

    /// What the endpoint is asked by: HTTP/2 where its port says so, and for gRPC, which knows nothing else.
    private var upstreamVersion: HTTPVersion { exchange?.isGRPC == true ? .http2 : backend?.version ?? .http1 }

    private func send(_ connection: any HTTPClientExchange) {
        guard let exchange, let target, let backend else { return connection.close() }
        upstream = connection
        connection.handler = self
        let body: HTTPRequestBody =
            exchange.isChunked ? .chunked : exchange.contentLength.map { .fixed($0) } ?? .none
        connection.begin(isHead: exchange.method == .head, body: body) { out in
            ForwardedHead.writeRequest(
                exchange,
                target,
                backend,
                matched: matched,
                connection.version,
                leavingOut: worker.tracer?.propagators ?? Relay.noPropagators,
                to: &out
            )
            mark.write(to: &out)
            if let tracer = worker.tracer {
                spans.send(exchange, to: connection.address, tracer, at: worker.loop.now, &out)
            }
        }
        if isRequestWhole { connection.end(trailers: exchange.requestTrailers) }
        resumeRequest()
    }

    var backendName: String { backend.map { "service \($0.key)" } ?? "the route" }
}

// MARK: - the request

extension Relay {
    /// More of the request's body.
    func chunk(_ bytes: UnsafeRawBufferPointer, last: Bool) {
        isRequestWhole = isRequestWhole || last
        for copy in copies { copy.chunk(bytes, last: last) }
        guard let upstream, let exchange else { return }
        hasGivenBody = hasGivenBody || bytes.count > 0
        upstream.write(bytes)
        if last {
            upstream.end(trailers: exchange.requestTrailers)
        } else if upstream.unsentBytes > Self.unsentMax {
            pauseRequest()
        }
        if status != 0 { extendDeadline() }
    }

    func drained(_ connection: any HTTPClientExchange) { resumeRequest() }

    func pauseRequest() {
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
    func answered(_ connection: any HTTPClientExchange) {
        guard let exchange, let target, let backend else { return }
        let answer = connection.answer
        let status = answer.status
        if repeats(status: status) {
            if (502...504).contains(status) { countFailure() }
            return attemptAgain()
        }
        self.status = status
        spans.answered(status: status)
        if exchange.isGRPC { exchange.noteCallStatus(answer.header("grpc-status")) }
        if (502...504).contains(status) { countFailure() } else { endpoint?.succeeded() }
        extendDeadline()
        for copy in copies { copy.clientAnswered(status) }
        if let route = target.measured, let arm = backend.arm {
            mark.id.withUnsafeBytes { route.board.remember($0, of: route.experiment, at: arm, shard: worker.number) }
        }
        if status == 101 { return tunnel(exchange, connection, target, backend) }
        exchange.begin(
            status: status,
            contentLength: answer.contentLength,
            isWhole: connection.isAnswerWhole
        ) { out in
            ForwardedHead.writeAnswer(answer, target, backend, to: &out)
            target.cors?.writeAnswer(exchange, to: &out)
            mark.write(to: &out)
        }
    }

    func chunk(_ connection: any HTTPClientExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        guard let exchange else { return }
        for copy in copies { copy.clientChunk(bytes, last: last) }
        exchange.write(bytes)
        answerBytes += bytes.count
        if last {
            let trailers = connection.trailers
            if exchange.isGRPC { exchange.noteCallStatus(trailers) }
            settle(keepsUpstream: true)
            return exchange.end(trailers: trailers)
        }
        extendDeadline()
        guard exchange.unsentBytes > Self.unsentMax else { return }
        connection.pause()
        exchange.onDrained = { connection.resume() }
    }

    func failed(_ connection: any HTTPClientExchange, _ fault: NetFault) {
        upstream = nil
        guard status == 0 else { return breakOff() }
        // The server says itself that it has done nothing.
        if fault.kind == .refused, !hasGivenBody { return attemptElsewhere(fault) }
        let wasKept = connection.requestCount > 1
        let isRepeatable =
            isRequestWhole && isWithoutBody && exchange?.method.isIdempotent ?? false
            && !connection.hasAnswerBegun && fault.kind == .closed
        guard isRepeatable else {
            countFailure()
            return refuse(502, "\(backendName) did not answer: \(fault.message)")
        }
        // A kept connection may have been closed for its age, which says nothing of the endpoint.
        guard wasKept, let endpoint else {
            countFailure()
            return attemptElsewhere(fault)
        }
        worker.metrics.retries.add()
        endpoint.end()
        attempt(endpoint)
    }

    var isWithoutBody: Bool { exchange.map { !$0.isChunked && $0.contentLength ?? 0 == 0 } ?? false }

    private func countFailure() {
        if endpoint?.failed(at: worker.loop.now) ?? false { worker.metrics.ejections.add() }
    }

    /// Time is up.
    func expire() {
        guard status == 0 else { return breakOff() }
        if place.isWaiting { return expireWaiting() }
        if isAttemptOver, repeats(status: 504) {
            countFailure()
            return attemptAgain()
        }
        let time = (isAttemptOver ? target?.backendTimeout : target?.requestTimeout) ?? .zero
        refuse(504, "\(backendName) did not answer within \(time)")
    }

    private func extendDeadline() { setDeadline(worker.idleDeadline) }

    /// Bytes both ways from here on; the endpoint counts the tunnel as one request until its end.
    private func tunnel(
        _ exchange: HTTPExchange,
        _ connection: any HTTPClientExchange,
        _ target: Target,
        _ backend: Target.Backend
    ) {
        guard let up = connection.takeRaw() else { return refuse(502, "\(backendName) changed to another protocol") }
        let down = exchange.upgrade { out in
            if let upgrade = connection.header("upgrade") {
                out.append("upgrade: ")
                out.append(upgrade)
                out.append("\r\n")
            }
            ForwardedHead.writeAnswer(connection.answer, target, backend, to: &out)
        }
        upstream = nil
        let (endpoint, slots, meter) = (endpoint, slots, meter)
        (self.endpoint, self.slots, self.meter) = (nil, nil, nil)
        Tunnel.join(down, up) { [loop = worker.loop] in
            endpoint?.end()
            if let endpoint { slots?.leave(endpoint, at: loop.now) }
            meter?.end(at: loop.now)
        }
        settle(keepsUpstream: false)
    }

    func refuse(_ status: Int, _ message: String) {
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
        worker.access.abandoned()
        exchange?.abort()
    }
}

// MARK: - settle

extension Relay {
    /// Counts the request and gives everything back; the relay is free afterwards.
    private func settle(keepsUpstream: Bool) {
        let took = worker.loop.now.nanoseconds &- startedAt.nanoseconds
        if let exchange { worker.settled(self, exchange, status: status) }
        let exemplar = exchange.flatMap { $0.trace.isSampled ? Exemplar($0.trace, at: SystemTime().wall()) : nil }
        target?.metrics.count(status: status, nanoseconds: took, exemplar)
        backend?.scaled?.series.count(status: status, nanoseconds: took)
        if let arm = backend?.arm, status != 499 {
            arm.count(shard: worker.number, isError: status >= 500, milliseconds: Double(took) / 1e6)
        }
        log(took)
        stopWaiting()
        connector?.cancel()
        connector = nil
        releaseEndpoint(tried: false)
        meter?.end(at: worker.loop.now)
        meter = nil
        tried.removeAll(keepingCapacity: true)
        for copy in copies { copy.clientIsDone() }
        copies.removeAll(keepingCapacity: true)
        let connection = upstream
        upstream = nil
        exchange?.onDrained = nil
        exchange?.context = nil
        exchange = nil
        target = nil
        backend = nil
        deadline = nil
        if let connection { keepsUpstream ? worker.pool.give(connection) : connection.close() }
        worker.release(self)
    }

    private func log(_ took: Int64) {
        guard let exchange, let target else { return }
        worker.access.settled(
            exchange,
            status: status,
            AccessLines.Relayed(
                backend: backend,
                endpoint: endpoint,
                nanoseconds: took,
                answerBytes: answerBytes,
                retries: repeats
            ),
            of: target
        )
    }

    /// Gives back the endpoint and its slot.
    func releaseEndpoint(tried isTried: Bool) {
        guard let endpoint else { return }
        endpoint.end()
        slots?.leave(endpoint, at: worker.loop.now)
        slots = nil
        if isTried { tried.append(endpoint) }
        self.endpoint = nil
    }
}

extension HTTPMethod {
    /// Whether asking twice is as good as once (RFC 9110 section 9.2.2).
    var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options: true
        case .post, .patch, .connect, .other: false
        }
    }
}
