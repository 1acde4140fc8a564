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
package struct Termination: Equatable, Sendable {
    package let exitCode: Int
    /// The signal that ended it, or 0.
    package var signal = 0
    package let reason: String
    package let message: String
    package let startedAt: WallTime?
    package let finishedAt: WallTime
    package let containerID: String

    package var succeeded: Bool { exitCode == 0 }
}

/// Where one container of a pod stands.
package struct ContainerLife: Equatable, Sendable {
    package enum Phase: Equatable, Sendable {
        /// Not running; may start when its turn in the pod has come and `until` has passed.
        case waiting(reason: String, message: String, until: Instant?)
        case starting
        case running(Running)
        /// Does not start again.
        case ended(Termination)
    }

    /// A run of the container.
    package struct Running: Equatable, Sendable {
        package let startedAt: Instant
        package let since: WallTime
        package let containerID: String
        package var probes: [ProbeLife]
        package var stop: Stop?

        /// Whether the startup probe, where there is one, has passed.
        package var isStarted: Bool { probes.allSatisfy { $0.kind != .startup || $0.isPassing } }
        /// Whether requests may be sent.
        package var isReady: Bool { isStarted && probes.allSatisfy { $0.kind != .readiness || $0.isPassing } }
    }

    /// How far the end of a run has come.
    package struct Stop: Equatable, Sendable {
        package enum Step: Equatable, Sendable { case hook, term, kill }
        package var step: Step
        package var killAt: Instant
    }

    package let spec: ContainerSpec
    package var phase = Phase.waiting(reason: "ContainerCreating", message: "", until: nil)
    /// How the run before ended.
    package var last: Termination?
    package var restarts = 0
    /// The image as it was found, for the status.
    package var imageID = ""
    /// Whether the next start follows a run, and so counts as a restart.
    package var startsAgain = false
    package var backOff = BackOff()
    package var missing = RetryDelay(first: NodeLimits.missingFirst, max: NodeLimits.missingMax)
    package var imageRetry = RetryDelay(first: NodeLimits.backOffFirst, max: NodeLimits.backOffMax)

    package init(_ spec: ContainerSpec) { self.spec = spec }

    package var running: Running? { if case .running(let running) = phase { running } else { nil } }
    package var termination: Termination? { if case .ended(let termination) = phase { termination } else { nil } }
    /// Whether a process of this container exists, or is about to.
    package var isLive: Bool {
        switch phase {
        case .starting, .running: true
        case .waiting, .ended: false
        }
    }
    package var isReady: Bool { running?.isReady ?? false }

    /// Whether the containers after this init container may start.
    package var isPassed: Bool {
        switch spec.role {
        case .initial: termination?.succeeded ?? false
        case .sidecar: running?.isStarted ?? false
        case .main: true
        }
    }

    /// Whether a container that ended so starts again.
    package func startsAgain(after termination: Termination, policy: PodSpec.RestartPolicy) -> Bool {
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
    package var deadline: Instant? {
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
    package func mayAsk(_ kind: ProbeKind) -> Bool { kind == .startup ? !isStarted : isStarted }
}
