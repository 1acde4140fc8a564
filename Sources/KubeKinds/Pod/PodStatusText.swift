package import Base
package import KubeModel

/// What `kubectl get pods` says of a pod: one word for its state, ready and total containers, restarts.
///
/// The word is the most telling reason found: of the first init container that is not done, else of the last container
/// that waits or has ended, else the phase.
package struct PodStatusText: Equatable, Sendable {
    /// `Running`, `Completed`, `CrashLoopBackOff`, `Init:0/2`, `Terminating` …
    package private(set) var reason: String
    package private(set) var readyContainers = 0
    package private(set) var totalContainers: Int
    package private(set) var restarts = 0
    /// When a container last ended before it was started again.
    package private(set) var lastRestart: WallTime?

    private let conditions: [JSON]

    package init(_ pod: KubeObject) {
        let phase = pod.status.text("phase")
        let statusReason = pod.status.text("reason")
        conditions = pod.status.elements("conditions")
        reason = statusReason.isEmpty ? phase : statusReason
        if conditions.contains(where: {
            $0["reason"].string == "SchedulingGated" && $0["type"].string == "PodScheduled"
        }) {
            reason = "SchedulingGated"
        }
        let sidecars = Set(pod.spec.elements("initContainers").filter(PodStatusText.isSidecar).map { $0.text("name") })
        totalContainers = pod.spec.elements("containers").count + sidecars.count

        let isInitializing = readInitContainers(of: pod, sidecars: sidecars)
        if !isInitializing || hasCondition("Initialized") { readContainers(of: pod, sidecars: sidecars) }
        guard pod.isTerminating else { return }
        if statusReason == "NodeLost" {
            reason = "Unknown"
        } else if !["Succeeded", "Failed"].contains(phase) {
            reason = "Terminating"
        }
    }

    /// Whether an init container keeps running beside the others.
    package static func isSidecar(_ container: JSON) -> Bool { container["restartPolicy"].string == "Always" }

    /// Looks at the init containers up to the first that is not done; true if there is one.
    private mutating func readInitContainers(of pod: KubeObject, sidecars: Set<String>) -> Bool {
        let total = pod.spec.elements("initContainers").count
        for (index, status) in pod.status.elements("initContainerStatuses").enumerated() {
            count(status)
            let isSidecar = sidecars.contains(status.text("name"))
            let ended = status[path: ["state", "terminated"]]
            let waiting = status[path: ["state", "waiting"]].text("reason")
            if ended["exitCode"].int == 0 { continue }
            if isSidecar, status["started"].bool == true {
                if status["ready"].bool == true { readyContainers += 1 }
                continue
            }
            if !ended.isNull {
                reason = "Init:" + PodStatusText.reason(ofEnded: ended)
            } else if !waiting.isEmpty, waiting != "PodInitializing" {
                reason = "Init:" + waiting
            } else {
                reason = "Init:\(index)/\(total)"
            }
            return true
        }
        return false
    }

    /// Looks at the containers from last to first, so that the first one's reason wins.
    private mutating func readContainers(of pod: KubeObject, sidecars: Set<String>) {
        restarts = 0
        lastRestart = nil
        for status in pod.status.elements("initContainerStatuses") where sidecars.contains(status.text("name")) {
            count(status)
        }
        var isOneRunning = false
        var failure: String?
        for status in pod.status.elements("containerStatuses").reversed() {
            count(status)
            let ended = status[path: ["state", "terminated"]]
            let waiting = status[path: ["state", "waiting"]].text("reason")
            if !waiting.isEmpty {
                reason = waiting
            } else if !ended.isNull {
                reason = PodStatusText.reason(ofEnded: ended)
                if ended["exitCode"].int != 0 { failure = reason }
            } else if status["ready"].bool == true, !status[path: ["state", "running"]].isNull {
                isOneRunning = true
                readyContainers += 1
            }
        }
        guard reason == "Completed" else { return }
        if let failure {
            reason = failure
        } else if isOneRunning {
            reason = hasCondition("Ready") ? "Running" : "NotReady"
        }
    }

    private mutating func count(_ status: JSON) {
        restarts += status["restartCount"].int ?? 0
        guard
            let ended = status[path: ["lastState", "terminated", "finishedAt"]].string.flatMap({ WallTime(rfc3339: $0) }
            )
        else { return }
        lastRestart = max(lastRestart ?? ended, ended)
    }

    private func hasCondition(_ type: String) -> Bool {
        conditions.contains { $0["type"].string == type && $0["status"].string == "True" }
    }

    private static func reason(ofEnded state: JSON) -> String {
        if let reason = state["reason"].string, !reason.isEmpty { return reason }
        if let signal = state["signal"].int, signal != 0 { return "Signal:\(signal)" }
        return "ExitCode:\(state["exitCode"].int ?? 0)"
    }
}
