import Base
import PMML
import Prediction
import Testing

@Suite("answers beside JPMML's evaluator") struct AnswerTests {
    @Test(arguments: RecordedDocument.all)
    func areThose(of recorded: RecordedDocument) throws {
        for (values, answers) in recorded.cases {
            let model = try load(recorded.document(values))
            #expect(answers.count == recorded.rows.count)
            for (row, wanted) in zip(recorded.rows, answers) {
                guard let wanted = wanted.object else {
                    #expect(throws: InputDefect.self, "\(values) \(row.text)") { try model.answer(row) }
                    continue
                }
                let answer = try model.answer(row)
                let known = wanted.filter { $0.value != .null }
                #expect(Set(answer.keys) == Set(known.keys), "\(values) \(row.text)")
                for (name, value) in known {
                    #expect(isSame(answer[name] ?? .null, value), "\(values) \(row.text) \(name)")
                }
            }
        }
    }

    /// Numbers of single precision have their rounding in other places.
    private func isSame(_ got: JSON, _ wanted: JSON) -> Bool {
        guard let number = got.double, let wantedNumber = wanted.double else { return got == wanted }
        return (number - wantedNumber).magnitude <= max(1e-12, 1e-6 * wantedNumber.magnitude)
    }
}
