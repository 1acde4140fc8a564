import Base
import Prediction

/// One request to a model of tensors on its way: what was asked, the tensors, the answer. Used again for the next one.
final class TensorJob: @unchecked Sendable {
    // Safe: has one owner at a time, the loop's thread or the thread that asks the model.
    /// What was asked, in version 2 of the protocol.
    var request = InferRequest()
    /// The tensors that were sent.
    var batch = TensorBatch()
    /// The outputs that are wanted.
    var wanted: [Int] = []
    /// What the model answered.
    var answer = TensorAnswer()
    /// The event that the answer goes out as; nil where the request was none.
    var event: CloudEvent?
    /// When the phases began and ended.
    var times = PhaseTimes(
        received: Instant(nanoseconds: 0),
        decoded: Instant(nanoseconds: 0),
        predicted: Instant(nanoseconds: 0)
    )

    /// Lets the model answer; on any thread.
    func run(_ model: ServedTensorModel, _ time: any TimeSource) -> PredictionFault? {
        defer { times.predicted = time.monotonic() }
        do throws(PredictionFault) {
            try model.model.predictor.predict(&batch, outputs: wanted, into: &answer)
            return nil
        } catch {
            return error
        }
    }

    /// Lets go of the answer; whether what is left is small enough to be kept for the next request.
    func clear() -> Bool {
        answer.clear()
        event = nil
        let most = ModelServerLimits.keptCapacityMax
        return batch.capacity <= most && request.names.capacity <= most
    }
}
