import Base
import KubeClient
package import KubeModel

/// Where an object lives: its kind's collection without the version, and its key. Versions of a kind are views.
package struct StoreKey: Hashable, Sendable {
    /// `deployments.apps`, `pods`.
    package let collection: String
    package let object: ObjectKey

    package init(collection: String, object: ObjectKey) {
        self.collection = collection
        self.object = object
    }
}

/// An object as it was committed.
package struct StoredObject: Sendable {
    /// The revision of its last write: its `metadata.resourceVersion` as a number.
    package let revision: Int64
    package let object: KubeObject
}

/// One change that is asked of the store.
package struct StoreWrite: Sendable {
    /// What the writer believes to be there.
    package enum Expectation: Sendable {
        case absent
        case revision(Int64)
    }

    package let key: StoreKey
    package let expected: Expectation
    /// The new state; nil removes the object.
    package let object: KubeObject?
    package let durability: ResourceType.Durability

    package init(
        _ key: StoreKey,
        expected: Expectation,
        object: KubeObject?,
        durability: ResourceType.Durability = .powerLoss
    ) {
        self.key = key
        self.expected = expected
        self.object = object
        self.durability = durability
    }
}

/// One committed change, as watchers and the history see it.
struct StoreChange: Sendable {
    let key: StoreKey
    let revision: Int64
    let old: KubeObject?
    /// Nil when the object was removed.
    let new: KubeObject?
    /// Bytes of the new state's JSON.
    let size: Int

    /// What a reader that sees only objects that `matches` is told, if anything.
    func event(seenThrough matches: (KubeObject) -> Bool) -> WatchEvent? {
        let wasSeen = old.map(matches) ?? false
        if let new, matches(new) { return wasSeen ? .modified(new) : .added(new) }
        guard wasSeen, var last = old else { return nil }
        last.metadata["resourceVersion"] = .string(String(revision))
        return .deleted(last)
    }
}
