import Base
import Scaling

/// The autoscaler of one revision on virtual time: the decisions of room Scaling, and the conditions that they go by.
struct SimulatedScaler {
    private let scaling: RevisionScaling
    private var decider: RevisionDecider
    private var status = RevisionActivity.Status.activating
    private var since: Int64 = 0
    private var isInitialized = false
    /// Replicas that were asked for last.
    private var replicas: Int
    /// When to look again.
    private var due: Int64?

    init(_ scaling: RevisionScaling) {
        self.scaling = scaling
        decider = RevisionDecider(scaling, ready: 0, now: WallTime(nanoseconds: 0))
        replicas = max(scaling.decider.initialScale, scaling.minScale)
    }

    /// Whether nothing changes by itself.
    var rests: Bool { due == nil && (replicas == 0 || decider.desired <= max(scaling.minScale, 1)) }

    /// Takes the load of a second, and decides every other one.
    ///
    /// - Returns: replicas that there shall be; nil where they are as many.
    mutating func pass(_ value: Double, ready: Int, at time: Int64) -> Int? {
        let now = WallTime(nanoseconds: time)
        if ready > 0 || value > 0 { decider.record(value, at: now) }
        let (before, served) = (decider.desired, decider.excessBurstCapacity >= 0)
        if now.seconds.isMultiple(of: 2) || (before <= 0 && value > 0) { decider.decide(ready: ready, now: now) }
        let changes = decider.desired != before || (decider.excessBurstCapacity >= 0) != served
        guard changes || due.map({ $0 <= time }) ?? false else { return nil }
        return settle(ready: ready, at: time)
    }

    /// Takes a request that finds no replica.
    mutating func arrive(at time: Int64) -> Int? {
        guard decider.desired <= 0 else { return nil }
        decider.arrive(at: WallTime(nanoseconds: time))
        decider.decide(ready: 0, now: WallTime(nanoseconds: time))
        return settle(ready: 0, at: time)
    }

    /// Does what the reconciler does, until there is nothing left to do.
    mutating func settle(ready: Int, at time: Int64) -> Int? {
        let before = replicas
        // Each pass can change the condition once; what follows from that is in the next.
        for _ in 0..<4 where !pass(ready: ready, at: time) { break }
        return replicas == before && time > 0 ? nil : replicas
    }

    /// - Returns: whether the condition has changed.
    private mutating func pass(ready: Int, at time: Int64) -> Bool {
        let now = WallTime(nanoseconds: time)
        let state = RevisionState(
            status: status,
            lasting: .nanoseconds(time - since),
            isInitialized: isInitialized,
            proxied: decider.proxiedSince.map { now - $0 },
            isProxied: decider.proxiedSince != nil
        )
        let step = scaling.step(desired: decider.desired, state) { true }
        if step.applies { replicas = step.replicas }
        due = step.wakesAfter.map { time + $0.nanoseconds }
        decider.follow(wanted: step.replicas, now: now)
        let after = scaling.conclude(wanted: step.replicas, ready: ready, state, isServed: true)
        isInitialized = after.isInitialized
        guard let activity = after.activity, activity.status != status else { return false }
        (status, since) = (activity.status, time)
        return true
    }
}
