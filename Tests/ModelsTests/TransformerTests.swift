import Base
import Foundation
import Models
import Testing

/// Transformers beside scikit-learn's own (Fixtures/transformers/make_*.py).
@Suite struct TransformerTests {
    /// A model that only transforms, rows, and what scikit-learn made of them.
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let rows: JSON
        let answer: [Double?]
        let error: String?
        var testDescription: String { name }

        init(_ json: JSON) throws {
            name = json["name"].string ?? ""
            let packed = try #require(Data(base64Encoded: json["model"].string ?? ""))
            bytes = try Inflate.plain(Array(packed))
            rows = json["rows"]
            answer = (json["answer"].array ?? []).flatMap { $0.array ?? [] }.map(TransformerTests.number)
            error = json["error"].string
        }
    }

    static func cases(_ family: String) throws -> [Case] {
        try (JSON.parse(fixtureBytesRaw("transformers/\(family).json")).array ?? []).map(Case.init)
    }

    /// A number; null is NaN, texts are infinities.
    static func number(_ json: JSON) -> Double { json.double ?? json.string.flatMap(Double.init) ?? .nan }

    @Test(arguments: ["columns", "spaces"])
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
                    #expect(agree(number, wanted ?? .nan), "\(c.name) [\(index)]: \(number) \(wanted ?? .nan)")
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
