import Base
import Net
import Scaling
import Telemetry

/// One traffic thread's part of the gateway: the phases Accept (its server), Head and Admit, and the relays that run.
final class GatewayWorker: HTTPService {
    let loop: EventLoop
    /// Its place among the gateway's workers.
    let number: Int
    let configuration: GatewayConfiguration
    let metrics: GatewayMetrics
    let pool: HTTPConnectionPool
    var picker: Picker
    /// Makes ids of requests.
    var ids: SeededGenerator
    let access: AccessLines
    /// Nil where nothing is traced.
    let tracer: Tracer?
    /// The span of the request that a relay has told last: its answer ends at once.
    private var settledSpanID: UInt64 = 0
    private(set) var table = TrafficTable.empty
    private var running: [Relay] = []
    private var free: [Relay] = []
    /// Copies of requests that are under way.
    var copies: [ObjectIdentifier: MirroredRequest] = [:]
    /// Connections of other protocols that are passed on.
    private var passed = 0
    private var timeCheck: LoopTimer?
    private var timeCheckAt: Instant?
    private let idleNanoseconds: Int64

    /// Relays kept for the next requests.
    private static let relaysKept = 256
    /// Time limits hold to this.
    private static let timeGrain = Duration.milliseconds(10)

    init(
        loop: EventLoop,
        number: Int,
        configuration: GatewayConfiguration,
        metrics: GatewayMetrics,
        seed: UInt64
    ) {
        self.loop = loop
        self.number = number
        self.configuration = configuration
        self.metrics = metrics
        idleNanoseconds = configuration.idleTime.nanoseconds
        access = AccessLines(configuration, loop: loop)
        tracer = configuration.tracing?.makeTracer()
        pool = HTTPConnectionPool(loop: loop)
        picker = Picker(seed: seed)
        ids = SeededGenerator(seed: ~seed)
    }

    /// Goes by a newer table from here on; requests that wait look again.
    func use(_ table: TrafficTable) {
        self.table = table
        for relay in running.filter(\.place.isWaiting) { relay.look(in: table) }
    }

    // MARK: HTTP service

    func begin(_ exchange: HTTPExchange) -> BodyMode {
        tracer?.begin(exchange)
        guard let way = Route.find(exchange, in: table) else {
            metrics.unrouted.add()
            exchange.refuse(404, "no route fits host \"\(exchange.authority)\" and path \"\(exchange.path)\"")
            return .answered
        }
        let target = way.target
        if let cors = target.cors, cors.isPreflight(exchange) { return answerPreflight(exchange, target, cors) }
        if target.measured != nil, RewardReport.isMeant(exchange) { return RewardReport.begin(exchange) }
        if let redirect = target.redirect { return redirectClient(exchange, way, redirect) }
        guard running.count < configuration.requestsMax else {
            return refuse(exchange, target, 503, "\(configuration.requestsMax) requests are under way already")
        }
        let lot = picker.lot(of: target, exchange, worker: number)
        guard let backend = Picker.backend(of: target, lot) else {
            return refuse(exchange, target, 500, "the route has no backend")
        }
        guard backend.endpoints != nil else {
            return refuse(exchange, target, 500, "there is no service \(backend.key) for the route")
        }
        let relay = free.popLast() ?? Relay(worker: self)
        relay.number = running.count
        running.append(relay)
        relay.start(exchange, way, backend, lot)
        return exchange.isAnswered ? .answered : .stream
    }

    func chunk(_ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        (exchange.context as? Relay)?.chunk(bytes, last: last)
    }

    /// Only reports of rewards are collected.
    func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {
        guard let route = Route.find(exchange, in: table)?.target.measured else {
            return exchange.refuse(404, "the experiment has ended")
        }
        RewardReport.take(exchange, body, route)
    }

    func aborted(_ exchange: HTTPExchange) {
        (exchange.context as? Relay)?.abandon()
        access.abandoned()
    }

    /// Told of requests that a relay has carried too, right after it was done with them.
    func answered(_ exchange: HTTPExchange, status: Int) {
        access.answered(exchange, status: status, at: loop.now)
        // A tunnel's relay settles after its answer.
        guard let tracer, status != 101, exchange.trace.spanID != settledSpanID else { return }
        tracer.answered(exchange, status: status, at: loop.now)
    }

