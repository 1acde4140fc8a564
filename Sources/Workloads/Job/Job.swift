import Base
package import KubeModel

/// What its controller reads of a Job.
package struct Job {
    /// The condition types of a Job's status.
    enum Condition: String {
        case suspended = "Suspended"
        case successCriteriaMet = "SuccessCriteriaMet"
        case complete = "Complete"
        case failureTarget = "FailureTarget"
        case failed = "Failed"
    }

    let object: KubeObject
    let conditions: Conditions

    package init(_ object: KubeObject) {
        self.object = object
        conditions = Conditions(object.status["conditions"])
    }

    var parallelism: Int { object.spec["parallelism"].int ?? 1 }
    /// How many pods must succeed; nil: any success, then the rest is waited for.
    var completions: Int? { object.spec["completions"].int }
    var backoffLimit: Int { object.spec["backoffLimit"].int ?? 6 }
    var isSuspended: Bool { object.spec["suspend"].bool ?? false }
    var activeDeadline: Duration? { object.spec["activeDeadlineSeconds"].int.map { .seconds($0) } }
    var timeToLive: Duration? { object.spec["ttlSecondsAfterFinished"].int.map { .seconds($0) } }
    /// Whether a failed container starts again in its pod.
    var restartsInPlace: Bool { object.spec["template"]["spec"]["restartPolicy"].string == "OnFailure" }
    /// Whether a terminating pod keeps its place until it has ended.
    var waitsForTerminating: Bool { object.spec["podReplacementPolicy"].string == "Failed" }
    var startTime: WallTime? { object.status["startTime"].string.flatMap { WallTime(rfc3339: $0) } }

    /// When it was complete or failed; nil while it is neither.
    var finishTime: WallTime? {
        [Condition.complete, .failed]
            .first { conditions.isTrue($0.rawValue) }
            .flatMap { conditions[$0.rawValue]["lastTransitionTime"].string }
            .flatMap { WallTime(rfc3339: $0) }
    }
}

/// The pods of a Job, sorted by what has become of them.
package struct JobPods {
    let active: [Pod]
    let terminating: [Pod]
    let succeeded: [Pod]
    let failed: [Pod]

    init(_ pods: [Pod]) {
        active = pods.filter(\.isActive)
        terminating = pods.filter { !$0.isFinished && $0.object.isTerminating }
        succeeded = pods.filter { $0.phase == "Succeeded" }
        failed = pods.filter { $0.phase == "Failed" }
    }

    /// When the next pod may be made: after failures, each doubles the wait; a success in between ends the series.
    func notBefore() -> WallTime? {
        let lastSuccess = succeeded.compactMap(\.endTime).max()
        let failures = failed.compactMap(\.endTime).filter { $0 > lastSuccess ?? WallTime(seconds: 0) }
        guard let last = failures.max() else { return nil }
        return last + JobPods.delay(afterFailures: failures.count)
    }

    /// 10 s, 20 s, 40 s … up to 6 minutes.
    package static func delay(afterFailures count: Int) -> Duration {
        count <= 0 ? .zero : min(.seconds(10) * (1 << min(count - 1, 10)), .seconds(360))
    }
}

extension Pod {
    /// When the last of its containers ended; for a pod without such news, when it was made.
    fileprivate var endTime: WallTime? {
        let ends = (object.status["containerStatuses"].array ?? [])
            .compactMap { $0["state"]["terminated"]["finishedAt"].string.flatMap { WallTime(rfc3339: $0) } }
        return ends.max() ?? object.creationTime
    }
}
