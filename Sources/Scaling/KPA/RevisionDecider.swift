package import Base

/// One revision's load and what is decided by it: both windows and the scaler, as they follow each other in time.
///
/// Whoever keeps it records the load once a second and asks for a decision every two, at whatever pace time passes.
package struct RevisionDecider: Sendable {
    /// What the revision's annotations say.
    package private(set) var scaling: RevisionScaling
    /// The last decision; nil while nobody has measured.
    package private(set) var decision: KnativeScaler.Decision?
    /// The load that it was made by.
    package private(set) var load = KnativeScaler.Load(stable: 0, panic: 0)
    /// Since when the load asks for the activator in the path; nil while it does not.
    package private(set) var proxiedSince: WallTime?
    private var stable: LoadWindow
    private var panic: LoadWindow
    private var scaler: KnativeScaler
    /// What an arrival has told already of the second that is running.
    private var ahead = 0.0

    /// - Parameter ready: replicas that are ready at this time.
    package init(_ scaling: RevisionScaling, ready: Int, now: WallTime) {
        self.scaling = scaling
        stable = LoadWindow(scaling.stableWindow, averaging: scaling.averaging)
        panic = LoadWindow(scaling.panicWindow, averaging: scaling.averaging)
        scaler = KnativeScaler(scaling.decider, ready: ready, now: now)
        proxiedSince = now
    }

    /// Replicas that the load asks for; -1 where nobody knows yet.
    package var desired: Int { decision?.replicas ?? -1 }

    /// Load that is free beyond the wanted burst capacity.
    package var excessBurstCapacity: Int {
        decision?.excessBurstCapacity ?? scaling.decider.initialExcessBurstCapacity
    }

    /// Goes on by changed annotations or settings; what was measured is kept where it still means the same.
    package mutating func follow(_ changed: RevisionScaling, ready: Int, now: WallTime) {
        let (before, after) = (scaling.decider, changed.decider)
        if changed.averaging != scaling.averaging || after.metric != before.metric
            || after.scaleDownDelay != before.scaleDownDelay
        {
            let kept = decision
            self = RevisionDecider(changed, ready: ready, now: now)
            decision = kept
            return
        }
        scaling = changed
        scaler.spec = after
        stable.resize(to: changed.stableWindow, at: now)
        panic.resize(to: changed.panicWindow, at: now)
    }

    /// Takes the load of the second that ends at `time`.
    package mutating func record(_ value: Double, at time: WallTime) {
        let rest = max(value - ahead, 0)
        ahead = 0
        stable.record(rest, at: time)
        panic.record(rest, at: time)
    }

    /// Takes a request that nobody can answer yet: it counts at once, as one, and its second counts that much less.
    package mutating func arrive(at time: WallTime) {
        guard ahead == 0 else { return }
        stable.record(1, at: time)
        panic.record(1, at: time)
        ahead = 1
    }

    /// Decides by what was recorded.
    ///
    /// - Returns: false where nothing was for longer than the window: what was decided last stays.
    @discardableResult
    package mutating func decide(ready: Int, now: WallTime) -> Bool {
        guard !stable.isEmpty(at: now) else { return false }
        load = KnativeScaler.Load(stable: stable.average(at: now), panic: panic.average(at: now))
        decision = scaler.decide(load, ready: ready, now: now)
        return true
    }

    /// Notes who is in the path now that so many replicas are wanted.
    package mutating func follow(wanted: Int, now: WallTime) {
        let serves = RevisionScaling.serves(wanted: wanted, excessBurstCapacity: excessBurstCapacity)
        proxiedSince = serves ? nil : proxiedSince ?? now
    }
}
