import Prediction
import Sklearn

/// The numbers of a booster, as the estimator around it asks for them.
struct BoosterScorer: Scorer {
    let booster: any Predictor

    var input: Input { booster.input }
    var keepsRows: Bool { booster.keepsRows }
    /// Boosters take missing numbers, and say themselves what else they take.
    var checksNumbers: Bool { true }
    var outputs: Int {
        switch booster.output {
        case .labels, .labelRows: 1
        case .numbers(let columns, _): columns ?? 1
        case .frame(let columns): columns.count
        }
    }

    func score(_ batch: inout Batch, into numbers: inout [Double]) throws(InputDefect) {
        // The answer lends its numbers their storage.
        var answer = Answer()
        swap(&answer.numbers, &numbers)
        defer { swap(&answer.numbers, &numbers) }
        try booster.predict(&batch, into: &answer)
    }
}
