import Base
package import KubeModel

/// What is watched of a service's live traffic, read by name; its JSON stays the one owner of what it says.
package struct DriftMonitor: Sendable {
    package let object: KubeObject

    package init(_ object: KubeObject) { self.object = object }

    /// A test of whether two samples are of one distribution, or a distance of them.
    package enum Test: String, CaseIterable, Sendable {
        case kolmogorovSmirnov, chiSquared, stabilityIndex, jensenShannon, wasserstein
    }

    /// What a column's values are.
    package enum FeatureType: String, Sendable {
        case numeric, categorical
    }

    /// How chances of many tests are corrected.
    package enum Correction: String, Sendable {
        case none, bonferroni, holm, benjaminiHochberg
    }

    /// What tells outliers.
    package enum OutlierMethod: String, Sendable {
        case none, mahalanobis, isolation
    }

    package var name: String { object.name }
    package var namespace: String { object.namespace ?? "default" }
    package var service: ObjectKey {
        ObjectKey(namespace: namespace, name: object.spec["target"]["name"].string ?? "")
    }
    /// The version whose replicas are watched; nil means all.
    package var version: String? { object.spec["target"]["version"].string }
    /// The model's name in its replicas.
    package var model: String { object.spec["target"]["model"].string ?? service.name }

    /// Where the reference lies, for a reference of a file.
    package var referenceURI: String? { object.spec["reference"]["uri"].string }
    /// How many of the first rows are the reference otherwise.
    package var referenceRows: Int { object.spec["reference"]["firstRows"].int ?? DriftMonitor.usualRows }
    /// The column of a reference's file that holds what the model answered.
    package var predictionColumn: String { object.spec["predictions"]["column"].string ?? "prediction" }
    /// The columns that are watched; empty means all of the reference.
    package var features: [Feature] { (object.spec["features"].array ?? []).compactMap(Feature.init) }
    package var watchesPredictions: Bool { object.spec["predictions"]["enabled"].bool ?? true }
    package var predictionTests: [Test]? { DriftMonitor.tests(object.spec["predictions"]["tests"]) }
    package var predictionType: FeatureType? {
        object.spec["predictions"]["type"].string.flatMap { FeatureType(rawValue: $0) }
    }

    /// The tests of columns that name none.
    package func tests(of type: FeatureType) -> [Test] {
        DriftMonitor.tests(object.spec["tests"][type.rawValue])
            ?? (type == .numeric ? [.kolmogorovSmirnov] : [.chiSquared])
    }

    /// Whether rows as a whole are compared.
    package var comparesRows: Bool { object.spec["multivariate"]["enabled"].bool ?? false }
    /// Rows after which a window ends; nil where only time ends it.
    package var windowRows: Int? {
        object.spec["window"]["rows"].int ?? (windowTime == nil ? DriftMonitor.usualRows : nil)
    }
    /// Time after which a window ends, if it has enough rows.
    package var windowTime: Duration? { object.spec["window"]["time"].duration }
    /// A window of fewer rows says nothing.
    package var minimumRows: Int { object.spec["window"]["minimumRows"].int ?? 50 }
    package var thresholds: Thresholds { Thresholds(object.spec["thresholds"]) }
    package var correction: Correction {
        object.spec["correction"].string.flatMap { Correction(rawValue: $0) } ?? .holm
    }
    package var outliers: OutlierMethod {
        object.spec["outliers"]["method"].string.flatMap { OutlierMethod(rawValue: $0) } ?? .mahalanobis
    }
    package var checksSchema: Bool { object.spec["schema"]["enabled"].bool ?? true }
    package var takesLabels: Bool { object.spec["labels"]["enabled"].bool ?? true }
    /// The label that scores are chances of.
    package var positiveLabel: String? { object.spec["labels"]["positive"].string }
    /// How often replicas are asked.
    package var interval: Duration { object.spec["interval"].duration ?? DriftMonitor.usualInterval }
    package var seed: UInt64 { UInt64(truncatingIfNeeded: object.spec["seed"].int ?? 0) }

    private static let usualRows = 500
    private static let usualInterval = Duration.seconds(10)

    fileprivate static func tests(_ json: JSON) -> [Test]? {
        json.array.map { $0.compactMap { $0.string.flatMap { Test(rawValue: $0) } } }
    }
}

extension DriftMonitor {
    /// A column that is watched.
    package struct Feature: Equatable, Sendable {
        package let name: String
        /// Its place in rows without names.
        package let index: Int?
        /// Nil means as the reference says.
        package let type: FeatureType?
        /// Nil means those of its type.
        package let tests: [Test]?
        /// The numbers that are allowed; nil means as the reference says.
        package let range: ClosedRange<Double>?

        init?(_ json: JSON) {
            guard let name = json["name"].string else { return nil }
            self.name = name
            index = json["index"].int
            type = json["type"].string.flatMap { FeatureType(rawValue: $0) }
            tests = DriftMonitor.tests(json["tests"])
            let (low, high) = (json["min"].double, json["max"].double)
            let bounds = (low ?? -.infinity, high ?? .infinity)
            range = (low == nil && high == nil) || bounds.0 > bounds.1 ? nil : bounds.0...bounds.1
        }
    }

    /// What counts as drift.
    package struct Thresholds: Equatable, Sendable {
        /// Chances below it, after correction.
        package let pValue: Double
        package let stabilityIndex: Double
        package let jensenShannon: Double
        /// In standard deviations of the reference.
        package let wasserstein: Double
        /// The share of a column's cells that may be missing beyond the reference's, out of range or of a wrong type.
        package let violations: Double
        /// The share of rows that may be outliers.
        package let outliers: Double
        /// Windows in a row that must have drifted before it is told.
        package let windows: Int

        init(_ json: JSON) {
            pValue = json["pValue"].double ?? 0.01
            stabilityIndex = json["stabilityIndex"].double ?? 0.25
            jensenShannon = json["jensenShannon"].double ?? 0.2
            wasserstein = json["wasserstein"].double ?? 0.25
            violations = json["violations"].double ?? 0.05
            outliers = json["outliers"].double ?? 0.05
            windows = json["windows"].int ?? 1
        }
    }
}
