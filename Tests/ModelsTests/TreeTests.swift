import Base
import Boosters
import Models
import Prediction
import Testing

/// Models of trees beside the libraries that made them (Fixtures/trees/make_*.py): every row alone, and all rows at once.
@Suite struct TreeTests {
    /// A model's file and what its library answered.
    struct Expected: Sendable {
        let name: String
        let file: [UInt8]
        let rows: [[Double]]
        let answers: [Double]
        let probabilities: [Double]?

        var format: ModelFormat {
            name.hasSuffix(".pkl") ? .pickle : name.hasSuffix(".txt") ? .lightgbm : .xgboost
        }
    }

    /// The cases of one library and version.
    static func expected(_ library: String) throws -> [Expected] {
        let all = try JSON.parse(fixtureBytes("trees/\(library).json")).object ?? [:]
        return try all.sorted { $0.key < $1.key }.map { name, content in
            Expected(
                name: "\(library) \(name)",
                file: try #require(Base64.decode(content["model"].string ?? "")),
                rows: (content["rows"].array ?? []).map { ($0.array ?? []).map { $0.double ?? .nan } },
                answers: flat(content["answers"]),
                probabilities: content["probabilities"].array.map { flat(.array($0)) }
            )
        }
    }

    /// Answers of a model for rows, row-major; labels as their indices.
    static func numbers(_ model: Model, _ rows: [[Double]]) throws -> [Double] {
        var batch = Batch()
        var answer = Answer()
        batch.rows = rows.count
        batch.columns = rows.first?.count ?? 0
        batch.values = Array(rows.joined())
        try model.predict(&batch, into: &answer)
        guard case .labels = model.predictor.output else { return answer.numbers }
        return answer.labels.map(Double.init)
    }

    static func flat(_ answers: JSON) -> [Double] {
        if let parts = answers.array { return parts.flatMap(flat) }
        return [answers.double ?? .nan]
    }

    private static func agree(_ given: [Double], _ wanted: [Double], within tolerance: Double) -> String? {
        guard given.count == wanted.count else { return "\(given.count) answers, not \(wanted.count)" }
        for (index, (given, wanted)) in zip(given, wanted).enumerated() where !(given.isNaN && wanted.isNaN) {
            guard given == wanted || abs(given - wanted) <= max(1e-12, tolerance * abs(wanted)) else {
                return "answer \(index) is \(given), not \(wanted)"
            }
        }
        return nil
    }

    static func check(_ expected: Expected, within tolerance: Double) throws {
        try check(expected, .init(), expected.answers, within: tolerance)
        guard let probabilities = expected.probabilities else { return }
        try check(expected, .init(wantsProbabilities: true), probabilities, within: tolerance)
    }

    private static func check(
        _ expected: Expected,
        _ options: Model.Options,
        _ wanted: [Double],
        within tolerance: Double
    ) throws {
        let model = try Model.load(expected.file, as: expected.format, options: options)
        let name = expected.name
        #expect(agree(try numbers(model, expected.rows), wanted, within: tolerance) == nil, "\(name), all rows")
        let single = try expected.rows.flatMap { try numbers(model, [$0]) }
        #expect(agree(single, wanted, within: tolerance) == nil, "\(name), row by row")
        guard expected.rows.count > 50, name.contains("many") || name.contains("forest") || name.contains("hist") else {
            return
        }
        // More rows than a block holds, and some that fill no group.
        let times = 1003 / expected.rows.count + 1
        let many = try numbers(model, Array(repeating: expected.rows, count: times).flatMap(\.self))
        let repeated = Array(repeating: single, count: times).flatMap(\.self)
        #expect(agree(many, repeated, within: 0) == nil, "\(name), many rows")
    }

    @Test(arguments: ["1.7", "2.1", "3.2"])
    func answersAsXGBoostDoes(_ version: String) throws {
        let cases = try Self.expected("xgboost-\(version)")
        #expect(cases.count > 20)
        for expected in cases { try Self.check(expected, within: 0) }
    }

    @Test(arguments: ["0.24", "1.2", "1.3", "1.5", "1.9"])
    func answersAsScikitLearnDoes(_ version: String) throws {
        let cases = try Self.expected("sklearn-\(version)")
        #expect(cases.count > 25)
        for expected in cases { try Self.check(expected, within: 1e-14) }
    }

    @Test(arguments: ["3.3", "4.7"])
    func answersAsLightGBMDoes(_ version: String) throws {
        let cases = try Self.expected("lightgbm-\(version)")
        #expect(cases.count > 20)
        for expected in cases { try Self.check(expected, within: 1e-14) }
    }
}
