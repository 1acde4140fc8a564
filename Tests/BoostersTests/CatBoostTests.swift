import Base
import Boosters
import Foundation
import Prediction
import Testing

/// Models beside CatBoost itself (Fixtures/catboost/make.py): every row alone, a few rows, and more than a block.
@Suite struct CatBoostTests {
    struct Expected: Sendable {
        let name: String
        let file: [UInt8]
        let rows: [JSON]
        let answers: JSON
        let probabilities: JSON
    }

    static func expected(_ version: String) throws -> [Expected] {
        let path = try #require(Bundle.module.resourcePath) + "/Fixtures/catboost/\(version).json"
        let all = try JSON.parse(Array(Data(contentsOf: URL(fileURLWithPath: path)))).object ?? [:]
        return try all.sorted { $0.key < $1.key }.map { name, content in
            Expected(
                name: name,
                file: try #require(Base64.decode(content["file"].string ?? "")),
                rows: content["rows"].array ?? [],
                answers: content["predict"],
                probabilities: content["predict_proba"]
            )
        }
    }

    /// One case of CatBoost 1.2.
    static func expected(case name: String) throws -> Expected {
        try #require(expected("1.2").first { $0.name == name })
    }

    static func load(_ file: [UInt8], probabilities: Bool = false) throws -> Model {
        Model(try CatBoostBooster(file).content(wantsProbabilities: probabilities))
    }

    /// Answers rows, `step` at a time; labels by their names.
    static func answers(_ model: Model, _ rows: [JSON], step: Int) throws -> [JSON] {
        var batch = Batch()
        var answer = Answer()
        var answers: [JSON] = []
        for first in stride(from: 0, to: rows.count, by: step) {
            batch.fill(Array(rows[first..<min(first + step, rows.count)]))
            try model.predict(&batch, into: &answer)
            if case .labels(let labels) = model.predictor.output {
                answers += answer.labels.map { labels.name($0) }
            } else {
                answers += answer.numbers.map { .double($0) }
            }
        }
        return answers
    }

    private static func flat(_ answers: JSON) -> [JSON] { answers.array.map { $0.flatMap(flat) } ?? [answers] }

    private static func agree(_ given: JSON, _ wanted: JSON) -> Bool {
        guard let given = given.double, let wanted = wanted.double else { return given == wanted }
        return given == wanted || abs(given - wanted) <= max(1e-12, 1e-9 * abs(wanted))
    }

    private static func check(_ expected: Expected, _ wanted: JSON, probabilities: Bool) throws {
        let model = try load(expected.file, probabilities: probabilities)
        let wanted = flat(wanted)
        let single = try answers(model, expected.rows, step: 1)
        #expect(single.count == wanted.count, "\(expected.name)")
        for (index, (given, wanted)) in zip(single, wanted).enumerated() where !agree(given, wanted) {
            Issue.record("\(expected.name): answer \(index) is \(given), not \(wanted)")
        }
        // The same number must come of a row whatever stands beside it.
        #expect(try answers(model, expected.rows, step: 7) == single, "\(expected.name), seven at a time")
        let times = 103
        let many = try answers(model, Array(repeating: expected.rows, count: times).flatMap(\.self), step: 1 << 20)
        #expect(many == Array(repeating: single, count: times).flatMap(\.self), "\(expected.name), many rows")
    }

    @Test(arguments: [("1.0", 9), ("1.2", 39)])
    func answersAsCatBoostDoes(_ version: String, _ count: Int) throws {
        let cases = try Self.expected(version)
        #expect(cases.count == count)
        for expected in cases {
            try Self.check(expected, expected.answers, probabilities: false)
            guard !expected.probabilities.isNull else { continue }
            try Self.check(expected, expected.probabilities, probabilities: true)
        }
    }

    @Test func describesTheModel() throws {
        let file = try Self.expected(case: "categories-mixed-cbm").file
        let content = try CatBoostBooster(file).content(wantsProbabilities: false)
        #expect(content.description.library == "catboost")
        #expect(content.description.version == "1.2.10")
        let parameters = content.description.estimator.parameters.map { "\($0.name)=\($0.value)" }
        #expect(parameters == ["loss_function=Logloss", "trees=12 symmetric", "categorical_features=4"])
        #expect(content.featureNames == ["size", "city", "rooms", "kind", "age", "code"])
    }

    @Test(arguments: [
        ("categories-mixed-cbm", true), ("categories-mixed-three-json", true), ("loss-RMSE-cbm", true),
    ])
    func isKnownByItsContent(_ name: String, _ isKnown: Bool) throws {
        let head = try Self.expected(case: name).file.prefix(4096)
        #expect(ModelFormat.catboost.isBegunBy(head))
        #expect(!ModelFormat.xgboost.isBegunBy(head))
    }

