import Base
import Foundation
import Testing

/// Recorded decisions of Knative's own code: those kept here, or all of a folder that the environment names in `GOLDEN_DIR`.
struct Golden {
    let set: String
    let cases: [JSON]

    init(_ set: String) throws {
        self.set = set
        let url: URL
        if let all = ProcessInfo.processInfo.environment["GOLDEN_DIR"], !all.isEmpty {
            url = URL(fileURLWithPath: "\(all)/kpa/\(set).json")
        } else {
            url = try #require(Bundle.module.url(forResource: "Fixtures/kpa-\(set)", withExtension: "json"))
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
        print("golden kpa/\(set): \(cases.count - failed) passed, \(failed) failed")
    }
}
