import Base
import GRPC
import Models
import Net

/// Answers a model server's requests on one loop's thread: Decode → Predict → Encode for predictions, words for the
/// rest. Calls of gRPC go on to the service that speaks it.
final class ModelService: HTTPService {
    var view: ModelView
    let context: ServiceContext
    let workspace: Workspace
    let loop: EventLoop
    /// Nil where nothing is logged about requests.
    let logs: RequestLogs?
    /// Nil where requests are not counted.
    private let series: RequestSeries?
    /// When the answer at hand was written, where somebody has asked the clock already.
    var answeredAt: Instant?
    /// Nil where nothing is traced.
    let spans: RequestSpans?
    private let grpc: (any HTTPService)?
    /// Source of the ids of requests that bring none.
    var identifiers: RequestIdentifiers
    /// Requests that wait for another thread, by number.
    var waiting: [Int: HTTPExchange] = [:]
    var nextTicket = 0

    /// A service for requests on `loop`, with the workspace, the logs and the spans that `grpc` uses too.
    init(
        _ context: ServiceContext,
        loop: EventLoop,
        workspace: Workspace,
        logs: RequestLogs?,
        series: RequestSeries?,
        spans: RequestSpans?,
        grpc: (any HTTPService)?
    ) {
        self.context = context
        self.loop = loop
        self.workspace = workspace
        self.logs = logs
        self.series = series
        self.spans = spans
        self.grpc = grpc
        view = ModelView(context.repository)
        identifiers = RequestIdentifiers()
    }

    func begin(_ exchange: HTTPExchange) -> BodyMode {
        if case .post = exchange.method {
            let path = exchange.pathBytes
            spans?.begin(exchange, path)
            // No call of gRPC has such a path.
            if let prediction = PredictionPath(path) { return begin(exchange, prediction) }
        }
        if let grpc, GRPCService.isCall(exchange) { return grpc.begin(exchange) }
        return beginOther(exchange)
    }

    private func begin(_ exchange: HTTPExchange, _ path: PredictionPath) -> BodyMode {
        RequestSeries.note(exchange, path.version)
        do throws(RequestDefect) {
            let found = try view.answering(path.name)
            exchange.context = path.version == .one ? found.prediction : found.inference
            return .collect(max: ModelServerLimits.bodyBytesMax, decoding: true)
        } catch {
            reply(exchange, error)
            return .answered
        }
    }

    func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {
        guard let operation = exchange.context as? Operation else { return }
        switch operation.kind {
        case .predict(let model): predict(exchange, model, body)
        case .infer(let model): infer(exchange, model, body)
        case .predictTensors(let model): predict(exchange, model, body)
        case .inferTensors(let model): infer(exchange, model, body)
        case .predictForeign(let model): predict(exchange, model, body)
        case .inferForeign(let model): infer(exchange, model, body)
        case .index: answerIndex(exchange, body)
        case .watch(let path): complete(path, exchange, body)
        }
    }

    func chunk(_ exchange: HTTPExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        grpc?.chunk(exchange, bytes, last: last)
    }

    /// Every answer passes here, of whatever protocol: what takes note of requests does it here.
    func answered(_ exchange: HTTPExchange, status: Int) {
        guard series != nil || logs != nil || spans != nil else { return }
        let now = context.time.monotonic()
        answeredAt = now
        series?.count(exchange, status: status, at: now)
        logs?.answered(exchange, status: status, at: now)
        spans?.answered(exchange, status: status, at: now)
    }

    func aborted(_ exchange: HTTPExchange) {
        // As the gateway, and nginx, tell of a client that left.
        logs?.answered(exchange, status: 499, at: context.time.monotonic())
        if let ticket = waiting.first(where: { $0.value === exchange })?.key {
            waiting.removeValue(forKey: ticket)
        } else {
            grpc?.aborted(exchange)
        }
    }
}

/// What the services of all loops share.
struct ServiceContext: Sendable {
    let repository: ModelRepository
    let registry: MetricRegistry
    let time: any TimeSource
    let isDraining: DrainFlag
    let cloudEvents: CloudEventOptions
    let version: ModelVersion
    let logs: RequestLogOptions
    let watches: WatchBoard
}
