import Base
import CData

/// What came of the last comparisons with the libraries themselves, which `make parity RECORD=1` has written into the
/// repository.
package struct ParityRecord: Sendable {
    /// What came of one version of a library.
    package struct Version: Sendable {
        /// As PyPI calls it.
        package let library: String
        package let version: String
        /// The day of the comparison, and the commit of the program.
        package let date: String
        package let commit: String
        /// Answers that were compared; answers of models that are refused for a reason; cases that the version does not have.
        package let passed, failed, notNative, notInIt: Int
    }

    /// Versions, by library and number.
    package let versions: [Version]
    /// Estimators that are refused, and why.
    package let refused: [String: String]
    /// Estimator → method → versions of its library.
    private let estimators: [String: [String: [String]]]

    /// The record that the program carries.
    package static let kept = ParityRecord(
        UnsafeBufferPointer(start: cdata_parity_start_address(), count: cdata_parity_size())
    )

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        // The repository's own file: a test looks that it can be read.
        let json = (try? JSON.parse(Array(bytes))) ?? .null
        versions = (json["versions"].array ?? []).map(Version.init)
        refused = json["refused"].stringMap
        estimators = (json["estimators"].object ?? [:]).mapValues { ($0.object ?? [:]).mapValues(\.strings) }
    }

    /// Methods by which an estimator has answered as its library does.
    package func methods(of estimator: String) -> [String] {
        let methods = estimators[estimator] ?? [:]
        return methods.keys.filter { methods[$0]?.isEmpty == false }.sorted()
    }

    /// Versions with which that was so, in order.
    package func versions(of estimator: String) -> [String] {
        func numbers(_ version: String) -> [Int] { version.split(separator: ".").compactMap { Int($0) } }
        return Set((estimators[estimator] ?? [:]).values.joined())
            .sorted { numbers($0).lexicographicallyPrecedes(numbers($1)) }
    }
}

extension ParityRecord.Version {
    fileprivate init(_ json: JSON) {
        library = json["library"].string ?? ""
        version = json["version"].string ?? ""
        date = json["date"].string ?? ""
        commit = json["commit"].string ?? ""
        passed = json["passed"].int ?? 0
        failed = json["failed"].int ?? 0
        notNative = json["notNative"].int ?? 0
        notInIt = json["notInIt"].int ?? 0
    }
}
