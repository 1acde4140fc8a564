import Base
import Foundation
import Prediction
import Testing

/// Every type and form against what Python's onnxruntime answers (Fixtures/make-fixtures.py).
@Suite(.enabled(if: hasRuntime, "onnxruntime is not here: make onnx"))
struct GoldenTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let json: JSON
        var testDescription: String { "\(json["model"].string ?? "") \(json["inputs"].text.prefix(60))" }
    }

    static let cases: [Case] = {
        let path = Bundle.module.resourcePath! + "/Fixtures/golden.json"
        let content = try? JSON.parse(Array(Data(contentsOf: URL(fileURLWithPath: path))))
        return (content?.array ?? []).map(Case.init)
    }()

    @Test(arguments: cases)
    func answersAsPython(_ c: Case) throws {
        let model = try loadModel(c.json["model"].string ?? "").predictor
        var batch = TensorBatch()
        var answer = TensorAnswer()
        // Twice, since storage is used again.
        for _ in 0..<2 {
            batch.reset(inputs: model.inputs.count)
            for (name, value) in c.json["inputs"].object ?? [:] {
                let index = try #require(model.inputs.firstIndex { $0.name == name })
                batch[index].set(value)
                try model.inputs[index].check(shape: batch[index].shape)
            }
            let names = c.json["outputs"].array?.compactMap(\.string) ?? model.outputs.map(\.name)
            let wanted = try names.map { name in try #require(model.outputs.firstIndex { $0.name == name }) }
            try model.predict(&batch, outputs: wanted, into: &answer)
            let told = JSON.array(answer.values.map(\.json))
            #expect(GoldenTests.isClose(told, c.json["answers"]), "\(told.text)\n\(c.json["answers"].text)")
        }
    }

    @Test func everyTypeIsThere() {
        let types = Set(GoldenTests.cases.flatMap { $0.json["answers"].array ?? [] }.compactMap { $0["type"].string })
        #expect(types.count == ElementType.allCases.count)
    }

    /// Numbers agree as float32 libraries of several versions do; all else is the same.
    static func isClose(_ one: JSON, _ other: JSON) -> Bool {
        switch (one, other) {
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy(isClose)
        case (.object(let left), .object(let right)):
            return left.count == right.count
                && left.allSatisfy { key, value in right[key].map { isClose(value, $0) } ?? false }
        default:
            guard let left = one.double, let right = other.double else { return one == other }
            return abs(left - right) <= 1e-6 * max(1, abs(right))
        }
    }
}
