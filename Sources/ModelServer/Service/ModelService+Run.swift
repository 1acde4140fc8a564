import Base
import Net
import Prediction

/// When the phases of a prediction began and ended.
struct PhaseTimes {
    var received: Instant
    var decoded: Instant
    var predicted: Instant
}

extension ModelMetrics {
    /// Counts a prediction whose answer was written.
    func observe(_ times: PhaseTimes, written: Instant) {
        preprocess.observe(nanoseconds: times.decoded.nanoseconds - times.received.nanoseconds)
        predict.observe(nanoseconds: times.predicted.nanoseconds - times.decoded.nanoseconds)
        postprocess.observe(nanoseconds: written.nanoseconds - times.predicted.nanoseconds)
    }
}

/// What predictions of both versions have in common.
extension ModelService {
    /// Decodes by `decode` into the workspace's batch, and lets the model answer.
    func run(
        _ model: ServedModel,
        _ exchange: HTTPExchange,
        _ decode: () throws(RequestDefect) -> Void
    ) throws(RequestDefect) -> PhaseTimes {
        let received = context.time.monotonic()
        try decode()
        let decoded = context.time.monotonic()
        workspace.watcher?.takeRows(workspace, of: model, at: decoded)
        do throws(InputDefect) {
            try model.model.predict(&workspace.batch, into: &workspace.answer)
        } catch {
            throw RequestDefect(error.what)
        }
        let predicted = context.time.monotonic()
        workspace.watcher?.takeAnswers(workspace, of: model, exchange)
        return PhaseTimes(received: received, decoded: decoded, predicted: predicted)
    }

    /// Takes note of a prediction whose answer is about to be written.
    func answering(_ exchange: HTTPExchange, _ model: String, _ times: PhaseTimes) {
        answeredAt = nil
        spans?.answering(exchange, model, times)
        logs?.answering(exchange)
    }

    /// Counts an answer that was written, and gives storage back.
    func finish(_ model: ServedModel, _ times: PhaseTimes) { finish(model.metrics, times) }

    /// The same for a model of any kind.
    func finish(_ metrics: ModelMetrics, _ times: PhaseTimes) {
        let written = answeredAt ?? context.time.monotonic()
        metrics.observe(times, written: written)
        logs?.predicted(times, written: written)
        workspace.forgetLargeStorage()
    }

    /// Tells why there is no answer, and gives storage back.
    func refuse(_ exchange: HTTPExchange, _ defect: RequestDefect) {
        reply(exchange, defect)
        workspace.forgetLargeStorage()
    }
}
