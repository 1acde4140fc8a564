package import KubeModel
import Synchronization

/// Finds the objects of a cache by a text that they carry, without walking over all of them.
package final class KeyIndex: Sendable {
    private let informer: Informer
    private let keys = Mutex<[String: Set<ObjectKey>]>([:])

    /// An index by the texts that `terms` reads off an object.
    package init(_ informer: Informer, _ terms: @escaping @Sendable (KubeObject) -> [String]) {
        self.informer = informer
        informer.onChange { [weak self] before, after in
            let (old, new) = (before.map(terms) ?? [], after.map(terms) ?? [])
            // Most changes are to a status: the object stays where it is.
            guard old != new, let key = (after ?? before)?.key else { return }
            self?.keys.withLock { keys in
                old.forEach { KeyIndex.remove(key, from: $0, &keys) }
                new.forEach { keys[$0, default: []].insert(key) }
            }
        }
    }

    /// The objects that carry a text, in the order of their keys.
    package func objects(_ term: String) -> [KubeObject] {
        keys.withLock { $0[term] ?? [] }.sorted().compactMap(informer.get)
    }

    private static func remove(_ key: ObjectKey, from term: String, _ keys: inout [String: Set<ObjectKey>]) {
        keys[term]?.remove(key)
        if keys[term]?.isEmpty == true { keys[term] = nil }
    }
}
