import Base
import KubeModel

/// The status of a Deployment: counts, and conditions that say whether its rollout gets on.
struct DeploymentStatus {
    /// The reasons of the condition Progressing that decisions depend on.
    private enum Reason {
        static let complete = "NewReplicaSetAvailable"
        static let timedOut = "ProgressDeadlineExceeded"
        static let paused = "DeploymentPaused"
        static let resumed = "DeploymentResumed"
    }

    private let rollout: Rollout
    private let now: WallTime
    private var conditions: Conditions

    init(_ rollout: Rollout, now: WallTime) {
        self.rollout = rollout
        self.now = now
        conditions = Conditions(rollout.deployment.object.status["conditions"])
        judge()
    }

    /// The status object.
    var json: JSON {
        var status = counts
        status["observedGeneration"] = .int(Int64(deployment.object.generation))
        if deployment.collisionCount > 0 { status["collisionCount"] = .int(Int64(deployment.collisionCount)) }
        status["conditions"] = conditions.json
        return status
    }

    /// Whether every replica is of the present template and available.
    var isComplete: Bool {
        updated == deployment.replicas && rollout.sets.current == deployment.replicas
            && rollout.sets.available == deployment.replicas
    }

    /// When the progress deadline is to be looked at again.
    var recheck: Duration? {
        let progressing = conditions["Progressing"]
        guard let deadline = deployment.progressDeadline, !deployment.isPaused, !isComplete,
            let reason = progressing["reason"].string, reason != Reason.complete, reason != Reason.timedOut,
            let updated = lastUpdate(progressing)
        else { return nil }
        return max(.zero, updated + deadline - now) + .seconds(1)
    }

    private var deployment: Deployment { rollout.deployment }
    private var updated: Int { rollout.new?.current ?? 0 }

    private var counts: JSON {
        let sets = rollout.sets
        let numbers = [
            "replicas": sets.current, "updatedReplicas": updated, "readyReplicas": sets.ready,
            "availableReplicas": sets.available,
            "unavailableReplicas": max(0, rollout.nextSets.wanted - sets.available),
        ]
        var counts = JSON.object(numbers.filter { $0.value != 0 }.mapValues { .int(Int64($0)) })
        counts["terminatingReplicas"] = .int(Int64(sets.terminating))
        return counts
    }
}

extension DeploymentStatus {
    private mutating func judge() {
        judgeAvailability()
        judgePause()
        if deployment.progressDeadline == nil {
            conditions.remove("Progressing")
        } else if !deployment.isPaused {
            judgeProgress()
        }
        judgeFailure()
    }

    private mutating func judgeAvailability() {
        let isAvailable = rollout.sets.available >= deployment.replicas - deployment.bounds.maxUnavailable
        set(
            "Available",
            Conditions.Status(isAvailable),
            isAvailable ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            "Deployment \(isAvailable ? "has" : "does not have") minimum availability."
        )
    }

    private mutating func judgePause() {
        let reason = conditions["Progressing"]["reason"].string
        guard deployment.progressDeadline != nil, reason != Reason.timedOut else { return }
        if deployment.isPaused, reason != Reason.paused {
            set("Progressing", .unknown, Reason.paused, "Deployment is paused")
        } else if !deployment.isPaused, reason == Reason.paused {
            set("Progressing", .unknown, Reason.resumed, "Deployment is resumed")
        }
    }

    private mutating func judgeProgress() {
        let before = conditions["Progressing"]
        let reason = before["reason"].string
        let subject =
            (rollout.next ?? rollout.new).map { "ReplicaSet \"\($0.name)\"" }
            ?? "Deployment \"\(deployment.object.name)\""
        if rollout.new == nil, let made = rollout.next {
            set("Progressing", .true, "NewReplicaSetCreated", "Created new replica set \"\(made.name)\"")
            return
        }
        let isFinished = reason == Reason.complete && isRecordedFor(rollout.new, before)
        // A finished rollout stays finished when a pod of it restarts.
        if isFinished, rollout.sets.current == updated { return }
        if isComplete, rollout.new != nil {
            set("Progressing", .true, Reason.complete, "\(subject) has successfully progressed.", refreshes: true)
        } else if hasProgressed || (reason == Reason.complete && !isFinished) {
            set("Progressing", .true, "ReplicaSetUpdated", "\(subject) is progressing.", refreshes: true)
        } else if before.isNull {
            let name = rollout.new?.name ?? ""
            set("Progressing", .true, "FoundNewReplicaSet", "Found new replica set \"\(name)\"")
        } else if isTimedOut(before) {
            set("Progressing", .false, Reason.timedOut, "\(subject) has timed out progressing.")
        }
    }

    /// Whether the condition speaks of this ReplicaSet: after `rollout undo` an old one is new again.
    private func isRecordedFor(_ set: ReplicaSet?, _ condition: JSON) -> Bool {
        let quoted = (condition["message"].string ?? "").utf8.split(separator: UInt8(ascii: "\""))
        return quoted.contains { $0.elementsEqual((set?.name ?? "").utf8) }
    }

    /// Whether more is updated, ready or available, or less is old, than the status said last.
    private var hasProgressed: Bool {
        let status = deployment.object.status
        func was(_ name: String) -> Int { status[name].int ?? 0 }
        let sets = rollout.sets
        return updated > was("updatedReplicas")
            || sets.current - updated < was("replicas") - was("updatedReplicas")
            || sets.ready > was("readyReplicas") || sets.available > was("availableReplicas")
    }

    private func isTimedOut(_ condition: JSON) -> Bool {
        guard let deadline = deployment.progressDeadline, let updated = lastUpdate(condition),
            condition["reason"].string != Reason.complete
        else { return false }
        return condition["reason"].string == Reason.timedOut || updated + deadline < now
    }

    /// Tells of pods that could not be created, the new ReplicaSet's first.
    private mutating func judgeFailure() {
        let failures = [rollout.new].compactMap { $0 } + rollout.old
        let failure = failures.lazy
            .compactMap { $0.object.status["conditions"].array?.first { $0["type"].string == "ReplicaFailure" } }
            .first { $0["status"].string == "True" }
        if let failure {
            set("ReplicaFailure", .true, failure["reason"].string ?? "", failure["message"].string ?? "")
        } else {
            conditions.remove("ReplicaFailure")
        }
    }

    /// Sets a condition; one with this status and reason stays as it is unless it `refreshes`.
    private mutating func set(
        _ type: String,
        _ status: Conditions.Status,
        _ reason: String,
        _ message: String,
        refreshes: Bool = false
    ) {
        let before = conditions[type]
        let isSame = before["status"].string == status.rawValue && before["reason"].string == reason
        if isSame, !refreshes || before["message"].string == message && reason == Reason.complete { return }
        let extra: [String: JSON] = ["lastUpdateTime": .string(now.rfc3339)]
        conditions.set(type, status, reason: reason, message: message, extra: extra, now: now)
    }

    private func lastUpdate(_ condition: JSON) -> WallTime? {
        condition["lastUpdateTime"].string.flatMap { WallTime(rfc3339: $0) }
    }
}
