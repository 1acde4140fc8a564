import Base
import CLinux
import Models
import Net

/// Answers a model server's requests on the loop's thread: Decode → Predict → Encode for predictions, words for the rest.
final class PredictionService: HTTPService {
    private let name: String
    private let predictor: any Predictor
    private let answers: AnswerSpelling
    private let registry: MetricRegistry
    private let metrics: ModelMetrics
    private let time: any TimeSource
    /// The one path that has to be fast.
    private let predictPath: [UInt8]
    private var batch = Batch()
    private var answer = Answer()

    init(name: String, predictor: any Predictor, registry: MetricRegistry, time: any TimeSource) {
        self.name = name
        self.predictor = predictor
        answers = AnswerSpelling(predictor.output)
        self.registry = registry
        metrics = ModelServerMetrics(registry).of(model: name)
        self.time = time
        predictPath = Array("/v1/models/\(name):predict".utf8)
    }

    func begin(_ exchange: HTTPExchange) -> BodyMode {
        if exchange.method == .post, isPredictPath(exchange.pathBytes) {
            return .collect(max: ModelServerLimits.bodyBytesMax)
        }
        let route = Route(path: exchange.path)
        if let method = route.method, method != exchange.method {
            exchange.respond(status: 405, json: ["detail": "Method Not Allowed"])
        } else if let named = route.modelName, named != name {
            exchange.respond(status: 404, json: ["error": .string("Model with name \(named) does not exist.")])
        } else if case .predict = route {
            return .collect(max: ModelServerLimits.bodyBytesMax)
        } else {
            answer(route, exchange)
        }
        return .answered
    }

    private func isPredictPath(_ path: UnsafeRawBufferPointer) -> Bool {
        guard path.count == predictPath.count, let start = path.baseAddress else { return false }
        return memcmp(predictPath, start, path.count) == 0
    }

    /// A prediction: only its body is collected.
    func complete(_ exchange: HTTPExchange, body: UnsafeRawBufferPointer) {
        let received = time.monotonic()
        do throws(RequestDefect) {
            try V1Decoder.decode(body, into: &batch)
        } catch {
            return exchange.respond(status: 400, json: ["error": .string(error.text)])
        }
        let decoded = time.monotonic()
        do throws(InputDefect) {
            try predictor.predict(&batch, into: &answer)
        } catch {
            return exchange.respond(status: 400, json: ["error": .string(error.what)])
        }
        let predicted = time.monotonic()
        exchange.respond(status: 200, contentType: "application/json") { V1Response.write(answer, answers, into: &$0) }
        metrics.preprocess.observe(nanoseconds: decoded.nanoseconds - received.nanoseconds)
        metrics.predict.observe(nanoseconds: predicted.nanoseconds - decoded.nanoseconds)
        metrics.postprocess.observe(nanoseconds: time.monotonic().nanoseconds - predicted.nanoseconds)
        forgetLargeStorage()
    }

    /// One large request must not cost a replica its memory for ever.
    private func forgetLargeStorage() {
        if batch.values.capacity > ModelServerLimits.keptCapacityMax
            || batch.texts.utf8.capacity > ModelServerLimits.keptCapacityMax
        {
            batch = Batch()
            answer = Answer()
        }
    }

    private func answer(_ route: Route, _ exchange: HTTPExchange) {
        switch route {
        case .alive: exchange.respond(status: 200, json: ["status": "alive"])
        case .metrics:
            exchange.respond(
                status: 200,
                text: registry.exposition(),
                contentType: "text/plain; version=0.0.4; charset=utf-8"
            )
        case .models, .namedModels: exchange.respond(status: 200, json: ["models": [.string(name)]])
        case .model, .modelReady: exchange.respond(status: 200, json: ["name": .string(name), "ready": true])
        case .explain:
            exchange.respond(status: 501, json: ["error": .string("Model with name \(name) has no explainer.")])
        case .server:
            exchange.respond(
                status: 200,
                json: ["name": "kserve", "version": .string(ModelServer.version), "extensions": []]
            )
        case .live: exchange.respond(status: 200, json: ["live": true])
        case .ready: exchange.respond(status: 200, json: ["ready": true])
        case .metadata: exchange.respond(status: 200, json: ModelMetadata.json(name: name, of: predictor))
        case .versioned: exchange.respond(status: 501, json: ["error": "Model versioning not supported yet."])
        case .infer: exchange.respond(status: 501, json: ["error": "The infer path of version 2 is not supported yet."])
        case .predict, .unknown: exchange.respond(status: 404, json: ["detail": "Not Found"])
        }
    }
}

extension HTTPExchange {
    fileprivate func respond(status: Int, json: JSON) {
        json.bytes.withUnsafeBytes { respond(status: status, contentType: "application/json", body: $0) }
    }

    fileprivate func respond(status: Int, text: String, contentType: StaticString) {
        var text = text
        text.withUTF8 { respond(status: status, contentType: contentType, body: UnsafeRawBufferPointer($0)) }
    }
}
