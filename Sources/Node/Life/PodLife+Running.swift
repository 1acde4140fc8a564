import Base

extension PodLife {
    /// Whether no container will run again.
    var isOver: Bool {
        let initFailed = containers.contains { $0.spec.role == .initial && $0.termination?.succeeded == false }
        return initFailed || containers.allSatisfy { $0.spec.role != .main || $0.termination != nil }
    }

    /// Whether all init containers have done their part.
    var isInitialized: Bool { containers.allSatisfy(\.isPassed) || containers.contains { $0.hasRunAsMain } }

    /// Whether it comes up for the first time and nothing has gone wrong: nobody waits for such a state.
    package var comesUpSmoothly: Bool {
        switch stage {
        case .preparing(again: nil), .active: break
        default: return false
        }
        return containers.allSatisfy(\.comesUpSmoothly)
            && !containers.allSatisfy { $0.isReady || $0.spec.role == .initial }
    }

    mutating func advanceActive(_ now: Moment, _ actions: inout [Action]) {
        startWhatMay(now, &actions)
        for index in containers.indices { advanceRunning(index, now, &actions) }
        guard isOver else { return }
        stop(.completion, grace: spec.grace, now, &actions)
        advance(now, &actions)
    }

    mutating func startWhatMay(_ now: Moment, _ actions: inout [Action]) {
        for index in containers.indices {
            if case .waiting(_, _, let until) = containers[index].phase, until.map({ now.instant >= $0 }) ?? true {
                if containers[index].startsAgain { containers[index].restarts += 1 }
                containers[index].startsAgain = false
                containers[index].phase = .starting
                actions.append(.start(index, restart: containers[index].restarts))
            }
            // Init containers come one after the other; the main ones wait for all of them.
            if !containers[index].isPassed { return }
        }
    }

    mutating func advanceRunning(_ index: Int, _ now: Moment, _ actions: inout [Action]) {
        guard var running = containers[index].running else { return }
        if let stop = running.stop {
            if stop.step != .kill, now.instant >= stop.killAt {
                running.stop?.step = .kill
                actions.append(.kill(index))
            }
        } else {
            for probe in running.probes.indices where running.mayAsk(running.probes[probe].kind) {
                let kind = running.probes[probe].kind
                if running.probes[probe].ask(at: now.instant) { actions.append(.probe(index, kind)) }
            }
        }
        containers[index].phase = .running(running)
    }

    mutating func takeStart(
        _ index: Int,
        _ containerID: String,
        _ imageID: String,
        _ now: Moment,
        _ actions: inout [Action]
    ) {
        guard containers.indices.contains(index), containers[index].phase == .starting else { return }
        let spec = containers[index].spec
        let probes = spec.probes.map { ProbeLife($0.kind, $0.spec, startedAt: now.instant) }
        containers[index].imageID = imageID
        containers[index].phase = .running(
            ContainerLife.Running(startedAt: now.instant, since: now.wall, containerID: containerID, probes: probes)
        )
        for (reason, message) in [
            ("Created", "Created container: \(spec.name)"), ("Started", "Started container \(spec.name)"),
        ] {
            actions.append(.tell(Tale(isWarning: false, reason: reason, message: message, container: index)))
        }
    }

    mutating func takeFault(_ index: Int, _ fault: StartFault, _ now: Moment, _ actions: inout [Action]) {
        guard containers.indices.contains(index), containers[index].phase == .starting else { return }
        let delay = fault.isImage ? containers[index].imageRetry.delay() : containers[index].missing.delay()
        for (reason, message) in fault.events where delay >= NodeLimits.missingTold || !fault.isMissing {
            actions.append(.tell(Tale(isWarning: true, reason: reason, message: message, container: index)))
        }
        if case .cannotRun(let message) = fault {
            let termination = Termination(
                exitCode: 128,
                reason: "StartError",
                message: message,
                startedAt: now.wall,
                finishedAt: now.wall,
                containerID: ""
            )
            settle(index, termination, ran: .zero, now, &actions)
        } else {
            containers[index].phase = .waiting(
                reason: fault.waitingReason,
                message: fault.message,
                until: now.instant + delay
            )
        }
    }

