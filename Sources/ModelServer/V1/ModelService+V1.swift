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
            let times = try run(model) { () throws(RequestDefect) in
                try V1Decoder.decode(body, keepingTexts: model.keepsTexts, into: &workspace.batch)
            }
            answering(exchange, times)
            exchange.respond(status: 200, contentType: "application/json") {
                V1Response.write(workspace.answer, model.answers, into: &$0)
            }
            finish(model, times)
        } catch {
            refuse(exchange, error)
        }
    }

    /// The same for an event, whose answer is an event of the same mode.
    private func predictEvent(_ exchange: HTTPExchange, _ model: ServedModel, _ body: UnsafeRawBufferPointer) {
        do throws(RequestDefect) {
            let attributes = exchange.binaryEventAttributes
            if let version = attributes?.first(where: { $0.name == "specversion" })?.value.string {
                guard ["1.0", "0.3"].contains(version) else {
                    throw RequestDefect("Cloud Event Exceptions: Found invalid specversion \(version)")
                }
            }
            let times = try run(model) { () throws(RequestDefect) in
                try V1Decoder.decode(body, keepingTexts: model.keepsTexts, into: &workspace.batch)
            }
            answering(exchange, times)
            if attributes == nil, !exchange.isStructuredEvent {
                exchange.respond(status: 200, contentType: "application/json") {
                    V1Response.write(workspace.answer, model.answers, into: &$0)
                }
            } else {
                let event = CloudEvent(
                    answering: attributes ?? structuredAttributes(body),
                    mode: attributes == nil ? .structured : .binary,
                    model: model.name,
                    options: context.cloudEvents,
                    time: context.time.wall()
                )
                respond(exchange, event, model)
            }
            finish(model, times)
        } catch {
            refuse(exchange, error)
        }
    }

    private func structuredAttributes(_ body: UnsafeRawBufferPointer) -> [(name: String, value: JSON)] {
        guard context.cloudEvents.mergesAttributes,
            // The body was read once already: what is wrong with it was told.
            let members = try? JSON.parse(Array(body)).object
        else { return [] }
        return members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    private func respond(_ exchange: HTTPExchange, _ event: CloudEvent, _ model: ServedModel) {
        switch event.mode {
        case .binary:
            exchange.respond(
                status: 200,
                contentType: "application/json",
                fields: { event.writeFields(into: &$0) },
                writing: { V1Response.write(workspace.answer, model.answers, into: &$0) }
            )
        case .structured:
            exchange.respond(status: 200, contentType: "application/cloudevents+json") { body in
                event.writeOpening(into: &body)
                V1Response.write(workspace.answer, model.answers, into: &body)
                body.append("}")
            }
        }
    }
}
