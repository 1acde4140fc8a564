package import Base

/// The life of one pod as decisions: what happened goes in, what is to be done comes out.
///
/// Knows no process, no clock and no API. The shell around it (`PodWorker`) reports events and performs actions.
package struct PodLife: Equatable, Sendable {
    /// What happened to a pod, as its worker tells it; a number is the place of a container in the spec.
    package enum Event: Equatable, Sendable {
        case began
        /// Volumes are there, the pod has its address.
        case prepared
        case notPrepared(String)
        case started(Int, containerID: String, imageID: String)
        case notStarted(Int, StartFault)
        /// A program of the container has taken an address.
        case bound(Int)
        case exited(Int, ExitReport)
        case probed(Int, ProbeKind, success: Bool, message: String)
        /// The hook before the end of a container has run.
        case hookDone(Int)
        case deletionRequested(grace: Duration)
        /// The object is gone from the API.
        case vanished
        case nodeStops(grace: Duration)
        /// The endpoints no longer list the pod.
        case drained
        /// Nothing of the pod is left on the machine.
        case released
        case tick
    }

    /// What the worker is to do; a number is the place of a container in the spec.
    package enum Action: Equatable, Sendable {
        case prepare
        case start(Int, restart: Int)
        case probe(Int, ProbeKind)
        case runHook(Int)
        case terminate(Int)
        case kill(Int)
        case awaitDrain
        /// Gives back what the pod has on the machine; its files too, unless only the node stops.
        case release(Cause)
        /// Takes the object out of the API.
        case forget
        case tell(Tale)
    }

    /// An Event object to be written.
    package struct Tale: Equatable, Sendable {
        package let isWarning: Bool
        package let reason: String
        package let message: String
        /// The container that it is about.
        package let container: Int?

        package init(isWarning: Bool, reason: String, message: String, container: Int?) {
            self.isWarning = isWarning
            self.reason = reason
            self.message = message
            self.container = container
        }
    }

    /// How a process ended.
    package struct ExitReport: Equatable, Sendable {
        package let exitCode: Int
        package var signal = 0
        package var message = ""
        /// Whether the kernel ended it for the memory that it took.
        package var isOutOfMemory = false

        package init(exitCode: Int, signal: Int = 0, message: String = "") {
            self.exitCode = exitCode
            self.signal = signal
            self.message = message
        }
    }

    /// Why the pod comes to its end, weaker causes first.
    package enum Cause: Int, Comparable, Sendable {
        /// Its containers have done their work.
        case completion
        case nodeStop
        case deletion
        /// Its object is gone already.
        case vanished

        package static func < (left: Cause, right: Cause) -> Bool { left.rawValue < right.rawValue }
    }

    /// How far the pod has come.
    package enum Stage: Equatable, Sendable {
        case new
        /// Waits for volumes and an address; `again` is the time of the next try, nil while one is under way.
        case preparing(again: Instant?)
        case active
        case stopping(Cause, deadline: Instant, isDrained: Bool)
        /// All containers have ended; the object stays until somebody deletes it.
        case finished
        case releasing(Cause)
        case gone
    }

    let spec: PodSpec
    package var stage = Stage.new
    var containers: [ContainerLife]
    /// When the node took the pod up.
    var startTime: WallTime?
    var missing = RetryDelay(first: NodeLimits.missingFirst, max: NodeLimits.missingMax)

    package init(_ spec: PodSpec) {
        self.spec = spec
        containers = spec.containers.map { ContainerLife($0) }
    }

    /// Goes on where an earlier run of the node left off.
    package init(_ spec: PodSpec, containers: [ContainerLife], startTime: WallTime?) {
        self.spec = spec
        self.containers = containers
        self.startTime = startTime
    }

    package mutating func handle(_ event: Event, at now: Moment) -> [Action] {
        var actions: [Action] = []
        take(event, now, &actions)
        advance(now, &actions)
        return actions
    }

    /// When `tick` is due at the latest.
    package var deadline: Instant? {
        switch stage {
        case .new, .finished, .releasing, .gone: nil
        case .preparing(let again): again
        case .active: containers.compactMap(\.deadline).min()
        case .stopping(_, let deadline, let isDrained):
            isDrained ? containers.filter { $0.running != nil }.compactMap(\.deadline).min() : deadline
        }
    }

    private mutating func take(_ event: Event, _ now: Moment, _ actions: inout [Action]) {
        switch event {
        case .began: begin(now, &actions)
        case .prepared: if case .preparing = stage { stage = .active }
        case .notPrepared(let message): retryPreparing(message, now, &actions)
        case .started(let index, let containerID, let imageID):
            takeStart(index, containerID, imageID, now, &actions)
        case .notStarted(let index, let fault): takeFault(index, fault, now, &actions)
        case .bound(let index): takeBind(index, now)
        case .exited(let index, let report): takeExit(index, report, now, &actions)
        case .probed(let index, let kind, let success, let message):
            takeAnswer(index, kind, success, message, now, &actions)
        case .hookDone(let index): takeHook(index, now, &actions)
        case .deletionRequested(let grace): stop(.deletion, grace: grace, now, &actions)
        case .vanished: stop(.vanished, grace: .zero, now, &actions)
        case .nodeStops(let grace): stop(.nodeStop, grace: grace, now, &actions)
        case .drained:
            if case .stopping(let cause, let deadline, _) = stage {
                stage = .stopping(cause, deadline: deadline, isDrained: true)
            }
        case .released:
            guard case .releasing(let cause) = stage else { return }
            if cause == .deletion { actions.append(.forget) }
            stage = .gone
        case .tick: break
        }
    }

    /// Does what the present state allows; asked after every event.
    mutating func advance(_ now: Moment, _ actions: inout [Action]) {
        switch stage {
        case .new, .finished, .releasing, .gone: return
        case .preparing(let again):
            guard let again, now.instant >= again else { return }
            stage = .preparing(again: nil)
            actions.append(.prepare)
        case .active: advanceActive(now, &actions)
        case .stopping(let cause, let deadline, let isDrained):
            advanceStopping(cause, deadline, isDrained, now, &actions)
        }
    }
}

extension PodLife {
    mutating func begin(_ now: Moment, _ actions: inout [Action]) {
        guard stage == .new else { return }
        if startTime == nil { startTime = now.wall }
        if isOver {
            stage = .finished
        } else {
            stage = .preparing(again: nil)
            actions.append(.prepare)
        }
    }

    mutating func retryPreparing(_ message: String, _ now: Moment, _ actions: inout [Action]) {
        guard case .preparing = stage else { return }
        let delay = missing.delay()
        stage = .preparing(again: now.instant + delay)
        guard delay >= NodeLimits.missingTold else { return }
        actions.append(.tell(Tale(isWarning: true, reason: "FailedMount", message: message, container: nil)))
    }
}
