import Base
import Foundation
import Models
import Pickle
import Prediction
import Testing

/// Transformers beside scikit-learn's own (Fixtures/transformers/make_*.py).
@Suite struct TransformerTests {
    /// A model that only transforms, rows, and what scikit-learn made of them.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let rows: JSON
        let answer: [Double]
        let error: String?
        var testDescription: String { name }

        init(_ json: JSON) throws {
            name = json["name"].string ?? ""
            let packed = try #require(Data(base64Encoded: json["model"].string ?? ""))
            bytes = try Inflate.plain(Array(packed))
            rows = json["rows"]
            var answer = (json["answer"].array ?? []).map(TransformerTests.number)
            if let count = json["count"].int {
                let others = json["others"].array ?? []
                answer = [Double](repeating: 0, count: Int(count))
                for at in stride(from: 0, to: others.count - 1, by: 2) {
                    answer[Int(try #require(others[at].int))] = TransformerTests.number(others[at + 1])
                }
            }
            self.answer = answer
            error = json["error"].string
        }
    }

    static func cases(_ family: String) throws -> [Case] {
        try (JSON.parse(fixtureBytesRaw("transformers/\(family).json")).array ?? []).map(Case.init)
    }

    /// A number; null is NaN, texts are infinities.
    static func number(_ json: JSON) -> Double { json.double ?? json.string.flatMap(Double.init) ?? .nan }

    @Test(arguments: ["columns", "spaces", "texts", "gaps"])
    func transformsAsScikitLearnDoes(_ family: String) throws {
        let cases = try Self.cases(family)
        #expect(!cases.isEmpty)
        for c in cases {
            do {
                let model = try Model.load(c.bytes, as: .pickle, options: .init(wantsTransformed: true))
                let numbers = try model.transformed(c.rows)
                #expect(c.error == nil, "\(c.name)")
                #expect(numbers.count == c.answer.count, "\(c.name)")
                for (index, (number, wanted)) in zip(numbers, c.answer).enumerated() {
                    #expect(agree(number, wanted), "\(c.name) [\(index)]: \(number) \(wanted)")
                }
            } catch let defect as InputDefect {
                #expect(defect.what == c.error, "\(c.name)")
            } catch {
                Issue.record("\(c.name): \(error)")
            }
        }
    }

    private func agree(_ number: Double, _ wanted: Double) -> Bool {
        if number.isNaN || wanted.isNaN { return number.isNaN && wanted.isNaN }
        return number == wanted || abs(number - wanted) <= max(1e-12, 1e-9 * abs(wanted))
    }
}

extension Model {
    /// Numbers that a model makes of rows of numbers or texts, row-major.
    func transformed(_ rows: JSON) throws -> [Double] {
        var batch = Batch()
        var answer = Answer()
        for row in rows.array ?? [] {
            batch.rows += 1
            if let text = row.string {
                batch.content = .texts
                batch.texts.append(text)
            } else {
                let numbers = (row.array ?? []).map(TransformerTests.number)
                batch.columns = numbers.count
                batch.values += numbers
            }
        }
        try predict(&batch, into: &answer)
        return answer.numbers
    }
}
