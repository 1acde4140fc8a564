import Base
import Models
import Pickle
import Prediction
import Testing

/// Models that take data frames answer as scikit-learn answered when the fixtures were made (Fixtures/frames/train.py).
@Suite struct DataFrameTests {
    static let versions = ["1.1", "1.5", "1.9"]

    @Test(arguments: versions)
    func rowsAsObjectsAreAnswered(_ version: String) throws {
        let cases = try RecordedModels.cases("frames/\(version).json")
        #expect(cases.count > 6)
        for c in cases {
            let columns = c.answers["columns"].strings
            let model = try Model.load(c.bytes, as: .pickle)
            #expect(try model.answer(c.answers["instances"], columns: columns) == c.answers["predictions"], "\(c.name)")
            let likely = try Model.load(c.bytes, as: .pickle, options: .init(wantsProbabilities: true))
            let answer = try likely.answer(c.answers["instances"], columns: columns)
            let wanted = c.answers["probabilities"]
            #expect(RecordedModels.agree(answer, wanted), "\(c.name): \(answer) \(wanted)")
        }
    }

    @Test func framesThatDoNotFitAreToldInTheSameWords() throws {
        let refused = try JSON.parse(ModelFile.read(fixture("frames/refused.json"))).array ?? []
        #expect(refused.count == 6)
        for c in refused {
            let bytes = try Inflate.plain(#require(Base64.decode(c["pickle"].string ?? "")))
            let model = try Model.load(bytes, as: .pickle)
            #expect(throws: InputDefect(c["defect"].string ?? "")) {
                try model.answer(c["instances"], columns: c["columns"].strings)
            }
        }
    }

    @Test func aModelTellsTheColumnsThatItWants() throws {
        let cases = try RecordedModels.cases("frames/1.9.json")
        let usual = try Model.load(#require(cases.first { $0.name == "usual" }).bytes, as: .pickle)
        let wanted: [(String, ElementType)] = [
            ("age", .float64), ("fare", .float64), ("sex", .bytes), ("port", .bytes),
        ]
        guard case .table(let columns) = usual.predictor.input else {
            Issue.record("takes \(usual.predictor.input)")
            return
        }
        #expect(columns.map(\.name) == wanted.map(\.0) && columns.map(\.type) == wanted.map(\.1))
        #expect(throws: InputDefect("Specifying the columns using strings is only supported for dataframes.")) {
            try usual.answer([[1, 2, 3, 4, 5, 6]])
        }
    }

    @Test func damagedModelsAreRefusedWithThePlace() throws {
        let damaged = try JSON.parse(ModelFile.read(fixture("frames/hostile.json"))).array ?? []
        #expect(damaged.count > 20)
        for c in damaged { try RecordedModels.expectRefusal(c) }
    }
}
