import Base
package import KubeModel
import Statistics

/// What `roost ab` shows of an experiment, read from its status: works with any server that has it.
package struct ExperimentReport: Sendable {
    private let object: KubeObject

    package init(_ object: KubeObject) { self.object = object }

    /// The versions with what was measured of them, a head line first; columns of which nothing is known are left out.
    package var table: [[String]] {
        let arms = object.status["arms"].array ?? []
        let columns: [(head: String, cell: (JSON) -> String)] = [
            ("VERSION", { $0["name"].string ?? "" }),
            ("SHARE", { "\($0["weight"].int ?? 0) %" }),
            ("REQUESTS", { "\($0["requests"].int ?? 0)" }),
            ("ERROR RATE", { ExperimentReport.value($0["errorRate"], isShare: true) }),
            ("P50", { ExperimentReport.milliseconds($0["latencyMilliseconds"]["p50"]) }),
            ("P90", { ExperimentReport.milliseconds($0["latencyMilliseconds"]["p90"]) }),
            ("P99", { ExperimentReport.milliseconds($0["latencyMilliseconds"]["p99"]) }),
            ("REWARDS", { $0["reward"]["count"].int.map(String.init) ?? "" }),
            ("REWARD", { ExperimentReport.value($0["reward"], isShare: false) }),
            ("BEST", { $0["probabilityBest"].double.map(Figure.percent) ?? "" }),
        ]
        return columns.reduce(into: [[String]](repeating: [], count: arms.count + 1)) { rows, column in
            let cells = arms.map(column.cell)
            guard cells.contains(where: { !$0.isEmpty }) else { return }
            for (place, cell) in ([column.head] + cells).enumerated() { rows[place].append(cell) }
        }
    }

    /// What is compared, how it goes, and the verdict, a line each.
    package var sentences: [String] {
        let status = object.status
        let policy = object.spec["policy"]["type"].string ?? "fixed"
        let phase = status["phase"].string ?? "not looked at yet"
        let sure = status["confidence"].double.map { "; intervals are \(Figure.text($0 * 100)) % sure" } ?? ""
        let title =
            "\(object.name): \(status["metric"].string ?? "nothing") of \(object.spec["target"]["name"].string ?? "")"
        return ["\(title) (\(policy), \(phase)\(sure))"]
            + [status["verdict"].string, status["decision"].string].compactMap { $0 }
    }

    /// The versions' intervals of the metric, for a picture.
    var intervals: [(name: String, value: Double, lower: Double?, upper: Double?)] {
        (object.status["arms"].array ?? []).compactMap { arm in
            let metric = arm["metric"]
            guard let name = arm["name"].string, let value = metric["value"].double else { return nil }
            return (name, value, metric["lower"].double, metric["upper"].double)
        }
    }

    var metric: String { object.status["metric"].string ?? "" }
    var verdict: String { object.status["verdict"].string ?? "" }

    /// `1.2 % (0.8…1.9)`
    private static func value(_ json: JSON, isShare: Bool) -> String {
        guard let value = json["value"].double else { return "" }
        let scale: Double = isShare ? 100 : 1
        let text = Figure.text(value * scale) + (isShare ? " %" : "")
        guard let lower = json["lower"].double, let upper = json["upper"].double else { return text }
        return "\(text) (\(Figure.text(lower * scale))…\(Figure.text(upper * scale)))"
    }

    private static func milliseconds(_ json: JSON) -> String {
        json["value"].double.map { "\(Figure.text($0)) ms" } ?? ""
    }
}
