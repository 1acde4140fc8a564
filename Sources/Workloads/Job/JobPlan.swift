package import Base
import KubeModel

/// What is to be done for a Job now.
package struct JobPlan: Equatable {
    /// Something to tell people.
    package struct Notice: Equatable {
        /// Whether it needs attention.
        package let isWarning: Bool
        /// The event's reason.
        package let reason: String
        /// The event's text.
        package let message: String

        package init(isWarning: Bool = false, reason: String, message: String) {
            self.isWarning = isWarning
            self.reason = reason
            self.message = message
        }
    }

    /// How many pods are to be made.
    package var missing = 0
    /// The pods that are to go.
    package var surplus: [Pod] = []
    /// The status to write; nil leaves it as it is.
    package var status: JSON?
    /// What people are told.
    package var notices: [Notice] = []
    /// When to look again although nothing has changed.
    package var recheck: Duration?
    /// Whether the finished Job has outlived its time.
    package var isExpired = false

    /// Decides from the pods that the Job controls.
    package static func decide(_ job: Job, pods: [Pod], now: WallTime) -> JobPlan {
        if job.object.isTerminating { return JobPlan() }
        if let finished = job.finishTime { return afterwards(job, finished, now) }
        var work = JobWork(job, JobPods(pods), now)
        return work.plan()
    }

    private static func afterwards(_ job: Job, _ finished: WallTime, _ now: WallTime) -> JobPlan {
        guard let due = job.timeToLive.map({ finished + $0 }) else { return JobPlan() }
        return due <= now ? JobPlan(isExpired: true) : JobPlan(recheck: due - now)
    }
}

/// A Job that is not finished, judged at one moment.
private struct JobWork {
    /// How a Job stands.
    enum Verdict: Equatable {
        case suspended
        case running
        case complete
        case failed(reason: String, message: String)
    }

    let job: Job
    let pods: JobPods
    let now: WallTime
    var conditions: Conditions
    var result = JobPlan()

    init(_ job: Job, _ pods: JobPods, _ now: WallTime) {
        self.job = job
        self.pods = pods
        self.now = now
        conditions = job.conditions
    }

    mutating func plan() -> JobPlan {
        let verdict = judge()
        switch verdict {
        case .suspended:
            result.surplus = pods.active
        case .running:
            staff()
        case .complete:
            conclude(.successCriteriaMet, .complete, "CompletionsReached", JobWork.reached)
        case .failed(let reason, let message):
            conclude(.failureTarget, .failed, reason, message)
        }
        noteSuspension()
        result.status = status(verdict)
        if let deadline, deadline > now, !job.isSuspended { lookAgain(at: deadline) }
        return result
    }

    private static let reached = "Reached expected number of succeeded pods"
    private static let backoffReached = "Job has reached the specified backoff limit"
    private static let tooLong = "Job was active longer than specified deadline"

    private var deadline: WallTime? {
        guard let limit = job.activeDeadline else { return nil }
        return (job.startTime ?? now) + limit
    }
}

extension JobWork {
    /// What was decided once stays decided, also when the pods that decided it go.
    private func judge() -> Verdict {
        let failure = conditions[Job.Condition.failureTarget.rawValue]
        if failure["status"].string == "True" {
            return .failed(reason: failure["reason"].string ?? "", message: failure["message"].string ?? "")
        }
        if conditions.isTrue(Job.Condition.successCriteriaMet.rawValue) { return .complete }
        if pods.failed.count > job.backoffLimit || restartsTooOften {
            return .failed(reason: "BackoffLimitExceeded", message: JobWork.backoffReached)
        }
        if !job.isSuspended, job.startTime != nil, let deadline, deadline <= now {
            return .failed(reason: "DeadlineExceeded", message: JobWork.tooLong)
        }
        if isEnough { return .complete }
        return job.isSuspended ? .suspended : .running
    }

    private var restartsTooOften: Bool {
        guard job.restartsInPlace else { return false }
        let restarts = (pods.active + pods.terminating).reduce(0) { $0 + $1.restarts }
        return restarts >= max(1, job.backoffLimit)
    }

    private var isEnough: Bool {
        guard let completions = job.completions else { return !pods.succeeded.isEmpty && pods.active.isEmpty }
        return pods.succeeded.count >= completions
    }

    /// Makes pods that are missing and ends those that are too many.
    private mutating func staff() {
        let active = pods.active.count
        var wanted = job.parallelism
        if let completions = job.completions {
            wanted = min(wanted, completions - pods.succeeded.count)
        } else if !pods.succeeded.isEmpty {
            wanted = min(wanted, active)
        }
        if active > wanted {
            result.surplus = Array(Pod.givenUpFirst(pods.active).prefix(active - max(0, wanted)))
            return
        }
        let missing = wanted - active - (job.waitsForTerminating ? pods.terminating.count : 0)
        guard missing > 0 else { return }
        if let start = pods.notBefore(), start > now {
            lookAgain(at: start)
        } else {
            result.missing = min(missing, ReplicaSetPlan.stepMax)
        }
    }

    /// Says how it ends; says that it has ended when the last pod has.
    private mutating func conclude(
        _ decided: Job.Condition,
        _ ended: Job.Condition,
        _ reason: String,
        _ message: String
    ) {
        set(decided, .true, reason, message)
        result.surplus = pods.active
        guard pods.active.isEmpty, pods.terminating.isEmpty else { return }
        set(ended, .true, reason, message)
        result.notices.append(
            ended == .complete
                ? .init(reason: "Completed", message: "Job completed")
                : .init(isWarning: true, reason: reason, message: message)
        )
        if let life = job.timeToLive { lookAgain(at: now + life) }
    }

    private mutating func noteSuspension() {
        let wasSuspended = conditions.isTrue(Job.Condition.suspended.rawValue)
        if job.isSuspended, !wasSuspended {
            set(.suspended, .true, "JobSuspended", "Job suspended")
            result.notices.append(.init(reason: "Suspended", message: "Job suspended"))
        } else if !job.isSuspended, wasSuspended {
            set(.suspended, .false, "JobResumed", "Job resumed")
            result.notices.append(.init(reason: "Resumed", message: "Job resumed"))
        }
    }

    private func status(_ verdict: Verdict) -> JSON {
        let counts = [
            "active": pods.active.count, "succeeded": pods.succeeded.count, "failed": pods.failed.count,
        ]
        var status = JSON.object(counts.filter { $0.value != 0 }.mapValues { .int(Int64($0)) })
        status["ready"] = .int(Int64(pods.active.count(where: \.isReady)))
        status["terminating"] = .int(Int64(pods.terminating.count))
        status["uncountedTerminatedPods"] = .emptyObject
        if verdict != .suspended { status["startTime"] = .string((job.startTime ?? now).rfc3339) }
        if conditions.isTrue(Job.Condition.complete.rawValue) { status["completionTime"] = .string(now.rfc3339) }
        status["conditions"] = conditions.json
        return status
    }

    private mutating func set(
        _ type: Job.Condition,
        _ status: Conditions.Status,
        _ reason: String,
        _ message: String
    ) {
        guard conditions.status(type.rawValue) != status else { return }
        let extra: [String: JSON] = ["lastProbeTime": .string(now.rfc3339)]
        conditions.set(type.rawValue, status, reason: reason, message: message, extra: extra, now: now)
    }

    private mutating func lookAgain(at time: WallTime) {
        let wait = max(.milliseconds(1), time - now)
        result.recheck = min(result.recheck ?? wait, wait)
    }
}
