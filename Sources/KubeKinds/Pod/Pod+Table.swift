import Base
import KubeModel

/// `kubectl get pods`.
enum PodTable {
    static let columns: [TableColumn] = [
        .name,
        .text("Ready") { pod in
            let text = PodStatusText(pod)
            return "\(text.readyContainers)/\(text.totalContainers)"
        },
        .text("Status") { PodStatusText($0).reason },
        TableColumn("Restarts") { pod, now in .string(restarts(PodStatusText(pod), now)) },
        .age,
        .text("IP", wide: true) { address($0).orNone },
        .text("Node", wide: true) { $0.spec.text("nodeName").orNone },
        .text("Nominated Node", wide: true) { $0.status.text("nominatedNodeName").orNone },
        .text("Readiness Gates", wide: true) { readinessGates($0) },
    ]

    /// Tells clients that a pod has ended, well or not.
    static func conditions(_ pod: KubeObject) -> [JSON] {
        let message: String
        switch pod.status["phase"].string {
        case "Succeeded": message = "The pod has completed successfully."
        case "Failed": message = "The pod failed."
        default: return []
        }
        return [
            ["type": "Completed", "status": "True", "reason": pod.status["phase"], "message": .string(message)]
        ]
    }

    private static func restarts(_ text: PodStatusText, _ now: WallTime) -> String {
        guard text.restarts > 0, let last = text.lastRestart else { return String(text.restarts) }
        return "\(text.restarts) (\(Age.text(since: last, now: now)) ago)"
    }

    private static func address(_ pod: KubeObject) -> String {
        pod.status.elements("podIPs").first?.text("ip") ?? pod.status.text("podIP")
    }

    private static func readinessGates(_ pod: KubeObject) -> String {
        let gates = pod.spec.elements("readinessGates")
        guard !gates.isEmpty else { return "<none>" }
        let met = Set(
            pod.status.elements("conditions").filter { $0["status"].string == "True" }.map { $0.text("type") }
        )
        return "\(gates.count { met.contains($0.text("conditionType")) })/\(gates.count)"
    }
}