    mutating func takeBind(_ index: Int, _ now: Moment) {
        guard containers.indices.contains(index), var running = containers[index].running else { return }
        for probe in running.probes.indices { running.probes[probe].hasten(at: now.instant) }
        containers[index].phase = .running(running)
    }

    mutating func takeExit(_ index: Int, _ report: ExitReport, _ now: Moment, _ actions: inout [Action]) {
        guard containers.indices.contains(index), let running = containers[index].running else { return }
        let termination = Termination(
            exitCode: report.exitCode,
            signal: report.signal,
            reason: report.exitCode == 0 ? "Completed" : report.isOutOfMemory ? "OOMKilled" : "Error",
            message: report.message,
            startedAt: running.since,
            finishedAt: now.wall,
            containerID: running.containerID
        )
        settle(index, termination, ran: now.instant - running.startedAt, now, &actions)
    }

    /// Decides what becomes of a container that ended.
    mutating func settle(
        _ index: Int,
        _ termination: Termination,
        ran: Duration,
        _ now: Moment,
        _ actions: inout [Action]
    ) {
        let startsAgain = containers[index].startsAgain(after: termination, policy: spec.restartPolicy)
        let stopsForGood =
            switch stage {
            case .stopping(let cause, _, _): cause != .nodeStop
            default: false
            }
        guard startsAgain, !stopsForGood else {
            containers[index].phase = .ended(termination)
            return
        }
        containers[index].last = termination
        containers[index].startsAgain = true
        let delay = containers[index].backOff.delay(afterRunning: ran)
        guard delay > .zero else {
            containers[index].phase = .waiting(reason: "ContainerCreating", message: "", until: nil)
            return
        }
        let name = containers[index].spec.name
        let pod = "\(spec.name)_\(spec.namespace)(\(spec.uid))"
        containers[index].phase = .waiting(
            reason: "CrashLoopBackOff",
            message: "back-off \(delay.short) restarting failed container=\(name) pod=\(pod)",
            until: now.instant + delay
        )
        let message = "Back-off restarting failed container \(name) in pod \(pod)"
        actions.append(.tell(Tale(isWarning: true, reason: "BackOff", message: message, container: index)))
    }

    mutating func takeAnswer(
        _ index: Int,
        _ kind: ProbeKind,
        _ success: Bool,
        _ message: String,
        _ now: Moment,
        _ actions: inout [Action]
    ) {
        guard containers.indices.contains(index), var running = containers[index].running,
            let probe = running.probes.firstIndex(where: { $0.kind == kind })
        else { return }
        let verdict = running.probes[probe].observe(success: success, at: now.instant)
        containers[index].phase = .running(running)
        guard verdict == .counted || verdict == .failed else { return }
        let unhealthy = "\(kind.rawValue) probe failed: \(message)"
        actions.append(.tell(Tale(isWarning: true, reason: "Unhealthy", message: unhealthy, container: index)))
        guard verdict == .failed, kind != .readiness, running.stop == nil else { return }
        let why =
            "Container \(containers[index].spec.name) failed \(kind.rawValue.lowercased()) probe, will be restarted"
        stopContainer(index, grace: spec.grace, why, now, &actions)
    }
}

extension ContainerLife {
    /// Whether it is on its first run, or on the way to that.
    fileprivate var comesUpSmoothly: Bool {
        guard restarts == 0, last == nil else { return false }
        switch phase {
        case .waiting(_, let message, let until): return message.isEmpty && until == nil
        case .starting: return true
        case .running(let running): return running.stop == nil
        case .ended(let termination): return spec.role == .initial && termination.succeeded
        }
    }

    /// Whether this is a main container that has been started at least once.
    fileprivate var hasRunAsMain: Bool {
        guard spec.role == .main else { return false }
        if case .waiting = phase { return last != nil }
        return true
    }
}

extension Duration {
    /// `10s`, `2m40s`: as Go writes whole seconds.
    fileprivate var short: String {
        let seconds = Int(self.seconds)
        return seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m\(seconds % 60)s"
    }
}
