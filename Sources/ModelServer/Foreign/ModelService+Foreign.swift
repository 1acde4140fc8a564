import Base
import Net
import Prediction
import Python

/// Requests for models that a Python worker answers for: the body goes to the model's thread, the loop goes on.
extension ModelService {
    /// Version 1: the body goes to the worker as it came, and so does its answer to the client.
    func predict(_ exchange: HTTPExchange, _ model: ServedForeignModel, _ body: UnsafeRawBufferPointer) {
        do throws(RequestDefect) {
            let event = try event(answering: exchange, body, model: model.name)
            let (asked, received) = (Array(body), context.time.monotonic())
            answerLater(exchange, by: model.threads, { model.predict(asked) }) { service, exchange, outcome in
                service.answer(exchange, model, asked, outcome, event, since: received)
            }
        } catch {
            refuse(exchange, error)
        }
    }

    private func answer(
        _ exchange: HTTPExchange,
        _ model: ServedForeignModel,
        _ asked: [UInt8],
        _ outcome: LaterOutcome<[UInt8]>,
        _ event: CloudEvent?,
        since received: Instant
    ) {
        do throws(RequestDefect) {
            let predictions = try outcome.value()
            workspace.watch(asked, predictions, of: model, exchange)
            answering(exchange, model.name, outcome.times(since: received))
            respond(exchange, event) { body in
                body.append("{\"predictions\":")
                predictions.withUnsafeBytes { body.append($0) }
                context.version.endPredictions(&body)
            }
            count(model, outcome.times(since: received))
        } catch {
            reply(exchange, error)
        }
    }

    /// Version 2: tensors in and out.
    func infer(_ exchange: HTTPExchange, _ model: ServedForeignModel, _ body: UnsafeRawBufferPointer) {
        do throws(RequestDefect) {
            try decodeInference(exchange, body)
            let wishes = TensorWishes(workspace.request)
            let question = try ForeignQuestion(&workspace.request)
            let received = context.time.monotonic()
            workspace.forgetLargeStorage()
            answerLater(exchange, by: model.threads, { model.infer(question) }) { service, exchange, outcome in
                service.answer(exchange, model, question, outcome, wishes, since: received)
            }
        } catch {
            refuse(exchange, error)
        }
    }

    private func answer(
        _ exchange: HTTPExchange,
        _ model: ServedForeignModel,
        _ question: ForeignQuestion,
        _ outcome: LaterOutcome<[NamedTensor]>,
        _ wishes: TensorWishes,
        since received: Instant
    ) {
        do throws(RequestDefect) {
            let tensors = try outcome.value()
            let outputs = try wishes.pick(from: tensors, model: model.name)
            workspace.watch(question, tensors, id: wishes.id, of: model, exchange)
            answering(exchange, model.name, outcome.times(since: received))
            respond(
                exchange,
                TensorResponse(model: model.name, version: context.version, id: wishes.id, outputs: outputs)
            )
            count(model, outcome.times(since: received))
        } catch {
            reply(exchange, error)
        }
    }

    func respond(_ exchange: HTTPExchange, _ response: TensorResponse) {
        if response.hasRaw {
            exchange.respond(
                status: 200,
                contentType: "application/octet-stream",
                numberField: "inference-header-content-length"
            ) { response.write(&identifiers, into: &$0) }
        } else {
            exchange.respond(status: 200, contentType: "application/json") {
                _ = response.write(&identifiers, into: &$0)
            }
        }
    }

    private func count(_ model: ServedForeignModel, _ times: PhaseTimes) {
        let written = context.time.monotonic()
        model.metrics.observe(times, written: written)
        logs?.predicted(times, written: written)
    }
}
