package import Base
package import Foundation
import Synchronization
import Testing

/// Recorded answers of upstream's own code, one array of cases a file: those that a target's Fixtures keep, or all of a
/// folder that the environment names in `GOLDEN_DIR`. What came of each set is printed, for `make golden` to gather.
package struct Golden: Sendable {
    /// `folder/name`, as the set is called there.
    package let set: String
    package let cases: [JSON]
    /// Whether the folder of the environment has no such set.
    private let isAbsent: Bool

    /// - Parameters:
    ///   - kept: the file's name in Fixtures; nil where the target keeps none of it.
    ///   - bundle: the target's.
    package init(_ folder: String, _ name: String, kept: String?, in bundle: Bundle) throws {
        set = "\(folder)/\(name)"
        let url: URL?
        if let all = ProcessInfo.processInfo.environment["GOLDEN_DIR"], !all.isEmpty {
            url = URL(fileURLWithPath: "\(all)/\(folder)/\(name).json")
            isAbsent = !FileManager.default.fileExists(atPath: "\(all)/\(folder)/\(name).json")
        } else {
            url = kept.flatMap { bundle.url(forResource: $0, withExtension: "json", subdirectory: "Fixtures") }
            isAbsent = kept == nil
        }
        guard !isAbsent else {
            cases = []
            return
        }
        let file = try #require(url)
        cases = try #require(try JSON.parse([UInt8](Data(contentsOf: file))).array)
    }

    /// Replays every case; `replay` gives what differs, or nil.
    package func replay(_ replay: (JSON) throws -> String?) rethrows {
        var failed = 0
        for item in cases {
            guard let difference = try replay(item) else { continue }
            failed += 1
            Issue.record("\(set) \(item["id"].int ?? -1): \(difference)")
        }
        tell(failed: failed)
    }

    /// Checks every case; a case in which something is not as expected has failed.
    package func check(_ body: (JSON) throws -> Void) {
        var failed = 0
        for item in cases {
            let fails = Atomic(false)
            // No issue is known: the matcher only sees whether there is one.
            withKnownIssue(isIntermittent: true) {
                do {
                    try body(item)
                } catch {
                    Issue.record(error)
                }
            } matching: { _ in
                fails.store(true, ordering: .relaxed)
                return false
            }
            if fails.load(ordering: .relaxed) { failed += 1 }
        }
        tell(failed: failed)
    }

    private func tell(failed: Int) {
        print(isAbsent ? "golden \(set): absent" : "golden \(set): \(cases.count - failed) passed, \(failed) failed")
    }
}

/// What differs between two values, or nil.
package func difference<Value: Equatable>(_ what: String, _ got: Value, _ expected: Value) -> String? {
    got == expected ? nil : "\(what) is \(got), recorded is \(expected)"
}
