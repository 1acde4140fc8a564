import Base
import KubeModel

/// `kubectl get hpa`.
enum AutoscalerTable {
    static let columns: [TableColumn] = [
        .name,
        .text("Reference") { scaler in
            let target = scaler.spec["scaleTargetRef"]
            return "\(target.text("kind"))/\(target.text("name"))"
        },
        .text("Targets") { targets($0.spec.elements("metrics"), $0.status.elements("currentMetrics")) },
        .text("MinPods") { $0.spec["minReplicas"].int.map(String.init) ?? "<unset>" },
        .number("MaxPods") { $0.spec["maxReplicas"].int ?? 0 },
        .number("Replicas") { $0.status["currentReplicas"].int ?? 0 },
        .age,
    ]

    /// Metrics that the cell shows; the rest is only counted.
    private static let shownMax = 2

    /// What is measured against what is wanted; a metric and its measurement stand at the same place of their lists.
    private static func targets(_ metrics: [JSON], _ measured: [JSON]) -> String {
        guard !metrics.isEmpty else { return "<none>" }
        let texts = metrics.prefix(shownMax).enumerated().map { index, metric in
            target(metric, measured.indices.contains(index) ? measured[index] : .null)
        }
        let text = texts.joined(separator: ", ")
        return metrics.count > shownMax ? "\(text) + \(metrics.count - shownMax) more..." : text
    }

    private static func target(_ metric: JSON, _ measured: JSON) -> String {
        let type = metric.text("type")
        guard let member = members[type] else { return "<unknown type>" }
        let wanted = metric[member]["target"]
        let current = measured[member]["current"]
        let average = value(current["averageValue"])
        switch type {
        case "Pods": return "\(average)/\(value(wanted["averageValue"]))"
        case "Object", "External":
            if !wanted["averageValue"].isNull { return "\(average)/\(value(wanted["averageValue"])) (avg)" }
            return "\(value(current["value"]))/\(value(wanted["value"]))"
        default:
            let name = metric[member].text("name")
            if !wanted["averageValue"].isNull { return "\(name): \(average)/\(value(wanted["averageValue"]))" }
            let utilization = current["averageUtilization"].int.map { "\($0)%" } ?? "<unknown>"
            let goal = wanted["averageUtilization"].int.map { "\($0)%" } ?? "<auto>"
            return "\(name): \(utilization)/\(goal)"
        }
    }

    private static let members = [
        "Resource": "resource", "ContainerResource": "containerResource", "Pods": "pods", "Object": "object",
        "External": "external",
    ]

    private static func value(_ quantity: JSON) -> String { Quantity(quantity)?.description ?? "<unknown>" }
}
