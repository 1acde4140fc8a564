import Base
import Foundation
import Testing

/// Recorded decisions of upstream's own code, one array of cases a file: those kept here, or all of a folder that the
/// environment names in `GOLDEN_DIR`.
struct Golden {
    let set: String
    let cases: [JSON]

    init(_ folder: String, _ name: String) throws {
        set = "\(folder)/\(name)"
        let url: URL
        if let all = ProcessInfo.processInfo.environment["GOLDEN_DIR"], !all.isEmpty {
            url = URL(fileURLWithPath: "\(all)/\(folder)/\(name).json")
        } else {
            let kept = "\(folder)-\(name)"
            url = try #require(Bundle.module.url(forResource: kept, withExtension: "json", subdirectory: "Fixtures"))
        }
        cases = try #require(try JSON.parse([UInt8](Data(contentsOf: url))).array)
    }

    /// Replays every case; `replay` gives what differs, or nil.
    func replay(_ replay: (JSON) throws -> String?) rethrows {
        var failed = 0
        for item in cases {
            guard let difference = try replay(item) else { continue }
            failed += 1
            Issue.record("\(set) \(item["id"].int ?? -1): \(difference)")
        }
        print("golden \(set): \(cases.count - failed) passed, \(failed) failed")
    }
}

/// What differs between two values, or nil.
func difference<Value: Equatable>(_ what: String, _ got: Value, _ expected: Value) -> String? {
    got == expected ? nil : "\(what) is \(got), recorded is \(expected)"
}
