import Base
import GJSON
import Net
import Telemetry

/// Answers requests by walking a graph, on its loop's thread.
final class GraphService: HTTPService {
    private let plan: GraphPlan
    private let rules: HeaderRules
    private let client: PostClient
    private let readiness: Readiness
    private let limits: RouterLimits
    private let load: RouterLoad
    /// Nil where nothing is traced.
    private let tracer: Tracer?
    private var generator = SystemRandomNumberGenerator()
    /// Bytes of the requests in hand.
    private var held = 0

    init(
        _ plan: GraphPlan,
        rules: HeaderRules,
        loop: EventLoop,
        readiness: Readiness,
        load: RouterLoad,
        limits: RouterLimits,
        hosts: String?,
        tracer: Tracer?
    ) {
        self.tracer = tracer
        self.plan = plan
        self.rules = rules
        self.readiness = readiness
        self.load = load
        self.limits = limits
        client = PostClient(loop: loop, bodyMax: limits.bodyMax, hosts: hosts)
    }

    func begin(_ exchange: HTTPExchange) -> BodyMode {
        guard exchange.path == "/readyz" else {
            tracer?.begin(exchange)
            return .collect(max: limits.bodyMax)
        }
        let words = readiness.isReady ? "" : "shutting down\n"
        exchange.respond(status: readiness.isReady ? 200 : 503, contentType: "text/plain; charset=utf-8") {
            $0.append(words)
        }
        return .answered
    }

    func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {
        load.count {
            guard held + body.count <= limits.heldMax else {
                let fault = RoutingFault(status: 503, "\(held) bytes of requests are in hand already")
                return GraphRequest.answer(exchange, fault)
            }
            let count = body.count
            held += count
            load.holds(count)
            let spans = tracer.map { GraphSpans($0, exchange) }
            let request = GraphRequest(exchange, client, fields(exchange), plan.timeouts, spans, load) { [self] in
                held -= count
                load.holds(-count)
            }
            exchange.context = request
            let walk = GraphWalk(plan, caller: request) { Int.random(in: 0..<100, using: &self.generator) }
            walk.start(Array(body)) { request.finish($0) }
        }
    }

    /// Fields that go along to every step; what carries the trace is written for each.
    private func fields(_ exchange: HTTPExchange) -> HTTPHeaders {
        rules.select { take in
            exchange.forEachHeader { name, value in
                if tracer?.propagators.isOwn(name) != true { take(name, value) }
            }
        }
    }

    func answered(_ exchange: HTTPExchange, status: Int) {
        guard let tracer else { return }
        let now = exchange.loop.now
        if let spans = (exchange.context as? GraphRequest)?.spans {
            spans.settle(exchange, status: status, at: now)
        } else {
            tracer.answered(exchange, status: status, at: now)
        }
    }

    func aborted(_ exchange: HTTPExchange) { (exchange.context as? GraphRequest)?.giveUp() }
}

/// One request of a client, and the calls that it came to.
private final class GraphRequest: ServiceCaller {
    private var exchange: HTTPExchange?
    private let client: PostClient
    private let headers: HTTPHeaders
    private let stepTime: Duration?
    let spans: GraphSpans?
    private let loop: EventLoop
    private var calls: [Int: PostCall] = [:]
    private var callCount = 0
    private var deadline: LoopTimer?
    private let load: RouterLoad
    private let over: () -> Void

    init(
        _ exchange: HTTPExchange,
        _ client: PostClient,
        _ headers: HTTPHeaders,
        _ timeouts: GraphTimeouts,
        _ spans: GraphSpans?,
        _ load: RouterLoad,
        over: @escaping () -> Void
    ) {
        self.spans = spans
        self.load = load
        self.over = over
        loop = exchange.loop
        self.exchange = exchange
        self.client = client
        self.headers = headers
        stepTime = timeouts.step
        deadline = exchange.loop.after(timeouts.write) { [weak self] in
            self?.finish(.failure(RoutingFault(status: 504, "the graph has not answered within \(timeouts.write)")))
        }
    }

    func call(
        _ address: WebAddress,
        _ body: [UInt8],
        under node: NodeSpan?,
        _ done: @escaping (StepOutcome) -> Void
    ) {
        guard let spans else { return send(address, body, headers, done) }
        let (id, own) = spans.call()
        var headers = headers
        for (name, value) in own { headers.add(name, value) }
        let start = now
        send(address, body, headers) { [self] outcome in
            spans.called(address, id, under: node, outcome, from: start, to: now)
            done(outcome)
        }
    }

    func enter(_ node: GraphPlan.Node, under outer: NodeSpan?) -> NodeSpan? {
        spans?.enter(node, under: outer, at: now)
    }

    func leave(_ span: NodeSpan, _ outcome: StepOutcome) { spans?.leave(span, outcome, at: now) }

    private func send(
        _ address: WebAddress,
        _ body: [UInt8],
        _ headers: HTTPHeaders,
        _ done: @escaping (StepOutcome) -> Void
    ) {
        let number = callCount
        callCount += 1
        calls[number] = client.post(body, to: address, headers: headers, within: stepTime) { [self] result in
            calls[number] = nil
            load.count {
                done(
                    result.map { StepAnswer(status: $0.status, body: $0.body) }
                        .mapError { RoutingFault("Post \"\(address)\": \($0)") }
                )
            }
        }
    }

    func finish(_ outcome: StepOutcome) {
        guard let exchange else { return }
        giveUp()
        switch outcome {
        case .success(let answer):
            answer.body.withUnsafeBytes {
                exchange.respond(status: answer.status, contentType: GraphRequest.type(of: answer.body), body: $0)
            }
        case .failure(let fault): GraphRequest.answer(exchange, fault)
        }
    }

    static func answer(_ exchange: HTTPExchange, _ fault: RoutingFault) {
        fault.body.withUnsafeBytes {
            exchange.respond(status: fault.status, contentType: "application/json", body: $0)
        }
    }

    /// Nobody waits for the calls that are still under way.
    func giveUp() {
        guard exchange != nil else { return }
        over()
        exchange = nil
        deadline?.cancel()
        deadline = nil
        for call in calls.values { call.cancel() }
        calls = [:]
    }

    private var now: Instant { loop.now }

    private static func type(of body: [UInt8]) -> StaticString {
        if JSONText.isValid(body) { return "application/json" }
        return String(validating: body, as: UTF8.self) == nil ? "application/octet-stream" : "text/plain; charset=utf-8"
    }
}
