import Base
import CLinux
import Models
import Prediction
import TestKit
import Testing

/// The fixtures are what scikit-learn itself saved and answered (examples/models/train.py).
@Suite struct SklearnTests {
    static let versions = ["0.24", "1.2", "1.5", "1.9"]

    static func expected(_ version: String) throws -> [String: JSON] {
        try JSON.parse(ModelFile.read(fixture("expected-\(version).json"))).object ?? [:]
    }

    @Test(arguments: versions)
    func answersAsScikitLearnDoes(_ version: String) throws {
        let expected = try Self.expected(version)
        #expect(expected.count > 10)
        for (file, answers) in expected.sorted(by: { $0.key < $1.key }) {
            let model = try Model.load(file: fixture(file))
            #expect(try model.answer(answers["instances"]) == answers["predictions"], "\(file)")
        }
    }

    @Test(arguments: versions)
    func probabilitiesAgree(_ version: String) throws {
        for (file, answers) in try Self.expected(version).sorted(by: { $0.key < $1.key }) {
            let model = try Model.load(file: fixture(file), options: .init(wantsProbabilities: true))
            let rows = try model.answer(answers["instances"]).array ?? []
            let wanted = answers["probabilities"].array ?? []
            #expect(rows.count == wanted.count && !rows.isEmpty, "\(file)")
            // float32 models are held to float32's precision.
            let tolerance = file.contains("float32") ? 1e-6 : 1e-9
            for (row, wantedRow) in zip(rows, wanted) {
                #expect(row.array?.count == wantedRow.array?.count, "\(file)")
                for (number, wantedNumber) in zip(row.array ?? [], wantedRow.array ?? []) {
                    let (number, wanted) = (number.double ?? .nan, wantedNumber.double ?? 0)
                    #expect(abs(number - wanted) <= max(1e-12, tolerance * abs(wanted)), "\(file): \(number) \(wanted)")
                }
            }
        }
    }

    @Test func answersTheWalksWords() throws {
        let model = try Model.load(file: fixture("predictor-model.pkl"))
        #expect(try model.answer(["sparrow", "elephant", "sunflower"]) == [1, 0, 2])
        #expect(model.predictor.input == .texts)
        #expect(model.predictor.output == .labels(.integers([0, 1, 2])))
    }

    struct Misfit: CustomTestStringConvertible, Sendable {
        let file: String
        let rows: JSON
        let what: String
        var testDescription: String { what }
    }

    @Test(arguments: [
        Misfit(
            file: "names-1.9.joblib",
            rows: [[1, 2, 3]],
            what: "X has 3 features, but StandardScaler is expecting 4 features as input."
        ),
        Misfit(file: "names-1.9.joblib", rows: ["a"], what: "rows are texts, but StandardScaler is expecting numbers"),
        Misfit(file: "names-1.9.joblib", rows: [], what: "found no rows, at least one is required by StandardScaler"),
        Misfit(file: "tfidf-1.9.pkl", rows: [[1]], what: "rows are numbers, but the vectorizer is expecting texts"),
    ])
    func rowsThatDoNotFitAreTold(_ c: Misfit) throws {
        let model = try Model.load(file: fixture(c.file))
        #expect(throws: InputDefect(c.what)) { try model.answer(c.rows) }
    }

    @Test func aFolderHoldsExactlyOneModelFile() async throws {
        try await withScratchDirectory { folder in
            let missing = #expect(throws: ModelDefect.self) { try Model.load(folder: folder) }
            #expect(missing?.what.hasPrefix("no model file: none of .joblib .pkl .pickle") == true)
            copy(fixture("names-1.9-p4.pkl"), to: "\(folder)/model.pkl")
            copy(fixture("names-1.9-p4.pkl"), to: "\(folder)/notes.txt")
            mkdir("\(folder)/b.pickle", 0o700)
            let model = try Model.load(folder: folder)
            #expect(model.predictor.input == .numbers(columns: 4))
            copy(fixture("names-1.9-p4.pkl"), to: "\(folder)/second.joblib")
            let defect = #expect(throws: ModelDefect.self) { try Model.load(folder: folder) }
            #expect(defect?.description.contains("More than one model file is detected") == true)
        }
    }

    private func copy(_ source: String, to target: String) {
        symlink(source, target)
    }
}
