import Base
import KubeModel

extension DriftMonitor {
    /// Bounds of what a monitor may ask for.
    package enum Limits {
        /// Columns of a monitor.
        package static let features = 100
        /// Rows of a window.
        package static let rows = 1_000_000
        /// Rows of a reference that is learnt.
        static let learntRows = 10_000
        static let intervalMin = Duration.seconds(1)
    }

    /// Everything that is wrong with it, each with its field.
    var faults: [String] {
        let spec = object.spec
        var faults: [String] = []
        if referenceURI != nil, !spec["reference"]["firstRows"].isNull {
            faults.append("spec.reference: is either a uri or the firstRows, not both")
        }
        if let uri = referenceURI, !uri.hasPrefix("file:///"), !uri.hasPrefix("/") {
            faults.append("spec.reference.uri: must be file:///PATH or /PATH, was \"\(uri)\"")
        }
        faults += DriftMonitor.countFaults(
            spec["reference"]["firstRows"],
            "spec.reference.firstRows",
            20...Limits.learntRows
        )
        faults += DriftMonitor.countFaults(spec["window"]["rows"], "spec.window.rows", 10...Limits.rows)
        faults += DriftMonitor.countFaults(spec["window"]["minimumRows"], "spec.window.minimumRows", 10...Limits.rows)
        faults += DriftMonitor.durationFaults(spec["window"]["time"], "spec.window.time")
        faults += DriftMonitor.durationFaults(spec["interval"], "spec.interval")
        if let rows = spec["window"]["rows"].int, rows < minimumRows {
            faults.append("spec.window.rows: must be at least minimumRows, \(minimumRows), was \(rows)")
        }
        return faults + featureFaults + thresholdFaults
    }

    private var featureFaults: [String] {
        var faults: [String] = []
        let list = object.spec["features"].array ?? []
        if list.count > Limits.features { faults.append("spec.features: at most \(Limits.features)") }
        var seen: Set<String> = []
        for (place, feature) in list.enumerated() {
            let field = "spec.features[\(place)]"
            if let name = feature["name"].string, !seen.insert(name).inserted {
                faults.append("\(field).name: \"\(name)\" is there twice")
            }
            if let index = feature["index"].int, index < 0 {
                faults.append("\(field).index: must not be negative, was \(index)")
            }
            if let low = feature["min"].double, let high = feature["max"].double, low > high {
                faults.append("\(field): min \(low) is above max \(high)")
            }
            let type = feature["type"].string
            faults += DriftMonitor.testFaults(feature["tests"], "\(field).tests", of: type)
        }
        for type in ["numeric", "categorical"] {
            faults += DriftMonitor.testFaults(object.spec["tests"][type], "spec.tests.\(type)", of: type)
        }
        return faults
    }

    private var thresholdFaults: [String] {
        let json = object.spec["thresholds"]
        var faults: [String] = []
        for name in ["pValue", "violations", "outliers"] {
            if let value = json[name].double, !(0...1).contains(value) {
                faults.append("spec.thresholds.\(name): must be between 0 and 1, was \(value)")
            }
        }
        for name in ["stabilityIndex", "jensenShannon", "wasserstein"] {
            if let value = json[name].double, value <= 0 {
                faults.append("spec.thresholds.\(name): must be above 0, was \(value)")
            }
        }
        if let windows = json["windows"].int, !(1...100).contains(windows) {
            faults.append("spec.thresholds.windows: must be between 1 and 100, was \(windows)")
        }
        return faults
    }

    /// Tests that compare the order of numbers do not fit categories.
    private static func testFaults(_ json: JSON, _ field: String, of type: String?) -> [String] {
        guard type == FeatureType.categorical.rawValue else { return [] }
        return json.strings.filter { ["kolmogorovSmirnov", "wasserstein"].contains($0) }
            .map { "\(field): \($0) is for numeric features only" }
    }

    private static func countFaults(_ json: JSON, _ field: String, _ range: ClosedRange<Int>) -> [String] {
        guard let count = json.int, !range.contains(count) else { return [] }
        return ["\(field): must be between \(range.lowerBound) and \(range.upperBound), was \(count)"]
    }

    private static func durationFaults(_ json: JSON, _ field: String) -> [String] {
        guard let text = json.string else { return [] }
        do {
            let duration = try Duration(kubernetes: text)
            return duration < Limits.intervalMin
                ? ["\(field): must be at least \(Limits.intervalMin.seconds) s, was \(text)"] : []
        } catch {
            return ["\(field): \(error)"]
        }
    }
}
