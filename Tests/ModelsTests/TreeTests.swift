import Base
import Models
import Testing

/// Models of trees beside the libraries that made them (Fixtures/trees/make_*.py): every row alone, and all rows at once.
@Suite struct TreeTests {
    /// What a library answered for a model.
    struct Expected: CustomTestStringConvertible, Sendable {
        let file: String
        let rows: [[Double]]
        let answers: JSON
        let options: Model.Options
        var testDescription: String { file }
    }

    static func expected(_ name: String) throws -> [Expected] {
        let all = try JSON.parse(fixtureBytes("trees/\(name).expected.json")).object ?? [:]
        return all.sorted { $0.key < $1.key }.map { file, content in
            Expected(
                file: content["file"].string ?? file,
                rows: (content["rows"].array ?? []).map { ($0.array ?? []).map { $0.double ?? .nan } },
                answers: content["answers"],
                options: Model.Options(wantsProbabilities: content["probabilities"].bool ?? false)
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
        let model = try Model.load(file: fixture("trees/\(expected.file)"), options: expected.options)
        let wanted = flat(expected.answers)
        #expect(
            agree(try numbers(model, expected.rows), wanted, within: tolerance) == nil,
            "\(expected.file), all rows"
        )
        let single = try expected.rows.flatMap { try numbers(model, [$0]) }
        #expect(agree(single, wanted, within: tolerance) == nil, "\(expected.file), row by row")
        // More rows than a block holds, and some that fill no group.
        let times = 1003 / expected.rows.count + 1
        let many = try numbers(model, Array(repeating: expected.rows, count: times).flatMap(\.self))
        let repeated = Array(repeating: single, count: times).flatMap(\.self)
        #expect(agree(many, repeated, within: 0) == nil, "\(expected.file), many rows")
    }

    @Test(arguments: ["1.7", "2.1", "3.2"])
    func answersAsXGBoostDoes(_ version: String) throws {
        let cases = try Self.expected("xgboost-\(version)")
        #expect(cases.count > 20)
        for expected in cases { try Self.check(expected, within: 0) }
    }
}
