package import Base
package import KubeModel

/// Creations and deletions that were asked for and that the watch cache has not shown yet.
///
/// While any is open, the cache is older than the controller's own writes: acting on it would create or delete twice.
package struct Expectations {
    /// How long a write may stay unseen; after it the cache is believed again (the watch may have missed a short life).
    package static let patience: Duration = .seconds(60)

    private struct Open {
        var created: Set<String> = []
        var deleted: Set<String> = []
        var since: Instant
    }

    private var open: [ObjectKey: Open] = [:]

    package init() {}

    /// A pod called `name` is about to be created for `owner`.
    package mutating func expectCreation(of name: String, for owner: ObjectKey, at now: Instant) {
        open[owner, default: Open(since: now)].created.insert(name)
        open[owner]?.since = now
    }

    /// The pod called `name` is about to be deleted for `owner`.
    package mutating func expectDeletion(of name: String, for owner: ObjectKey, at now: Instant) {
        open[owner, default: Open(since: now)].deleted.insert(name)
        open[owner]?.since = now
    }

    /// The write was refused, or the cache has shown that the pod exists.
    mutating func settleCreation(of name: String, for owner: ObjectKey) {
        open[owner]?.created.remove(name)
        dropIfSettled(owner)
    }

    /// The write was refused, or the cache has shown that the pod is going or gone.
    mutating func settleDeletion(of name: String, for owner: ObjectKey) {
        open[owner]?.deleted.remove(name)
        dropIfSettled(owner)
    }

    /// What the cache shows of a pod of `owner`.
    package mutating func observe(_ pod: KubeObject, isGone: Bool, of owner: ObjectKey) {
        settleCreation(of: pod.name, for: owner)
        if isGone || pod.isTerminating { settleDeletion(of: pod.name, for: owner) }
    }

    /// How long to wait before the cache may be believed; nil when it may be believed now.
    package mutating func wait(for owner: ObjectKey, at now: Instant) -> Duration? {
        guard let entry = open[owner] else { return nil }
        let left = Expectations.patience - (now - entry.since)
        if left > .zero { return left }
        open[owner] = nil
        return nil
    }

    /// The owner is gone; nothing more is expected for it.
    mutating func forget(_ owner: ObjectKey) { open[owner] = nil }

    private mutating func dropIfSettled(_ owner: ObjectKey) {
        if let entry = open[owner], entry.created.isEmpty, entry.deleted.isEmpty { open[owner] = nil }
    }
}
