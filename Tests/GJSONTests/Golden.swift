import Base
import Foundation
import Testing

/// Recorded answers of gjson 1.18 itself: those kept here, or all of a folder that the environment names in `GOLDEN_DIR`.
struct Golden {
    struct Row {
        let document: String
        var path = ""
        let answer: JSON
        var double = 0.0
    }

    let set: String
    let rows: [Row]

    static func paths() throws -> Golden {
        if let all = try whole("paths") {
            return Golden(set: "gjson/paths", rows: try all.map { try row($0["json"], $0["path"], $0, $0["float"]) })
        }
        let kept = try fixture("paths")
        let names = ["exists", "type", "raw", "string", "bool", "int"]
        return Golden(
            set: "gjson/paths",
            rows: try #require(kept["cases"].array).map { row in
                var answer = JSON.emptyObject
                for (index, name) in names.enumerated() { answer[name] = row[index + 2] }
                if answer["string"].isNull { answer["string"] = answer["raw"] }
                return try Self.row(kept["documents"][try #require(row[0].int)], row[1], answer, row[8])
            }
        )
    }

    static func validity() throws -> Golden {
        let rows =
            try whole("valid").map { $0.map { ($0["json"], $0["valid"]) } }
            ?? fixture("valid").array.map { $0.map { ($0[0], $0[1]) } }
        return Golden(
            set: "gjson/valid",
            rows: try #require(rows).map { Row(document: try #require($0.0.string), answer: $0.1) }
        )
    }

    /// Replays every case; `replay` gives what differs, or nil.
    func replay(_ replay: (Row) throws -> String?) rethrows {
        var failed = 0
        for row in rows {
            guard let difference = try replay(row) else { continue }
            failed += 1
            Issue.record("\(set): \(difference)")
        }
        print("golden \(set): \(rows.count - failed) passed, \(failed) failed")
    }

    private static func row(_ document: JSON, _ path: JSON, _ answer: JSON, _ double: JSON) throws -> Row {
        let told = ["exists", "type", "raw", "string", "bool", "int"]
        return Row(
            document: try #require(document.string),
            path: try #require(path.string),
            answer: .object(try #require(answer.object).filter { told.contains($0.key) }),
            double: try #require(double.double)
        )
    }

    private static func whole(_ name: String) throws -> [JSON]? {
        guard let all = ProcessInfo.processInfo.environment["GOLDEN_DIR"], !all.isEmpty else { return nil }
        return try JSON.parse(Array(try Data(contentsOf: URL(fileURLWithPath: "\(all)/gjson/\(name).json")))).array
    }

    private static func fixture(_ name: String) throws -> JSON {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
        return try JSON.parse(Array(try Data(contentsOf: url)))
    }
}