    /// A relay is done with a request, which can still be read.
    func settled(_ relay: Relay, _ exchange: HTTPExchange, status: Int) {
        guard let tracer, let target = relay.target else { return }
        settledSpanID = exchange.trace.spanID
        guard tracer.keeps(exchange, status: status, at: loop.now) else { return }
        relay.spans.record(
            exchange,
            tracer,
            status: status,
            route: target.metrics.name,
            backend: relay.backend.map { "\($0.key)" },
            at: loop.now
        )
    }

    private func redirectClient(
        _ exchange: HTTPExchange,
        _ way: TrafficTable.Way,
        _ redirect: RouteRedirect
    ) -> BodyMode {
        let place = RouteRedirect.Place(
            scheme: exchange.isSecure ? "https" : "http",
            authority: exchange.authorityBytes,
            path: exchange.pathBytes,
            query: exchange.queryBytes,
            matched: way.matched
        )
        way.target.metrics.count(status: redirect.status, nanoseconds: 0)
        exchange.respond(status: redirect.status, headers: ["location": redirect.location(from: place)], body: [])
        return .answered
    }

    private func answerPreflight(_ exchange: HTTPExchange, _ target: Target, _ cors: CORSPolicy) -> BodyMode {
        target.metrics.count(status: 204, nanoseconds: 0)
        exchange.begin(status: 204, contentLength: nil, isWhole: true) { cors.writePreflight(exchange, to: &$0) }
        exchange.end()
        return .answered
    }

    private func refuse(_ exchange: HTTPExchange, _ target: Target, _ status: Int, _ message: String) -> BodyMode {
        target.metrics.count(status: status, nanoseconds: 0)
        exchange.refuse(status, message)
        return .answered
    }

    // MARK: connections of other protocols

    /// Joins a connection at a ClusterIP with one to an endpoint; what it carries is between client and endpoint.
    func pass(_ client: RawConnection) {
        guard passed < configuration.requestsMax, let target = table.target(at: client.localAddress),
            let backend = target.backends.first,
            let endpoint = picker.endpoint(of: backend.endpoints ?? [], at: loop.now)
        else { return client.abort() }
        RawConnection.connect(endpoint.address, on: loop, within: configuration.connectTime) { result in
            guard case .success(let upstream) = result else { return client.abort() }
            guard client.isOpen else { return upstream.abort() }
            let meter = backend.scaled?.meters[self.number]
            endpoint.begin()
            meter?.begin(at: self.loop.now)
            self.passed += 1
            Tunnel.join(client, upstream) {
                endpoint.end()
                meter?.end(at: self.loop.now)
                self.passed -= 1
            }
        }
    }

    // MARK: relays

    /// Takes back a relay whose request has ended.
    func release(_ relay: Relay) {
        guard relay.number < running.count, running[relay.number] === relay, let last = running.popLast() else {
            return
        }
        if last !== relay {
            running[relay.number] = last
            last.number = relay.number
        }
        if free.count < Self.relaysKept { free.append(relay) }
    }

    /// When an answer is given up that does not go on from now.
    var idleDeadline: Instant { Instant(nanoseconds: loop.now.nanoseconds &+ idleNanoseconds) }

    /// One timer serves all relays: it rings at the earliest deadline known and looks for the next.
    func checkTime(by deadline: Instant) {
        if let timeCheckAt, timeCheckAt <= deadline { return }
        timeCheck?.cancel()
        timeCheckAt = deadline
        // Held by its timer: what is referred to weakly is dearer to hold at every request.
        timeCheck = loop.after(max(deadline - loop.now, Self.timeGrain)) { self.expireDue() }
    }

    private func expireDue() {
        timeCheckAt = nil
        let now = loop.now
        for relay in running.filter({ $0.deadline.map { $0 <= now } ?? false }) { relay.expire() }
        if let next = running.compactMap(\.deadline).min() { checkTime(by: next) }
    }
}
