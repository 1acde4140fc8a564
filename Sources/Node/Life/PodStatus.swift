package import Base
import KubeModel

/// Where a pod and its node can be reached.
package struct PodAddresses: Equatable, Sendable {
    package let host: String
    /// Nil until the pod has been given one.
    package var pod: String?

    package init(host: String, pod: String? = nil) {
        self.host = host
        self.pod = pod
    }
}

/// Writes a pod's `status` from where its life stands.
package enum PodStatus {
    /// - Parameter previous: the status before; conditions that hold on keep their transition times.
    package static func make(_ life: PodLife, _ addresses: PodAddresses, previous: JSON, now: WallTime) -> JSON {
        var status: JSON = [
            "phase": .string(phase(life)), "hostIP": .string(addresses.host),
            "hostIPs": [["ip": .string(addresses.host)]],
            "conditions": conditions(life, hasAddress: addresses.pod != nil, previous: previous, now: now),
        ]
        status["startTime"] = JSON(life.startTime?.rfc3339)
        status["podIP"] = JSON(addresses.pod)
        if let pod = addresses.pod { status["podIPs"] = [["ip": .string(pod)]] }
        status["qosClass"] = previous["qosClass"]
        let initial = life.containers.filter { $0.spec.role != .main }
        if !initial.isEmpty { status["initContainerStatuses"] = .array(initial.map { container($0, life) }) }
        status["containerStatuses"] = .array(
            life.containers.filter { $0.spec.role == .main }.map { container($0, life) }
        )
        return status
    }

    /// The status of a pod that this node refuses to run.
    static func refused(_ defect: PodDefect, host: String, now: WallTime) -> JSON {
        [
            "phase": "Failed", "reason": "InvalidPod", "message": .string(defect.description),
            "hostIP": .string(host), "startTime": .string(now.rfc3339),
        ]
    }

    package static func phase(_ life: PodLife) -> String {
        let main = life.containers.filter { $0.spec.role == .main }
        if life.isOver {
            let isFailed = life.containers.contains { container in
                container.spec.role != .sidecar && container.termination.map { !$0.succeeded } ?? false
            }
            return isFailed ? "Failed" : "Succeeded"
        }
        guard life.isInitialized else { return "Pending" }
        let neverRan = main.contains { container in
            switch container.phase {
            case .waiting, .starting: container.last == nil
            case .running, .ended: false
            }
        }
        return neverRan ? "Pending" : "Running"
    }
}

// MARK: - Conditions

extension PodStatus {
    private static func conditions(_ life: PodLife, hasAddress: Bool, previous: JSON, now: WallTime) -> JSON {
        var conditions = Conditions(previous["conditions"])
        func set(_ type: String, _ isTrue: Bool, _ reason: String = "", _ message: String = "") {
            conditions.set(
                type,
                .init(isTrue),
                reason: isTrue ? "" : reason,
                message: isTrue ? "" : message,
                extra: ["lastProbeTime": .null],
                now: now
            )
        }
        let isOver = life.isOver
        let uninitialized = life.containers.filter { $0.spec.role != .main && !$0.isPassed }.map(\.spec.name)
        let unready = life.containers.filter { $0.spec.role != .initial && !$0.isReady }.map(\.spec.name)
        set("PodReadyToStartContainers", hasAddress && !isOver)
        set(
            "Initialized",
            life.isInitialized || isOver && uninitialized.isEmpty,
            "ContainersNotInitialized",
            "containers with incomplete status: [\(uninitialized.joined(separator: " "))]"
        )
        let succeeded = isOver && phase(life) == "Succeeded"
        for type in ["Ready", "ContainersReady"] {
            set(
                type,
                unready.isEmpty && !isOver,
                succeeded ? "PodCompleted" : isOver ? "PodFailed" : "ContainersNotReady",
                succeeded ? "" : "containers with unready status: [\(unready.joined(separator: " "))]"
            )
        }
        set("PodScheduled", true)
        return conditions.json
    }
}

// MARK: - Containers

