package import Base

/// A reading of both clocks: the steady one for decisions, the calendar's for what is written down.
package struct Moment: Equatable, Sendable {
    package let instant: Instant
    package let wall: WallTime

    package init(instant: Instant, wall: WallTime) {
        self.instant = instant
        self.wall = wall
    }
}

/// How a container ended.
struct Termination: Equatable, Sendable {
    let exitCode: Int
    /// The signal that ended it, or 0.
    var signal = 0
    let reason: String
    let message: String
    let startedAt: WallTime?
    let finishedAt: WallTime
    let containerID: String

    var succeeded: Bool { exitCode == 0 }
}

/// Where one container of a pod stands.
package struct ContainerLife: Equatable, Sendable {
    enum Phase: Equatable, Sendable {
        /// Not running; may start when its turn in the pod has come and `until` has passed.
        case waiting(reason: String, message: String, until: Instant?)
        case starting
        case running(Running)
        /// Does not start again.
        case ended(Termination)
    }

    /// A run of the container.
    struct Running: Equatable, Sendable {
        let startedAt: Instant
        let since: WallTime
        let containerID: String
        var probes: [ProbeLife]
        var stop: Stop?

        /// Whether the startup probe, where there is one, has passed.
        var isStarted: Bool { probes.allSatisfy { $0.kind != .startup || $0.isPassing } }
        /// Whether requests may be sent.
        var isReady: Bool { isStarted && probes.allSatisfy { $0.kind != .readiness || $0.isPassing } }
    }

    /// How far the end of a run has come.
    struct Stop: Equatable, Sendable {
        enum Step: Equatable, Sendable { case hook, term, kill }
        var step: Step
        var killAt: Instant
    }

    let spec: ContainerSpec
    var phase = Phase.waiting(reason: "ContainerCreating", message: "", until: nil)
    /// How the run before ended.
    var last: Termination?
    var restarts = 0
    /// The image as it was found, for the status.
    var imageID = ""
    /// Whether the next start follows a run, and so counts as a restart.
    var startsAgain = false
    var backOff = BackOff(
        first: NodeLimits.backOffFirst,
        max: NodeLimits.backOffMax,
        reset: NodeLimits.backOffReset
    )
    var missing = RetryDelay(first: NodeLimits.missingFirst, max: NodeLimits.missingMax)
    var imageRetry = RetryDelay(first: NodeLimits.backOffFirst, max: NodeLimits.backOffMax)

    init(_ spec: ContainerSpec) { self.spec = spec }

    var running: Running? { if case .running(let running) = phase { running } else { nil } }
    var termination: Termination? { if case .ended(let termination) = phase { termination } else { nil } }
    /// Whether a process of this container exists, or is about to.
    var isLive: Bool {
        switch phase {
        case .starting, .running: true
        case .waiting, .ended: false
        }
    }
    var isReady: Bool { running?.isReady ?? false }

    /// Whether the containers after this init container may start.
    var isPassed: Bool {
        switch spec.role {
        case .initial: termination?.succeeded ?? false
        case .sidecar: running?.isStarted ?? false
        case .main: true
        }
    }

    /// Whether a container that ended so starts again.
    func startsAgain(after termination: Termination, policy: PodSpec.RestartPolicy) -> Bool {
        switch (spec.role, policy) {
        case (.sidecar, _): true
        case (.initial, .never): false
        case (.initial, _): !termination.succeeded
        case (.main, .always): true
        case (.main, .onFailure): !termination.succeeded
        case (.main, .never): false
        }
    }

    /// When something has to be done about this container though nothing happens.
    var deadline: Instant? {
        switch phase {
        case .waiting(_, _, let until): return until
        case .starting, .ended: return nil
        case .running(let running):
            if let stop = running.stop { return stop.step == .kill ? nil : stop.killAt }
            return running.probes.filter { !$0.isAsking && running.mayAsk($0.kind) }.map(\.dueAt).min()
        }
    }
}

extension ContainerLife.Running {
    /// Readiness and liveness wait for the startup probe, which is asked until it has passed.
    func mayAsk(_ kind: ProbeKind) -> Bool { kind == .startup ? !isStarted : isStarted }
}
