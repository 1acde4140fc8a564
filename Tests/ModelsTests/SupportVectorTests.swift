import Base
import Foundation
import Models
import Prediction
import Testing

/// Support vector machines answer as scikit-learn answered when the fixtures were made (Fixtures/svm/train.py).
@Suite struct SupportVectorTests {
    static let versions = ["1.1", "1.5", "1.9"]

    @Test(arguments: versions)
    func answersAsScikitLearnDoes(_ version: String) throws {
        let cases = try RecordedModels.cases("svm/\(version).json")
        #expect(cases.count > 12)
        for c in cases {
            let model = try Model.load(c.bytes, as: .pickle)
            let answer = try model.answer(c.answers["instances"])
            let wanted = c.answers["predictions"]
            // Classes exactly, numbers but for rounding.
            if case .labels = model.predictor.output {
                #expect(answer == wanted, "\(c.name)")
            } else {
                #expect(RecordedModels.agree(answer, wanted), "\(c.name): \(answer) \(wanted)")
            }
        }
    }

    @Test(arguments: versions)
    func probabilitiesAgree(_ version: String) throws {
        for c in try RecordedModels.cases("svm/\(version).json") {
            let model = try Model.load(c.bytes, as: .pickle, options: .init(wantsProbabilities: true))
            let answer = try model.answer(c.answers["instances"])
            // Without probabilities it predicts.
            let wanted = c.answers["probabilities"].isNull ? c.answers["predictions"] : c.answers["probabilities"]
            #expect(RecordedModels.agree(answer, wanted), "\(c.name): \(answer) \(wanted)")
        }
    }

    @Test func rowsInTilesAnswerAsRowsAlone() throws {
        for name in ["coupled-9", "wide", "svr-sigmoid", "sparse", "ties-5"] {
            let c = try #require(RecordedModels.cases("svm/1.9.json").first { $0.name == name })
            let model = try Model.load(c.bytes, as: .pickle, options: .init(wantsProbabilities: true))
            let rows = c.answers["instances"].array ?? []
            let many = (0..<101).map { rows[$0 % rows.count] }
            let one = try model.answer(c.answers["instances"]).array ?? []
            #expect(try model.answer(.array(many)) == .array((0..<101).map { one[$0 % one.count] }), "\(name)")
        }
    }

    @Test func rowsThatNoKernelTakesAreTold() throws {
        let c = try #require(RecordedModels.cases("svm/1.9.json").first { $0.name == "svc-rbf" })
        let model = try Model.load(c.bytes, as: .pickle)
        for (row, complaint) in [
            ([1, 2, 3], "X has 3 features, but SVC is expecting 4 features as input"),
            ([1, 2, 3, .nan], "Input X contains NaN.\nSVC does not accept missing values encoded as NaN natively."),
            ([1, 2, 3, -.infinity], "Input X contains infinity or a value too large for dtype('float64')."),
        ] as [([Double], String)] {
            let defect = #expect(throws: InputDefect.self) { try model.answer([.array(row.map { .double($0) })]) }
            #expect(defect?.what.hasPrefix(complaint) == true)
        }
    }

    @Test func damagedModelsAreRefusedWithThePlace() throws {
        let damaged = try JSON.parse(ModelFile.read(fixture("svm/hostile.json"))).array ?? []
        #expect(damaged.count > 40)
        for c in damaged { try RecordedModels.expectRefusal(c) }
    }

    @Test func exponentialsAreThoseOfLibm() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            let x = -Double.random(in: 0...710, using: &generator) * Double.random(in: 0...1, using: &generator)
            let value = Exponential.ofNegative(SIMD8(repeating: x))[3]
            #expect(abs(value - exp(max(x, -708))) <= 1e-15 * exp(max(x, -708)), "\(x)")
            let tangent = Exponential.hyperbolicTangent(SIMD8(x, -x, x / 300, -x / 300, 0, -0.0, 1, -1))
            for (lane, argument) in [x, -x, x / 300, -x / 300, 0, -0.0, 1, -1].enumerated() {
                #expect(abs(tangent[lane] - tanh(argument)) <= 4e-16, "\(argument)")
            }
        }
    }
}
