import Base
import Models
import Net

/// When the phases of a prediction began and ended.
struct PhaseTimes {
    var received: Instant
    var decoded: Instant
    var predicted: Instant
}

/// What predictions of both versions have in common.
extension ModelService {
    /// Decodes by `decode` into the workspace's batch, and lets the model answer.
    func run(_ model: ServedModel, _ decode: () throws(RequestDefect) -> Void) throws(RequestDefect) -> PhaseTimes {
        let received = context.time.monotonic()
        try decode()
        let decoded = context.time.monotonic()
        do throws(InputDefect) {
            try model.model.predict(&workspace.batch, into: &workspace.answer)
        } catch {
            throw RequestDefect(error.what)
        }
        return PhaseTimes(received: received, decoded: decoded, predicted: context.time.monotonic())
    }

    /// Counts an answer that was written, and gives storage back.
    func finish(_ exchange: HTTPExchange, _ model: ServedModel, _ times: PhaseTimes, _ status: Int) {
        let written = context.time.monotonic()
        model.metrics.preprocess.observe(nanoseconds: times.decoded.nanoseconds - times.received.nanoseconds)
        model.metrics.predict.observe(nanoseconds: times.predicted.nanoseconds - times.decoded.nanoseconds)
        model.metrics.postprocess.observe(nanoseconds: written.nanoseconds - times.predicted.nanoseconds)
        workspace.forgetLargeStorage()
    }

    /// Tells why there is no answer, and gives storage back.
    func refuse(_ exchange: HTTPExchange, _ defect: RequestDefect) {
        exchange.respond(defect)
        workspace.forgetLargeStorage()
    }
}