    @Test(arguments: [
        (#"{"learner":{},"version":[3,0,0]}"#, false), (#" { "model_info" : {}}"#, true), ("tree\n", false),
        ("", false),
    ])
    func isToldFromOthers(_ text: String, _ isCatBoost: Bool) {
        #expect(ModelFormat.catboost.isBegunBy(Array(text.utf8)[...]) == isCatBoost)
    }

    struct Input: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let name: String
        let row: JSON
        let message: String
    }

    @Test(arguments: [
        Input(
            testDescription: "too few columns",
            name: "loss-RMSE-cbm",
            row: [0.5, 1],
            message: "Feature 5 is present in model but not in pool."
        ),
        Input(
            testDescription: "a column of another name",
            name: "columns-named-cbm",
            row: ["a": 1, "b": 2, "c": 3, "z": 4, "e": 5, "f": 6],
            message: "Feature d is present in model but not in pool."
        ),
        Input(
            testDescription: "a fraction as a category",
            name: "categories-mixed-cbm",
            row: ["size": 1, "city": "a", "rooms": 2.5, "kind": "flat", "age": 3, "code": "x"],
            message: "Invalid type for cat_feature[feature_idx=4]=2.5 : cat_features must be integer or string, "
                + "real number values and NaN values should be converted to string."
        ),
        Input(
            testDescription: "a missing category",
            name: "categories-mixed-cbm",
            row: ["size": 1, "city": .null, "rooms": 2, "kind": "flat", "age": 3, "code": "x"],
            message: "Invalid type for cat_feature[feature_idx=1]=nan : cat_features must be integer or string, "
                + "real number values and NaN values should be converted to string."
        ),
        Input(
            testDescription: "a text as a number",
            name: "categories-mixed-cbm",
            row: ["size": "big", "city": "a", "rooms": 2, "kind": "flat", "age": 3, "code": "x"],
            message: "could not convert string to float: 'big'"
        ),
    ])
    func refusesRows(_ input: Input) throws {
        let model = try Self.load(Self.expected(case: input.name).file)
        #expect(throws: InputDefect(input.message)) { try Self.answers(model, [input.row], step: 1) }
    }

    @Test(
        arguments: [
            // Of util/digest/city.cpp, by catboost's own hashes of categories.
            (0, 0x9AE1_6A3B_2F90_404F), (1, 0x2420_662C_D003_ACFA), (3, 0x3A91_2F48_3A4E_CE31),
            (4, 0xF75A_3B8A_1499_428D),
            (8, 0x4382_A8D0_FE8E_DB17), (9, 0x66C7_FA4E_B3FA_B8D1), (16, 0xB7C6_0922_8035_52C1),
            (17, 0x034B_B4FE_133A_33E6), (32, 0x3ECA_4491_8B3B_7A1A),
        ] as [(Int, UInt64)]
    )
    func hashesTexts(_ count: Int, _ hash: UInt64) {
        let text = Array("abcdefghijklmnopqrstuvwxyz012345".utf8.prefix(count))
        #expect(text.withUnsafeBytes { CatBoostBooster.hash($0) } == hash)
    }

    @Test(
        arguments: [
            (65..<129, 0x7D4F_D225_853F_506B), (65..<130, 0xC245_3F34_224E_CB07), (0..<200, 0xE49C_E9A6_D9F4_1656),
        ]
            as [(Range<UInt8>, UInt64)]
    )
    func hashesLongTexts(_ bytes: Range<UInt8>, _ hash: UInt64) {
        #expect(Array(bytes).withUnsafeBytes { CatBoostBooster.hash($0) } == hash)
    }
}

extension Labels {
    fileprivate func name(_ index: Int32) -> JSON {
        switch self {
        case .integers(let values, _): .int(values[Int(index)])
        case .numbers(let values): .double(values[Int(index)])
        case .flags(let values): .bool(values[Int(index)])
        case .texts(let values): .string(values[Int(index)])
        }
    }
}

extension Batch {
    /// Makes the rows those of a request: lists of numbers, or objects, whose columns come in the order of the names.
    fileprivate mutating func fill(_ instances: [JSON]) {
        clear()
        rows = instances.count
        guard let first = instances.first?.object else {
            columns = instances.first?.array?.count ?? 0
            values = instances.flatMap { ($0.array ?? []).map { $0.double ?? .nan } }
            return
        }
        content = .table
        columnNames = first.keys.sorted()
        for (column, name) in columnNames.enumerated() {
            table.addColumn()
            for row in instances {
                if let text = row[name].string {
                    let start = table.utf8.count
                    table.utf8 += Array(text.utf8)
                    table.appendText(from: start, to: column)
                } else {
                    table.append(row[name].double.map { .number($0) } ?? .missing, to: column)
                }
            }
        }
    }
}
