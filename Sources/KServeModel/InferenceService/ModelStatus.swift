package import Base
package import KubeModel

/// `status.modelStatus`: how far the model is, from the predictor's pods.
package struct ModelStatus: Equatable, Sendable {
    package var transition = Transition.upToDate
    package var active = State.pending
    package var target = State.pending
    package var readyCopies = 0
    package var failedCopies = 0
    package var lastFailure: JSON = .null

    /// What becomes of the model that the spec asks for.
    package enum Transition: String, Sendable {
        case upToDate = "UpToDate"
        case inProgress = "InProgress"
        case blockedByFailedLoad = "BlockedByFailedLoad"
        case invalidSpec = "InvalidSpec"
    }

    /// Where a model is.
    package enum State: String, CaseIterable, Sendable {
        case pending = "Pending"
        case standby = "Standby"
        case loading = "Loading"
        case loaded = "Loaded"
        case failedToLoad = "FailedToLoad"
    }

    package init() {}

    /// Begins with what a status says.
    package init(_ json: JSON) {
        transition = json["transitionStatus"].string.flatMap { Transition(rawValue: $0) } ?? .upToDate
        active = json["states"]["activeModelState"].string.flatMap { State(rawValue: $0) } ?? .pending
        target = json["states"]["targetModelState"].string.flatMap { State(rawValue: $0) } ?? .pending
        readyCopies = json["copies"]["totalCopies"].int ?? 0
        failedCopies = json["copies"]["failedCopies"].int ?? 0
        lastFailure = json["lastFailureInfo"]
    }

    package var json: JSON {
        var json: JSON = [
            "transitionStatus": .string(transition.rawValue),
            "states": ["activeModelState": .string(active.rawValue), "targetModelState": .string(target.rawValue)],
            "copies": ["failedCopies": .int(Int64(failedCopies)), "totalCopies": .int(Int64(readyCopies))],
        ]
        json["lastFailureInfo"] = lastFailure
        return json
    }

    /// The spec itself cannot be served.
    package mutating func refuse(_ refusal: RuntimeRefusal) {
        transition = .invalidSpec
        target = .failedToLoad
        lastFailure = ["reason": .string(refusal.reason.rawValue), "message": .string(refusal.message)]
    }

    /// Follows the predictor's pods, newest first; `isReady` is the whole service's readiness.
    package mutating func follow(pods: [KubeObject], isReady: Bool) {
        readyCopies = pods.count(where: \.isReadyPod)
        failedCopies = 0
        // What sleeps has loaded before; nothing has happened to it since.
        guard let newest = pods.first else { return settle(isReady && active == .loaded ? .loaded : .pending) }
        if followStorageInitializer(newest) { return }
        // Even of a ready service the newest version may fail, while an older one answers.
        if let failure = newest.serverFailure {
            failedCopies = pods.count { $0.serverFailure != nil }
            return fail(failure)
        }
        if isReady {
            lastFailure = .null
        } else if let trouble = newest.startTrouble {
            lastFailure = ["reason": "RuntimeUnhealthy", "message": .string(trouble)]
        }
        settle(isReady ? .loaded : .pending)
    }

    /// The newest revision has failed and has no pod left that could tell why; what was told of it stands.
    package mutating func failUnseen() {
        target = .failedToLoad
        transition = .blockedByFailedLoad
    }

    /// Whether the newest of a predictor's pods fails: its server, or what fetches the model.
    package static func isFailing(_ pods: [KubeObject]) -> Bool {
        guard let newest = pods.first else { return false }
        let initializer = newest.containerStatus("initContainerStatuses", ContainerName.storageInitializer)
        return newest.serverFailure != nil || failure(of: initializer) != nil
    }

    /// Follows the container that fetches the model; returns whether that says all there is to say.
    private mutating func followStorageInitializer(_ pod: KubeObject) -> Bool {
        let container = pod.containerStatus("initContainerStatuses", ContainerName.storageInitializer)
        if let failure = ModelStatus.failure(of: container) {
            fail(failure)
            return true
        }
        guard !container["state"]["running"].isNull else { return false }
        // Running again after a failure: what the failure said stands until this try ends.
        if container["lastState"]["terminated"].isNull { settle(.loading) }
        return true
    }

    private mutating func settle(_ state: State) {
        target = state
        transition = state == .loaded ? .upToDate : .inProgress
        if state == .loaded { active = .loaded }
    }

    private mutating func fail(_ ended: JSON) {
        target = .failedToLoad
        transition = .blockedByFailedLoad
        var message = Substring(ended["message"].string ?? "")
        while message.last?.isWhitespace == true { message.removeLast() }
        var info: JSON = ["reason": "ModelLoadFailed", "message": .string(String(message))]
        if let code = ended["exitCode"].int, code != 0 { info["exitCode"] = JSON(code) }
        lastFailure = info
    }

    /// How a container last ended, if it ended in error or keeps doing so.
    fileprivate static func failure(of container: JSON) -> JSON? {
        let state = container["state"]
        if state["terminated"]["reason"].string == "Error" { return state["terminated"] }
        if state["waiting"]["reason"].string == "CrashLoopBackOff" { return container["lastState"]["terminated"] }
        return nil
    }
}

extension KubeObject {
    fileprivate var isReadyPod: Bool {
        status["phase"].string == "Running" && Conditions(status["conditions"]).isTrue("Ready")
    }

    /// How the server last ended, where it ended in error.
    fileprivate var serverFailure: JSON? {
        ModelStatus.failure(of: containerStatus("containerStatuses", ContainerName.kserve))
    }

    /// Why a container of the pod cannot even be started, or the pod given to a node.
    fileprivate var startTrouble: String? {
        let scheduled = Conditions(status["conditions"])["PodScheduled"]
        if scheduled["status"].string == "False" {
            return "pod \(name): \(scheduled["message"].string ?? "not scheduled")"
        }
        let containers = ["initContainerStatuses", "containerStatuses"].flatMap { status[$0].array ?? [] }
        for container in containers {
            let waiting = container["state"]["waiting"]
            guard let reason = waiting["reason"].string, KubeObject.startFaults.contains(reason) else { continue }
            let message = waiting["message"].string.map { ": \($0)" } ?? ""
            return "container \(container["name"].string ?? "") of pod \(name): \(reason)\(message)"
        }
        return nil
    }

    private static let startFaults: Set<String> = [
        "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "CreateContainerConfigError",
        "CreateContainerError",
    ]

    fileprivate func containerStatus(_ list: String, _ name: String) -> JSON {
        status[list].array?.first { $0["name"].string == name } ?? .null
    }
}
