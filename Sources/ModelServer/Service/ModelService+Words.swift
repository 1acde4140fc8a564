import Base
import Net
import Prediction

/// Paths that need no model's work.
extension ModelService {
    /// Begins a request for anything but a prediction in its plain form.
    func beginOther(_ exchange: HTTPExchange) -> BodyMode {
        guard let path = PercentCoding.decode(exchange.pathBytes) else {
            reply(exchange, status: 404, json: ["detail": "Not Found"])
            return .answered
        }
        let route = Route(path: path, method: exchange.method)
        guard let method = route.method else {
            answerUnknown(path, exchange)
            return .answered
        }
        guard method == exchange.method else {
            refuseMethod(exchange, allowed: method)
            return .answered
        }
        do throws(RequestDefect) {
            return try begin(route, exchange)
        } catch {
            reply(exchange, error)
            return .answered
        }
    }

    private func begin(_ route: Route, _ exchange: HTTPExchange) throws(RequestDefect) -> BodyMode {
        var found: ModelTable.Answering?
        if let name = route.modelName { found = try find(name) }
        switch (route, found) {
        case (.predict, let found?): exchange.context = found.prediction
        case (.infer, let found?): exchange.context = found.inference
        case (.index, _): exchange.context = Operation(.index)
        case (.watch(let path, _), _): return begin(path, exchange)
        default:
            try answer(route, found?.model, exchange)
            return .answered
        }
        return .collect(max: ModelServerLimits.bodyBytesMax, decoding: true)
    }

    private func find(_ name: String) throws(RequestDefect) -> ModelTable.Answering {
        var found: Result<ModelTable.Answering, RequestDefect> = .failure(.unknownModel(name))
        Array(name.utf8).withUnsafeBytes { bytes in
            do throws(RequestDefect) { found = .success(try view.answering(bytes)) } catch { found = .failure(error) }
        }
        return try found.get()
    }

    private func answer(_ route: Route, _ model: Served?, _ exchange: HTTPExchange) throws(RequestDefect) {
        switch (route, model) {
        case (.alive, _): reply(exchange, status: 200, json: ["status": "alive"])
        case (.metrics, _): answerMetrics(exchange)
        case (.models, _): reply(exchange, status: 200, json: ["models": JSON(context.repository.names)])
        case (.model, let model?), (.modelReady, let model?):
            if let reason = model.reasonForSilence { throw .notReady(model.name, reason) }
            reply(exchange, status: 200, json: ["name": .string(model.name), "ready": true])
        case (.explain, _): throw RequestDefect(.notImplemented, "Could not find explainer_host.")
        case (.server, _): answerServer(exchange)
        case (.live, _): reply(exchange, status: 200, json: ["live": true])
        case (.ready, _):
            if context.isDraining.isSet { throw RequestDefect(.notReady, "Server is not ready.") }
            if let silent = context.repository.silence { throw .notReady(silent.name, silent.reason) }
            reply(exchange, status: 200, json: ["ready": true])
        case (.metadata, let model?): answerMetadata(exchange, model)
        case (.versioned, _): throw RequestDefect(.notImplemented, "Model versioning not supported yet.")
        case (.load(let name), _): load(name, exchange)
        case (.unload(let name), _): try unload(name, exchange)
        default: reply(exchange, status: 404, json: ["detail": "Not Found"])
        }
    }

    private func answerServer(_ exchange: HTTPExchange) {
        reply(exchange, status: 200) { body in
            body.append("{\"name\":\"kserve\",\"version\":\"")
            body.append(ModelServer.version)
            body.append("\",\"extensions\":[\"model_repository_extension\"]}")
        }
    }

    private func answerMetadata(_ exchange: HTTPExchange, _ model: Served) {
        reply(exchange, status: 200) { ModelMetadata(model).write(into: &$0) }
    }

    private func answerMetrics(_ exchange: HTTPExchange) {
        let format = ExpositionFormat(accept: exchange.headerText("accept") ?? "")
        let text = context.registry.exposition(format)
        reply(exchange, status: 200, contentType: format.contentType) { $0.append(text) }
    }

    private func refuseMethod(_ exchange: HTTPExchange, allowed: HTTPMethod) {
        let headers: HTTPHeaders = ["content-type": "application/json", "allow": allowed == .post ? "POST" : "GET"]
        reply(exchange, status: 405, headers: headers, body: JSON.object(["detail": "Method Not Allowed"]).bytes)
    }

    /// A path with a slash too many is sent to the one without.
    private func answerUnknown(_ path: String, _ exchange: HTTPExchange) {
        let shorter = String(path.dropLast())
        guard path.hasSuffix("/"), Route(path: shorter, method: exchange.method).method != nil else {
            return reply(exchange, status: 404, json: ["detail": "Not Found"])
        }
        let place =
            "\(exchange.isSecure ? "https" : "http")://\(exchange.authority)\(PercentCoding.encodePath(shorter))"
        reply(exchange, status: 307, headers: ["location": place], body: [])
    }
}
