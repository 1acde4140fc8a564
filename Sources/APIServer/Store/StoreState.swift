import Base
import KubeClient
import KubeModel

/// What the store knows in memory: all objects, the latest changes, and who watches. Guarded by the store's lock.
struct StoreState {
    /// One open watch.
    struct Watcher {
        let collection: String
        let query: StoreWatch
        let continuation: AsyncThrowingStream<WatchEvent, any Error>.Continuation

        func sees(_ object: KubeObject) -> Bool {
            (query.namespace == nil || query.namespace == object.namespace) && query.matches(object)
        }
    }

    private(set) var revision: Int64
    private(set) var history: WatchHistory
    private var collections: [String: [ObjectKey: StoredObject]] = [:]
    /// By collection: a change concerns the watchers of one.
    private var watchers: [String: [Int: Watcher]] = [:]
    private var watched: [Int: String] = [:]
    private var watcherCount = 0
    /// How many watches are open.
    var watchCount: Int { watched.count }

    init(revision: Int64, objects: [(StoreKey, StoredObject)], historyMax: Int) {
        self.revision = revision
        history = WatchHistory(floor: revision, limits: WatchHistory.Limits(changesMax: historyMax))
        for (key, stored) in objects { collections[key.collection, default: [:]][key.object] = stored }
    }

    func object(_ key: StoreKey) -> StoredObject? { collections[key.collection]?[key.object] }

    /// The objects of a collection, in no order.
    func objects(_ collection: String, namespace: String?) -> [StoredObject] {
        guard let all = collections[collection] else { return [] }
        guard let namespace else { return Array(all.values) }
        return all.compactMap { $0.key.namespace == namespace ? $0.value : nil }
    }

    /// How many objects each collection has.
    var counts: [String: Int] { collections.mapValues(\.count) }

    /// Takes over a committed change and tells the watchers; answers with those that were too slow.
    mutating func apply(_ change: StoreChange) -> [Int] {
        revision = change.revision
        collections[change.key.collection, default: [:]][change.key.object] =
            change.new.map { StoredObject(revision: change.revision, object: $0) }
        history.append(change)
        var overrun: [Int] = []
        for (id, watcher) in watchers[change.key.collection] ?? [:] {
            guard let event = change.event(seenThrough: watcher.sees) else { continue }
            if case .dropped = watcher.continuation.yield(watcher.query.present(event)) { overrun.append(id) }
        }
        return overrun
    }

    mutating func add(_ watcher: Watcher) -> Int {
        watcherCount += 1
        watchers[watcher.collection, default: [:]][watcherCount] = watcher
        watched[watcherCount] = watcher.collection
        return watcherCount
    }

    mutating func removeWatcher(_ id: Int) -> Watcher? {
        guard let collection = watched.removeValue(forKey: id) else { return nil }
        return watchers[collection]?.removeValue(forKey: id)
    }

    mutating func removeAllWatchers() -> [Watcher] {
        defer { (watchers, watched) = ([:], [:]) }
        return watchers.values.flatMap(\.values)
    }

    /// Tells the watchers that asked for it how far they are. Dropped where the queue is full: the next one will do.
    func bookmark() {
        for watcher in watchers.values.flatMap(\.values) where watcher.query.wantsBookmarks {
            watcher.continuation.yield(.bookmark(resourceVersion: String(revision), initialEventsEnd: false))
        }
    }
}
