import Base
import Drift
import KServeModel
import KubeModel
import Statistics

/// A monitor of InferenceService `iris`; `spec` holds what is said besides, in YAML's flow.
func monitor(_ spec: String = "seed: 1") throws -> DriftMonitor {
    var object = KubeObject(.driftMonitors, kind: "DriftMonitor", namespace: "default", name: "iris")
    object.spec = try YAML.parse("{target: {name: iris}, \(spec)}").first ?? .null
    return DriftMonitor(object)
}

/// Rows of two numbers and a color, with a class as prediction.
func rows(
    _ count: Int,
    shift: Double = 0,
    colors: [String] = ["red", "blue", "red", "green"],
    seed: UInt64
) -> LearntRows {
    var chance = SeededGenerator(seed: seed)
    var rows = LearntRows(names: ["width", "height", "color", "prediction"], rowsMax: count)
    for _ in 0..<count {
        let first = Normal().draw(using: &chance)
        let second = first / 2 + Normal(mean: shift).draw(using: &chance)
        let color = colors[Int.random(in: colors.indices, using: &chance)]
        rows.add([.number(first), .number(second), .text(color), .number(first > 0 ? 1 : 0)])
    }
    return rows
}

/// What a monitor says of rows held against others.
func compare(_ before: LearntRows, _ now: LearntRows, _ spec: String = "seed: 1") throws -> JSON {
    try FileComparison(reference: before, current: now, try monitor(spec)).status
}

extension JSON {
    /// What a status says of a column.
    func column(_ name: String) -> JSON {
        (self["features"].array ?? []).first { $0["name"].string == name } ?? .null
    }

    var isDrifting: Bool? { Conditions(self["conditions"]).status("DriftDetected").map { $0 == .true } }
}
