import Base

extension PodLife {
    mutating func stop(_ cause: Cause, grace: Duration, _ now: Moment, _ actions: inout [Action]) {
        let deadline = now.instant + grace
        switch stage {
        case .gone, .releasing: return
        case .stopping(let before, let earlier, let isDrained):
            // A stronger cause replaces a weaker one; the time can only become shorter.
            let cause = max(before, cause)
            stage = .stopping(cause, deadline: min(deadline, earlier), isDrained: isDrained || cause == .vanished)
            shortenStops(to: deadline)
        case .new, .preparing, .active, .finished:
            let waits = cause == .deletion && grace > .zero && containers.contains { $0.isReady }
            stage = .stopping(cause, deadline: deadline, isDrained: !waits)
            if waits { actions.append(.awaitDrain) }
        }
    }

    mutating func shortenStops(to deadline: Instant) {
        for index in containers.indices {
            guard var running = containers[index].running, let stop = running.stop else { continue }
            running.stop?.killAt = min(stop.killAt, deadline)
            containers[index].phase = .running(running)
        }
    }

    mutating func advanceStopping(
        _ cause: Cause,
        _ deadline: Instant,
        _ isDrained: Bool,
        _ now: Moment,
        _ actions: inout [Action]
    ) {
        // An endpoint that nobody takes away must not hold up the end.
        guard isDrained || now.instant >= deadline else { return }
        for index in containers.indices where containers[index].running != nil {
            if containers[index].running?.stop == nil {
                let why = "Stopping container \(containers[index].spec.name)"
                stopContainer(index, grace: deadline - now.instant, why, now, &actions)
            }
            advanceRunning(index, now, &actions)
        }
        guard !containers.contains(where: \.isLive) else { return }
        if cause == .completion {
            stage = .finished
        } else {
            stage = .releasing(cause)
            actions.append(.release(cause))
        }
    }

    mutating func stopContainer(
        _ index: Int,
        grace: Duration,
        _ why: String,
        _ now: Moment,
        _ actions: inout [Action]
    ) {
        guard var running = containers[index].running, running.stop == nil else { return }
        actions.append(.tell(Tale(isWarning: false, reason: "Killing", message: why, container: index)))
        let hasHook = containers[index].spec.preStop != nil
        let killAt = now.instant + grace
        if grace <= .zero {
            running.stop = ContainerLife.Stop(step: .kill, killAt: killAt)
            actions.append(.kill(index))
        } else {
            running.stop = ContainerLife.Stop(step: hasHook ? .hook : .term, killAt: killAt)
            actions.append(hasHook ? .runHook(index) : .terminate(index))
        }
        containers[index].phase = .running(running)
    }

    mutating func takeHook(_ index: Int, _ now: Moment, _ actions: inout [Action]) {
        guard containers.indices.contains(index), var running = containers[index].running,
            let stop = running.stop, stop.step == .hook
        else { return }
        running.stop = ContainerLife.Stop(
            step: .term,
            killAt: max(stop.killAt, now.instant + NodeLimits.graceAfterHook)
        )
        containers[index].phase = .running(running)
        actions.append(.terminate(index))
    }
}
