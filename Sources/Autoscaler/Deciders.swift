import Base
import KubeModel
import Scaling
import Synchronization

/// What the deciders of all revisions have seen; a restart forgets it, as it does upstream.
final class Deciders: Sendable {
    fileprivate struct Entry {
        var decider: RevisionDecider
        /// Replicas that are ready, as the last reconcile saw them.
        var ready: Int
        /// What the reconciler was told last, and when.
        var told: Asked?
        var toldAt: WallTime
    }

    /// What a decision asks for: where it changes, people are told of it even if replicas stay.
    fileprivate struct Asked: Equatable {
        let stable: Int
        let panic: Int
        let isPanic: Bool

        init(_ decision: KnativeScaler.Decision) {
            (stable, panic, isPanic) = (decision.stableAsked, decision.panicAsked, decision.isPanic)
        }
    }

    /// Bounds of how much is told and made up for.
    enum Limits {
        /// What changes no replicas is told no oftener.
        static var tellingInterval: Duration { .seconds(10) }
        /// Seconds that are made up for after a pause of the machine: the longest window there is.
        static var secondsMax: Int64 { 3600 }
        /// Seconds from one decision to the next.
        static var decisionInterval: Int64 { 2 }
    }

    private let entries = Mutex<[ObjectKey: Entry]>([:])

    /// The decider of a revision as it is now, by its settings and ready replicas of now; made where there is none.
    func current(_ key: ObjectKey, _ scaling: RevisionScaling, ready: Int, now: WallTime) -> RevisionDecider {
        entries.withLock { entries in
            var entry =
                entries[key]
                ?? Entry(decider: RevisionDecider(scaling, ready: ready, now: now), ready: ready, toldAt: now)
            entry.decider.follow(scaling, ready: ready, now: now)
            entry.ready = ready
            entries[key] = entry
            return entry.decider
        }
    }

    /// Notes how many replicas are wanted in the end.
    func conclude(_ key: ObjectKey, wanted: Int, now: WallTime) {
        entries.withLock { $0[key]?.decider.follow(wanted: wanted, now: now) }
    }

    /// The decider of a revision as it was left, where there is one.
    func known(_ key: ObjectKey) -> RevisionDecider? { entries.withLock { $0[key]?.decider } }

    func remove(_ key: ObjectKey) { entries.withLock { $0[key] = nil } }

    /// Takes a request that found no replica, and decides at once.
    ///
    /// - Returns: whether another number of replicas is wanted now.
    func arrive(_ key: ObjectKey, at now: WallTime) -> Bool {
        entries.withLock { entries in
            guard var entry = entries[key], entry.decider.desired <= 0 else { return false }
            entry.decider.arrive(at: now)
            let changes = entry.decide(at: now)
            entries[key] = entry
            return changes
        }
    }

    /// Takes the load of the seconds after `last` up to `second`, and decides where it is time to.
    ///
    /// - Returns: revisions of which the reconciler must know.
    func follow(_ reports: [ObjectKey: LoadReport], after last: Int64, through second: Int64) -> [ObjectKey] {
        let seconds = max(last + 1, second - Limits.secondsMax)...second
        let isTime = seconds.contains { $0.isMultiple(of: Limits.decisionInterval) }
        return entries.withLock { entries in
            entries.keys.filter { key in entries[key]?.follow(reports[key], seconds, isTime: isTime) ?? false }
        }
    }
}

extension Deciders.Entry {
    /// - Parameter isTime: whether a decision is due; one that brings a revision back from zero does not wait for that.
    fileprivate mutating func follow(_ report: LoadReport?, _ seconds: ClosedRange<Int64>, isTime: Bool) -> Bool {
        let isRate = decider.scaling.decider.metric == .requestsPerSecond
        let value = (isRate ? report?.requestRate : report?.averageConcurrency) ?? 0
        // Where there is no replica to measure, no load is no measurement.
        if ready > 0 || value > 0 {
            for second in seconds { decider.record(value, at: WallTime(seconds: second)) }
        }
        let wakes = decider.desired <= 0 && value > 0
        return isTime || wakes ? decide(at: WallTime(seconds: seconds.upperBound)) : false
    }

    /// - Returns: whether it is to be told.
    fileprivate mutating func decide(at now: WallTime) -> Bool {
        let before = decider
        guard decider.decide(ready: ready, now: now), let decision = decider.decision else { return false }
        let asked = Deciders.Asked(decision)
        let serves = decision.excessBurstCapacity >= 0
        let changes = before.desired != decision.replicas || serves != (before.excessBurstCapacity >= 0)
        let isNews = asked != told && toldAt + Deciders.Limits.tellingInterval <= now
        guard changes || isNews else { return false }
        (told, toldAt) = (asked, now)
        return true
    }
}
