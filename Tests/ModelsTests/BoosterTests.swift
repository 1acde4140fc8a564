import Base
import Models
import Pickle
import Prediction
import Testing

/// Boosters in every form of file and inside pickles, beside what their libraries answer (scripts/parity/record_boosters.py).
@Suite struct BoosterTests {
    /// A model's file, rows, and what its library answered for them.
    struct Recorded {
        let name: String
        let format: ModelFormat
        let bytes: [UInt8]
        let content: JSON

        func model(_ options: Model.Options = .init()) throws -> Model {
            try Model.load(bytes, as: format, options: options)
        }
    }

    static func recorded(_ version: String) throws -> [Recorded] {
        let all = try JSON.parse(fixtureBytes("boosters/\(version).json")).object ?? [:]
        return try all.sorted { $0.key < $1.key }.map { name, content in
            let bytes = try Inflate.plain(#require(Base64.decode(content["content"].string ?? "")))
            // joblib and zlib pack files as well.
            let file = try Inflate.plain(bytes)
            let format = try ModelFormat.of(file: content["file"].string ?? "", content: file)
            return Recorded(name: "\(version) \(name)", format: format, bytes: file, content: content)
        }
    }

    static func recorded(_ version: String, _ name: String) throws -> Recorded {
        try #require(recorded(version).first { $0.name == "\(version) \(name)" })
    }

    /// Rows as a request brings them: texts, numbers, or objects whose members are columns.
    static func batch(_ instances: [JSON]) -> Batch {
        var batch = Batch()
        batch.rows = instances.count
        if let names = instances.first?.object?.keys.sorted() {
            batch.fill(instances, columns: names)
        } else if instances.first?.string != nil {
            batch.content = .texts
            for row in instances { batch.texts.append(row.string ?? "") }
        } else {
            batch.columns = instances.first?.array?.count ?? 0
            batch.values = instances.flatMap { ($0.array ?? []).map { $0.double ?? .nan } }
        }
        return batch
    }

    static func answers(_ model: Model, _ instances: [JSON]) throws -> [JSON] {
        var batch = batch(instances)
        return try model.answer(&batch).array ?? []
    }

    @Test(
        arguments: [
            "xgboost-0.90", "xgboost-1.0", "xgboost-1.7", "xgboost-2.1", "xgboost-3.4", "lightgbm-3.3", "lightgbm-4.7",
            "catboost-1.2",
        ]
    )
    func answersAsTheLibraryDoes(_ version: String) throws {
        let cases = try Self.recorded(version)
        #expect(cases.count > 2)
        for c in cases {
            for (method, options) in [
                ("predict", Model.Options()), ("predict_proba", .init(wantsProbabilities: true)),
            ] where c.content[method].array != nil {
                let model = try c.model(options)
                let instances = c.content["instances"].array ?? []
                let wanted = c.content[method].array ?? []
                let tolerance = version.hasPrefix("xgboost") ? 1e-6 : 1e-9
                let together = try Self.answers(model, instances)
                #expect(
                    RecordedModels.agree(.array(together), .array(wanted), within: tolerance),
                    "\(c.name) \(method)"
                )
                let single = try instances.flatMap { try Self.answers(model, [$0]) }
                #expect(RecordedModels.agree(.array(single), .array(wanted), within: tolerance), "\(c.name) \(method)")
            }
        }
    }

    @Test(arguments: ["lgb-labelled", "lgb-classifier-labelled"])
    func columnsOfAFrameAreTakenByTheirNames(_ name: String) throws {
        let c = try Self.recorded("lightgbm-4.7", name)
        let model = try c.model()
        let instances = c.content["instances"].array ?? []
        var batch = Batch()
        batch.rows = instances.count
        batch.fill(instances, columns: ["weight", "unknown", "kind", "age", "colour", "width", "height"])
        let answers = try model.answer(&batch)
        #expect(RecordedModels.agree(answers, c.content["predict"]))
        func answer(_ instances: [JSON], columns: [String]) throws -> JSON {
            var batch = Batch()
            batch.rows = instances.count
            batch.fill(instances, columns: columns)
            return try model.answer(&batch)
        }
        let short = instances.map { JSON.object(($0.object ?? [:]).filter { $0.key != "height" }) }
        let empty = short.map { JSON.object(($0.object ?? [:]).merging(["height": .null]) { old, _ in old }) }
        let columns = ["weight", "kind", "age", "colour", "width"]
        #expect(try answer(short, columns: columns) == answer(empty, columns: columns + ["height"]))
        #expect(throws: InputDefect.self) { try answer(instances, columns: ["unknown"]) }
    }

    @Test func aCategoryThatTrainingDidNotSeeIsMissing() throws {
        let c = try Self.recorded("lightgbm-4.7", "lgb-labelled")
        let model = try c.model()
        let row = try #require(c.content["instances"].array?.first)
        func answer(_ colour: JSON) throws -> [JSON] {
            var changed = row
            changed["colour"] = colour
            return try Self.answers(model, [changed])
        }
        // Training saw whole numbers from -30 on.
        #expect(try answer(1234) == answer("green"))
    }

    @Test func namesOfColumnsAreThoseOfTheBooster() throws {
        #expect(
            try Self.recorded("lightgbm-4.7", "lgb-classifier-labelled").model().featureNames
                == ["width", "height", "weight", "kind", "colour", "age"]
        )
    }
}
