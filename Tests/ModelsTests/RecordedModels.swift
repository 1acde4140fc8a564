import Base
import Models
import Pickle
import Prediction
import Testing

/// Models inside a fixture, each with what its library answers (made by the script beside the fixture).
enum RecordedModels {
    struct Case {
        let name: String
        let bytes: [UInt8]
        let answers: JSON
    }

    static func cases(_ file: String) throws -> [Case] {
        let recorded = try JSON.parse(ModelFile.read(fixture(file))).object ?? [:]
        return try recorded.sorted { $0.key < $1.key }.map { name, answers in
            let packed = try #require(Base64.decode(answers["pickle"].string ?? ""))
            return Case(name: name, bytes: try Inflate.plain(packed), answers: answers)
        }
    }

    /// Expects that a damaged model is refused as its recording says.
    static func expectRefusal(_ c: JSON) throws {
        let wanted = try #require(c["defect"].string)
        let bytes = try Inflate.plain(#require(Base64.decode(c["pickle"].string ?? "")))
        let defect = #expect(throws: ModelDefect.self, "\(wanted)") {
            try Model.load(bytes, as: .pickle, options: .init(wantsProbabilities: true))
        }
        #expect(defect?.description.hasPrefix(wanted) == true, "\(String(describing: defect)) is not \(wanted)")
    }

    /// Whether two answers are the same but for rounding: relative 1e-9, or what is said, or absolute 1e-12.
    static func agree(_ one: JSON, _ other: JSON, within tolerance: Double = 1e-9) -> Bool {
        if let one = one.array, let other = other.array {
            return one.count == other.count && zip(one, other).allSatisfy { agree($0, $1, within: tolerance) }
        }
        // NaN is null in JSON.
        if other.isNull { return one.double?.isNaN ?? one.isNull }
        guard let one = one.double, let other = other.double else { return one == other }
        return abs(one - other) <= max(1e-12, tolerance * abs(other))
    }
}
