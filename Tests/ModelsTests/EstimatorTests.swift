import Base
import Models
import Prediction
import Testing

/// scikit-learn's predictors answer as scikit-learn answered when the fixtures were made (scripts/parity/record.py).
@Suite struct EstimatorTests {
    static let versions = ["0.24", "1.2", "1.9", "steps-0.24", "steps-1.9"]

    @Test(arguments: versions)
    func answersAsScikitLearnDoes(_ version: String) throws {
        let cases = try RecordedModels.cases("estimators/\(version).json")
        #expect(cases.count > 20)
        for c in cases {
            let model = try Model.load(c.bytes, as: .pickle)
            let answer = try model.answer(c.answers["instances"])
            let wanted = c.answers["predictions"]
            // Classes exactly, numbers but for rounding.
            if model.predictor.output.labels != nil {
                #expect(answer == wanted, "\(c.name)")
            } else {
                #expect(RecordedModels.agree(answer, wanted), "\(c.name): \(answer) \(wanted)")
            }
        }
    }

    @Test(arguments: versions)
    func probabilitiesAgree(_ version: String) throws {
        for c in try RecordedModels.cases("estimators/\(version).json") {
            let model = try Model.load(c.bytes, as: .pickle, options: .init(wantsProbabilities: true))
            // Without probabilities it predicts.
            let wanted = c.answers["probabilities"].isNull ? c.answers["predictions"] : c.answers["probabilities"]
            let answer = try model.answer(c.answers["instances"])
            #expect(RecordedModels.agree(answer, wanted), "\(c.name): \(answer) \(wanted)")
        }
    }

    @Test func oneBatchServesEveryModel() throws {
        // Storage that models leave behind must not show in what the next ones answer.
        let cases = try RecordedModels.cases("estimators/1.9.json").filter { $0.name.hasPrefix("meta") }
        var (batch, answer) = (Batch(), Answer())
        for c in cases + cases.reversed() {
            let model = try Model.load(c.bytes, as: .pickle)
            let rows = (c.answers["instances"].array ?? []).map { ($0.array ?? []).compactMap(\.double) }
            batch.clear()
            batch.rows = rows.count
            batch.columns = rows[0].count
            batch.values = rows.flatMap { $0 }
            try model.predict(&batch, into: &answer)
            var (fresh, wanted) = (Batch(), Answer())
            (fresh.rows, fresh.columns, fresh.values) = (rows.count, rows[0].count, rows.flatMap { $0 })
            try model.predict(&fresh, into: &wanted)
            switch model.predictor.output {
            case .labels, .labelRows: #expect(answer.labels == wanted.labels, "\(c.name)")
            case .frame: Issue.record("\(c.name) answers with a frame")
            case .numbers: #expect(answer.numbers.elementsEqual(wanted.numbers) { $0 == $1 || $0.isNaN }, "\(c.name)")
            }
        }
    }
}
