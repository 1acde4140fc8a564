import Base
import Models
import Net

/// Inferences of version 2 over REST.
extension ModelService {
    /// Decode → Predict → Encode.
    func infer(_ exchange: HTTPExchange, _ model: ServedModel, _ body: UnsafeRawBufferPointer) {
        do throws(RequestDefect) {
            let times = try run(model, exchange) { () throws(RequestDefect) in
                try decodeInference(exchange, body)
                try workspace.request.moveRows(to: &workspace.batch, keepingTexts: model.keepsTexts)
            }
            let response = try InferResponse(workspace.request, of: model, context.version)
            answering(exchange, model.name, times)
            respond(exchange, response)
            finish(model, times)
        } catch {
            refuse(exchange, error)
        }
    }

    /// Reads the tensors of a request into the workspace.
    func decodeInference(_ exchange: HTTPExchange, _ body: UnsafeRawBufferPointer) throws(RequestDefect) {
        let jsonLength = try ModelService.jsonLength(exchange, body)
        do throws(RequestDefect) {
            try InferDecoder.decode(body, jsonLength: jsonLength, into: &workspace.request)
        } catch {
            throw jsonLength == nil ? error.asSchema : error
        }
    }

    private func respond(_ exchange: HTTPExchange, _ response: InferResponse) {
        let workspace = workspace
        if response.hasRaw {
            exchange.respond(
                status: 200,
                contentType: "application/octet-stream",
                numberField: "inference-header-content-length"
            ) { response.write(workspace.request, workspace.answer, &identifiers, into: &$0) }
        } else {
            exchange.respond(status: 200, contentType: "application/json") {
                _ = response.write(workspace.request, workspace.answer, &identifiers, into: &$0)
            }
        }
    }

    /// How many bytes of a body are JSON; nil where all are, as its type says.
    static func jsonLength(
        _ exchange: HTTPExchange,
        _ body: UnsafeRawBufferPointer
    ) throws(RequestDefect) -> Int? {
        let type = exchange.header("content-type")
        guard let spelt = exchange.header("inference-header-content-length") else {
            guard let type, type.equalsIgnoringCase("application/octet-stream") else { return nil }
            throw RequestDefect("received byte inputs, but the 'inference-header-content-length' header is missing.")
        }
        if let type, type.begins(with: "application/json") { return nil }
        guard let length = Int(String(decoding: spelt, as: UTF8.self)), length >= 0, length <= body.count else {
            throw RequestDefect(
                "'inference-header-content-length' is '\(String(decoding: spelt, as: UTF8.self))', but the body has "
                    + "\(body.count) bytes"
            )
        }
        return length
    }
}
