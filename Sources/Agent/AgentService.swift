import Base
import Net
import Telemetry

/// What an exchange of the agent hears of its client.
protocol AgentExchange: AnyObject {
    func chunk(_ bytes: UnsafeRawBufferPointer, last: Bool)
    func aborted()
}

/// Stands before a component: puts predict requests together, copies payloads, passes everything else through.
final class AgentService: HTTPService {
    private let loop: EventLoop
    private let configuration: AgentConfiguration
    private let pool: HTTPConnectionPool
    private let batcher: Batcher?
    private let log: PayloadLog?
    private let registry = MetricRegistry()
    /// Nil where nothing is traced.
    private let tracer: Tracer?

    /// Where the agent tells its own series; all other paths are the component's.
    private static let metricsPath = "/roost/agent/metrics"

    init(_ configuration: AgentConfiguration, loop: EventLoop, tracer: Tracer?, time: any TimeSource) {
        self.tracer = tracer
        self.loop = loop
        self.configuration = configuration
        pool = HTTPConnectionPool(loop: loop)
        let component = "http://\(configuration.component)"
        batcher = configuration.batching.map {
            let client = PostClient(loop: loop, bodyMax: AgentLimits.bodyMax)
            return Batcher($0, loop: loop, client: client, component: component)
        }
        let registry = registry
        log = configuration.logging.map { PayloadLog($0, loop: loop, time: time, registry: registry) }
        Log.count(in: registry)
    }

    /// Whether all payloads so far have been sent.
    var isIdle: Bool { log?.isIdle ?? true }

    func begin(_ exchange: HTTPExchange) -> BodyMode {
        if exchange.header("k-network-probe") != nil {
            ProbeRelay(exchange, pool, configuration).start()
            return .answered
        }
        if exchange.pathBytes.elementsEqual(Self.metricsPath.utf8) {
            exchange.respond(status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8") { out in
                out.append(registry.exposition())
            }
            return .answered
        }
        tracer?.begin(exchange)
        let tap = log.flatMap { $0.samples() ? PayloadTap(exchange, $0) : nil }
        if batcher != nil, exchange.path.hasSuffix(":predict") {
            exchange.context = BatchedRequest(tap)
            return .collect(max: AgentLimits.bodyMax)
        }
        let relay = ComponentRelay(exchange, pool, configuration.component, tap, tracer)
        exchange.context = relay
        relay.start()
        return .stream
    }

    func chunk(_ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        (exchange.context as? any AgentExchange)?.chunk(bytes, last: last)
    }

    func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {
        guard let request = exchange.context as? BatchedRequest, let batcher else { return }
        request.tap?.requestChunk(body, last: true)
        do throws(BatchBody.Defect) {
            let instances = try BatchBody.instances(of: Array(body))
            let ticket = Batcher.Ticket(exchange, instances) { status, answer in
                request.tap?.answered(status, nil)
                answer.withUnsafeBytes { request.tap?.answerChunk($0, last: true) }
            }
            request.ticket = ticket
            batcher.add(ticket, path: exchange.path)
        } catch {
            let words = error.rawValue
            exchange.respond(status: 400, contentType: "text/plain; charset=utf-8") { $0.append("\(words)\n") }
        }
    }

    func answered(_ exchange: HTTPExchange, status: Int) {
        guard let tracer, tracer.keeps(exchange, status: status, at: loop.now) else { return }
        tracer.record(exchange, status: status, at: loop.now)
        (exchange.context as? ComponentRelay)?.record(exchange, status: status)
    }

    func aborted(_ exchange: HTTPExchange) { (exchange.context as? any AgentExchange)?.aborted() }
}

/// A predict request that waits for others.
private final class BatchedRequest: AgentExchange {
    let tap: PayloadTap?
    var ticket: Batcher.Ticket?

    init(_ tap: PayloadTap?) { self.tap = tap }

    func chunk(_ bytes: UnsafeRawBufferPointer, last: Bool) {}
    func aborted() { ticket?.exchange = nil }
}
