import Base
import KubeModel
import Scaling

extension MeasuredPod {
    /// A pod as its object says it is.
    init(_ pod: KubeObject) {
        self.init(name: pod.name)
        phase = pod.status["phase"].string.flatMap { Phase(rawValue: $0) } ?? .unknown
        isDeleting = pod.isTerminating
        startedAt = pod.status["startTime"].string.flatMap { WallTime(rfc3339: $0) }
        let ready = (pod.status["conditions"].array ?? []).first { $0["type"].string == "Ready" }
        readiness = ready.map { condition in
            let isReady: Bool? =
                switch condition["status"].string {
                case "True": true
                case "False": false
                default: nil
                }
            let since = condition["lastTransitionTime"].string.flatMap { WallTime(rfc3339: $0) }
            return Readiness(isReady: isReady, since: since ?? WallTime(nanoseconds: 0))
        }
        let sidecars = (pod.spec["initContainers"].array ?? []).filter { $0["restartPolicy"].string == "Always" }
        containers = ((pod.spec["containers"].array ?? []) + sidecars).map { container in
            let requests = container["resources"]["requests"].object ?? [:]
            return Container(
                name: container["name"].string ?? "",
                requests: requests.compactMapValues { Quantity($0)?.milliValue }
            )
        }
    }
}
