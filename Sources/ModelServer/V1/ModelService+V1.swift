import Base
import Models
import Net

/// Predictions of version 1.
extension ModelService {
    /// Decode → Predict → Encode.
    func predict(_ exchange: HTTPExchange, _ model: ServedModel, _ body: UnsafeRawBufferPointer) {
        if exchange.header("ce-specversion") != nil || exchange.isStructuredEvent {
            return predictEvent(exchange, model, body)
        }
        do throws(RequestDefect) {
            let times = try run(model, exchange) { () throws(RequestDefect) in
                try decodeRows(body, model)
            }
            answering(exchange, model.name, times)
            exchange.respond(status: 200, contentType: "application/json") {
                V1Response.write(workspace.answer, model.answers, context.version, into: &$0)
            }
            finish(model, times)
        } catch {
            refuse(exchange, error)
        }
    }

    /// Reads the rows of a request, which has no id in version 1's words.
    private func decodeRows(_ body: UnsafeRawBufferPointer, _ model: ServedModel) throws(RequestDefect) {
        workspace.request.id = nil
        try V1Decoder.decode(body, keepingTexts: model.keepsTexts, into: &workspace.batch)
    }

    /// The same for an event, whose answer is an event of the same mode.
    private func predictEvent(_ exchange: HTTPExchange, _ model: ServedModel, _ body: UnsafeRawBufferPointer) {
        do throws(RequestDefect) {
            let event = try event(answering: exchange, body, model: model.name)
            let times = try run(model, exchange) { () throws(RequestDefect) in
                try decodeRows(body, model)
            }
            answering(exchange, model.name, times)
            respond(exchange, event) { V1Response.write(workspace.answer, model.answers, context.version, into: &$0) }
            finish(model, times)
        } catch {
            refuse(exchange, error)
        }
    }

    /// The event that answers a request which is one; nil where it is none. Throws where it is one of another version.
    func event(
        answering exchange: HTTPExchange,
        _ body: UnsafeRawBufferPointer,
        model: String
    ) throws(RequestDefect) -> CloudEvent? {
        let attributes = exchange.binaryEventAttributes
        if let version = attributes?.first(where: { $0.name == "specversion" })?.value.string {
            guard ["1.0", "0.3"].contains(version) else {
                throw RequestDefect("Cloud Event Exceptions: Found invalid specversion \(version)")
            }
        }
        if attributes == nil, !exchange.isStructuredEvent { return nil }
        return CloudEvent(
            answering: attributes ?? structuredAttributes(body),
            mode: attributes == nil ? .structured : .binary,
            model: model,
            options: context.cloudEvents,
            time: context.time.wall()
        )
    }

    private func structuredAttributes(_ body: UnsafeRawBufferPointer) -> [(name: String, value: JSON)] {
        guard context.cloudEvents.mergesAttributes,
            // The body was read once already: what is wrong with it was told.
            let members = try? JSON.parse(Array(body)).object
        else { return [] }
        return members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    /// Answers with the predictions that `writing` appends, as an event where the request was one.
    func respond(_ exchange: HTTPExchange, _ event: CloudEvent?, writing: (inout OutBuffer) -> Void) {
        guard let event else {
            return exchange.respond(status: 200, contentType: "application/json", writing: writing)
        }
        switch event.mode {
        case .binary:
            exchange.respond(
                status: 200,
                contentType: "application/json",
                fields: { event.writeFields(into: &$0) },
                writing: writing
            )
        case .structured:
            exchange.respond(status: 200, contentType: "application/cloudevents+json") { body in
                event.writeOpening(into: &body)
                writing(&body)
                body.append("}")
            }
        }
    }
}