extension PodStatus {
    private static func container(_ container: ContainerLife, _ life: PodLife) -> JSON {
        var status: JSON = [
            "name": .string(container.spec.name), "image": .string(container.spec.image),
            "imageID": .string(container.imageID), "restartCount": .int(Int64(container.restarts)),
            "ready": .bool(container.spec.role == .initial ? container.isPassed : container.isReady),
            "started": .bool(container.running?.isStarted ?? false),
            "state": state(container, life),
            "lastState": container.last.map { ["terminated": terminated($0)] } ?? .emptyObject,
        ]
        let id = container.running?.containerID ?? container.termination?.containerID ?? container.last?.containerID
        if let id, !id.isEmpty { status["containerID"] = .string(id) }
        return status
    }

    private static func state(_ container: ContainerLife, _ life: PodLife) -> JSON {
        switch container.phase {
        case .running(let running): return ["running": ["startedAt": .string(running.since.rfc3339)]]
        case .ended(let termination): return ["terminated": terminated(termination)]
        case .starting: return ["waiting": ["reason": "ContainerCreating"]]
        case .waiting(let reason, let message, _):
            let waitsForInit = container.spec.role == .main && !life.isInitialized
            let waitsInit = life.containers.contains { $0.spec.role != .main } && waitsForInit
            var waiting: JSON = ["reason": .string(waitsInit ? "PodInitializing" : reason)]
            if !message.isEmpty { waiting["message"] = .string(message) }
            return ["waiting": waiting]
        }
    }

    private static func terminated(_ termination: Termination) -> JSON {
        var terminated: JSON = [
            "exitCode": .int(Int64(termination.exitCode)), "reason": .string(termination.reason),
            "finishedAt": .string(termination.finishedAt.rfc3339),
        ]
        terminated["startedAt"] = JSON((termination.startedAt ?? termination.finishedAt).rfc3339)
        if termination.signal != 0 { terminated["signal"] = .int(Int64(termination.signal)) }
        if !termination.message.isEmpty { terminated["message"] = .string(termination.message) }
        if !termination.containerID.isEmpty { terminated["containerID"] = .string(termination.containerID) }
        return terminated
    }
}

// MARK: - Taking up where an earlier run of the node ended

extension PodStatus {
    /// The containers of a pod as its written status tells of them: what ran when the node stopped has ended since.
    package static func restore(_ spec: PodSpec, _ status: JSON, now: WallTime) -> PodLife {
        let told = (status["initContainerStatuses"].array ?? []) + (status["containerStatuses"].array ?? [])
        let containers = spec.containers.map { container in
            restore(container, told.first { $0["name"].string == container.name } ?? .null, spec.restartPolicy, now)
        }
        let startTime = status["startTime"].string.flatMap { WallTime(rfc3339: $0) }
        return PodLife(spec, containers: containers, startTime: startTime)
    }

    private static func restore(
        _ spec: ContainerSpec,
        _ status: JSON,
        _ policy: PodSpec.RestartPolicy,
        _ now: WallTime
    ) -> ContainerLife {
        var life = ContainerLife(spec)
        life.restarts = min(max(0, status["restartCount"].int ?? 0), NodeLimits.restartsMax)
        guard let end = lastEnd(status, now) else { return life }
        if life.startsAgain(after: end, policy: policy) {
            life.last = end
            life.startsAgain = true
        } else {
            life.phase = .ended(end)
        }
        return life
    }

    private static func lastEnd(_ status: JSON, _ now: WallTime) -> Termination? {
        let id = status["containerID"].string ?? ""
        if let started = status["state"]["running"]["startedAt"].string {
            return Termination(
                exitCode: 137,
                reason: "ContainerStatusUnknown",
                message: "the container was running when its node stopped",
                startedAt: WallTime(rfc3339: started),
                finishedAt: now,
                containerID: id
            )
        }
        let told = [status["state"]["terminated"], status["lastState"]["terminated"]].first { !$0.isNull }
        guard let told, let code = told["exitCode"].int else { return nil }
        return Termination(
            exitCode: code,
            signal: told["signal"].int ?? 0,
            reason: told["reason"].string ?? "Error",
            message: told["message"].string ?? "",
            startedAt: told["startedAt"].string.flatMap { WallTime(rfc3339: $0) },
            finishedAt: told["finishedAt"].string.flatMap { WallTime(rfc3339: $0) } ?? now,
            containerID: id
        )
    }
}
