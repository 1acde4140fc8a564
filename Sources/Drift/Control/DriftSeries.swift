import Base
import KServeModel
import KubeModel
import Synchronization

/// The series of monitors, as their statuses say: a restart shows them again.
final class DriftSeries: Sendable {
    /// A gauge with the labels that it was set for.
    private struct Place: Hashable {
        let gauge: Int
        let labels: [String]
    }

    private struct State {
        var places: [ObjectKey: Set<Place>] = [:]
        var windows: [ObjectKey: Int] = [:]
    }

    private let gauges: [GaugeFamily]
    private let windows: CounterFamily
    private let state = Mutex(State())

    /// The gauges: what they are called, what they say, their labels besides namespace and name.
    private static let all: [(name: String, help: String, labels: [String])] = [
        ("roost_drift_detected", "Whether drift is detected by a DriftMonitor.", []),
        ("roost_drift_rows", "Rows of the last window.", []),
        ("roost_drift_statistic", "Statistic of a test in the last window.", ["feature", "test"]),
        (
            "roost_drift_p_value", "Chance of such a statistic without drift, corrected for many tests.",
            ["feature", "test"]
        ),
        ("roost_drift_feature_detected", "Whether a column has drifted in the last window.", ["feature"]),
        (
            "roost_drift_violations", "Share of cells in the last window that the reference does not allow.",
            ["feature", "kind"]
        ),
        ("roost_drift_outlier_ratio", "Share of rows in the last window that are outliers.", []),
        ("roost_drift_labels", "Newest answers whose labels are known.", []),
        ("roost_drift_accuracy", "Share of right answers among those whose labels are known.", []),
        ("roost_drift_auc", "Area under the ROC curve of answers whose labels are known.", []),
        ("roost_drift_calibration_error", "Expected calibration error of answers whose labels are known.", []),
    ]

    init(_ registry: MetricRegistry) {
        gauges = DriftSeries.all.map { registry.gauge($0.name, $0.help, labels: ["namespace", "name"] + $0.labels) }
        windows = registry.counter(
            "roost_drift_windows_total",
            "Windows that a DriftMonitor has judged.",
            labels: ["namespace", "name"]
        )
    }

    /// Sets what a monitor's status says, and removes what it says no more.
    func tell(_ object: KubeObject) {
        let values = DriftSeries.values(object.status)
        let own = [object.namespace ?? "default", object.name]
        var places: Set<Place> = []
        for (name, labels, value) in values {
            guard let gauge = DriftSeries.all.firstIndex(where: { $0.name == name }) else { continue }
            set(gauge, own + labels, value)
            places.insert(Place(gauge: gauge, labels: own + labels))
        }
        let number = object.status["window"]["number"].int ?? 0
        let (gone, more) = state.withLock { state in
            defer {
                state.places[object.key] = places
                state.windows[object.key] = number
            }
            return (
                state.places[object.key, default: []].subtracting(places), number - (state.windows[object.key] ?? 0)
            )
        }
        for place in gone { remove(place) }
        windows.with(own[0], own[1]).add(max(0, more))
    }

    /// Ends the series of a monitor that is gone.
    func forget(_ key: ObjectKey) {
        let places = state.withLock { state in
            state.windows[key] = nil
            return state.places.removeValue(forKey: key) ?? []
        }
        for place in places { remove(place) }
        windows.remove(key.namespace ?? "default", key.name)
    }

    private func set(_ gauge: Int, _ labels: [String], _ value: Double) {
        switch labels.count {
        case 2: gauges[gauge].with(labels[0], labels[1]).set(value)
        case 3: gauges[gauge].with(labels[0], labels[1], labels[2]).set(value)
        default: gauges[gauge].with(labels[0], labels[1], labels[2], labels[3]).set(value)
        }
    }

    private func remove(_ place: Place) {
        let labels = place.labels
        switch labels.count {
        case 2: gauges[place.gauge].remove(labels[0], labels[1])
        case 3: gauges[place.gauge].remove(labels[0], labels[1], labels[2])
        default: gauges[place.gauge].remove(labels[0], labels[1], labels[2], labels[3])
        }
    }

    private static func values(_ status: JSON) -> [(name: String, labels: [String], value: Double)] {
        guard let rows = status["window"]["rows"].double else { return labelled(status) }
        var values: [(name: String, labels: [String], value: Double)] = [("roost_drift_rows", [], rows)]
        values.append(("roost_drift_detected", [], Conditions(status["conditions"]).isTrue("DriftDetected") ? 1 : 0))
        if let share = status["outliers"]["share"].double { values.append(("roost_drift_outlier_ratio", [], share)) }
        for feature in status["features"].array ?? [] {
            let name = feature["name"].string ?? ""
            values.append(("roost_drift_feature_detected", [name], feature["drifted"].bool == true ? 1 : 0))
            for test in feature["tests"].array ?? [] {
                let labels = [name, test["test"].string ?? ""]
                if let value = test["statistic"].double { values.append(("roost_drift_statistic", labels, value)) }
                if let value = test["correctedPValue"].double { values.append(("roost_drift_p_value", labels, value)) }
            }
            for kind in ["missing", "outside", "wrongType"] {
                let share = (feature["violations"][kind].double ?? 0) / max(1, rows)
                values.append(("roost_drift_violations", [name, kind], share))
            }
        }
        return values + labelled(status)
    }

    private static func labelled(_ status: JSON) -> [(name: String, labels: [String], value: Double)] {
        let members = [
            ("roost_drift_labels", "count"), ("roost_drift_accuracy", "accuracy"), ("roost_drift_auc", "auc"),
            ("roost_drift_calibration_error", "calibrationError"),
        ]
        return members.compactMap { name, member in
            guard let value = status["labels"][member].double else { return nil }
            return (name: name, labels: [], value: value)
        }
    }
}
