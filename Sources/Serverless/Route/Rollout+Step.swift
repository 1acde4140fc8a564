import Base

// How a gradual rollout moves on: pure, time is given.
extension Rollout {
    /// The first percent of a new revision is seen to arrive: from how long that took follow the steps.
    ///
    /// - Parameter seconds: how long the whole rollout shall take.
    package mutating func observeReady(now: Int64, seconds: Double) {
        for index in parts.indices where parts[index].steps.duration == 0 && parts[index].steps.started > 0 {
            let took = Double(max(0, now - parts[index].steps.started)) / 1e9
            parts[index].plan(stepMin: max(1, took.rounded(.up)), seconds: seconds, now: now)
        }
    }

    /// One step from what was towards this goal.
    ///
    /// - Returns: what holds now, and when the next step is due; nil where none is.
    package func step(from previous: Rollout?, now: Int64) -> (rollout: Rollout, next: Int64?) {
        guard let previous, !previous.parts.isEmpty else { return (self, nil) }
        var stepped: [Part] = []
        var next: Int64?
        for goal in parts {
            // One percent cannot be moved gradually.
            guard goal.percent > 1, let before = previous.part(of: goal.configuration, tag: goal.tag) else {
                stepped.append(goal)
                continue
            }
            let part = goal.step(from: before, now: now)
            if part.steps.next > 0 { next = min(next ?? .max, part.steps.next) }
            stepped.append(part)
        }
        return (Rollout(stepped), next)
    }
}

extension Rollout.Part {
    /// Plans equal steps of at least a percent and at least `stepMin` seconds.
    fileprivate mutating func plan(stepMin: Double, seconds: Double, now: Int64) {
        // One percent and the time that it took are behind already.
        let left = max(1, seconds - stepMin)
        let remaining = Double(percent - 1)
        let count = min(remaining, max(1, left / stepMin))
        guard count > 0 else { return }
        steps.size = Int((remaining / count).rounded(.toNearestOrAwayFromZero))
        steps.duration = Int64(left / count * 1e9)
        steps.next = now + steps.duration
    }

    /// This part, the goal with its one revision, as it stands after `previous`.
    fileprivate func step(from previous: Rollout.Part, now: Int64) -> Rollout.Part {
        var previous = previous
        let newest = previous.shares.last?.revision
        previous.adjust(to: percent)
        var part = self
        guard let newest, let goal = shares.first, goal.revision != newest else {
            guard previous.shares.count > 1 else { return part }
            part.shares = previous.shares
            part.steps = previous.steps
            if part.steps.size > 0 { part.move(now: now) }
            return part
        }
        return start(over: previous, goal, now: now)
    }

    /// Begins anew: one percent moves to the new revision, from the newest that has any.
    private func start(over previous: Rollout.Part, _ goal: Rollout.Share, now: Int64) -> Rollout.Part {
        var shares = previous.shares
        if let index = shares.lastIndex(where: { $0.percent > 0 }) { shares[index].percent -= 1 }
        var part = self
        part.shares = shares.filter { $0.percent > 0 } + [Rollout.Share(goal.revision, 1)]
        part.steps = Rollout.Steps(started: now)
        return part
    }

    /// The configuration's whole share has changed: more goes to the newest revision, less is taken from the oldest.
    private mutating func adjust(to goal: Int) {
        guard let last = shares.indices.last else { return }
        var less = percent - goal
        if less <= 0 { shares[last].percent -= less }
        while less > 0, let first = shares.first {
            if first.percent > less {
                shares[0].percent -= less
                return
            }
            less -= first.percent
            shares.removeFirst()
        }
    }

    /// Moves one step's percent from the older revisions, the newest of them first, to the newest.
    private mutating func move(now: Int64) {
        guard now >= steps.next, shares.count > 1, var newest = shares.popLast() else { return }
        var left = steps.size
        while left > 0, let older = shares.last {
            if older.percent > left {
                shares[shares.count - 1].percent -= left
                break
            }
            left -= older.percent
            shares.removeLast()
        }
        newest.percent = min(percent, newest.percent + steps.size)
        shares.append(newest)
        steps = shares.count > 1 ? steps.following(now) : Rollout.Steps()
    }
}

extension Rollout.Steps {
    /// The same steps, the next one a step's time from now.
    fileprivate func following(_ now: Int64) -> Rollout.Steps {
        var steps = self
        steps.next = now + duration
        return steps
    }
}
