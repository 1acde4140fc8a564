import Base
import Prediction

/// What a model's thread brings back: a value or why there is none, and when it was worked on.
struct LaterOutcome<Value: Sendable>: Sendable {
    private let result: Result<Value, PredictionFault>
    private let began: Instant
    private let ended: Instant

    /// What has just come of work that began at `began`.
    init(_ result: Result<Value, PredictionFault>, since began: Instant) {
        self.result = result
        self.began = began
        ended = SystemTime().monotonic()
    }

    /// The value; throws what is to be told where there is none.
    func value() throws(RequestDefect) -> Value {
        switch result {
        case .success(let value): return value
        case .failure(let fault): throw RequestDefect(fault)
        }
    }

    /// The phases of the request that it answers; waiting for a thread counts as the first.
    func times(since received: Instant) -> PhaseTimes {
        PhaseTimes(received: received, decoded: began, predicted: ended)
    }
}

extension RequestDefect {
    /// Why a model gave no answer.
    init(_ fault: PredictionFault) {
        switch fault.kind {
        case .input: self.init(fault.what)
        case .failed: self.init(.failed, fault.what)
        case .unavailable: self.init(.notReady, fault.what)
        }
    }
}
