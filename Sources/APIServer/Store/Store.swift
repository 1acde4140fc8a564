package import Base
package import KubeClient
package import KubeModel
import Synchronization

/// All objects: kept in memory for readers, written through to SQLite by one thread that commits in groups.
///
/// A write is acknowledged when its transaction has ended; watchers learn of it in revision order, after it is durable
/// and before the writer is told. What was acknowledged survives the end of the process at any point.
package final class Store: Sendable {
    private let state: Mutex<StoreState>
    private let writer: StoreWriter
    private let watchQueueMax: Int

    /// Opens the store in a folder that no other server may use, making it where there is none.
    ///
    /// - Parameter commitTimes: where the times of transactions are counted.
    package init(
        folder: String,
        historyMax: Int = APIServerLimits.historyEventsMax,
        watchQueueMax: Int = APIServerLimits.watchQueueMax,
        commitTimes: Histogram? = nil
    ) throws(StoreFault) {
        let lock = try FolderLock(folder: folder)
        let database = try Database(path: "\(folder)/roost.db")
        var objects: [(StoreKey, StoredObject)] = []
        for row in try database.rows() { objects.append((row.key, try Store.parse(row))) }
        let loaded = StoreState(revision: try database.revision(), objects: objects, historyMax: historyMax)
        state = Mutex(loaded)
        self.watchQueueMax = watchQueueMax
        writer = StoreWriter(database: database, lock: lock, commitTimes: commitTimes)
        writer.start(self)
    }

    private static func parse(_ row: Database.Row) throws(StoreFault) -> StoredObject {
        do throws(JSONDefect) {
            return StoredObject(revision: row.revision, object: KubeObject(try JSON.parse(row.json)))
        } catch {
            throw .unusable("database: \(row.key.collection) \(row.key.object): \(error)")
        }
    }

    /// Ends the store: waiting writes are done, later ones refused, watches end.
    package func close() {
        writer.stop()
        endWatches()
    }

    /// Ends all watches that are open, in order.
    package func endWatches() {
        let watchers = state.withLock { $0.removeAllWatchers() }
        for watcher in watchers { watcher.continuation.finish() }
    }

    /// The revision of the latest change.
    package var revision: Int64 { state.withLock { $0.revision } }

    /// One object.
    package func get(_ key: StoreKey) -> StoredObject? { state.withLock { $0.object(key) } }

    /// The objects of a collection in order of their keys, and the revision at which that was so.
    package func list(_ collection: String, namespace: String? = nil) -> (objects: [KubeObject], revision: Int64) {
        let (objects, revision) = state.withLock { ($0.objects(collection, namespace: namespace), $0.revision) }
        return (objects.map(\.object).sorted { $0.key < $1.key }, revision)
    }

    /// How many objects each collection has.
    package var counts: [String: Int] { state.withLock { $0.counts } }

    /// How many watches are open.
    var watchCount: Int { state.withLock { $0.watchCount } }

    /// Makes a change durable and known to all watchers.
    ///
    /// - Returns: the object with its new resourceVersion; of a removed one, the last state.
    package func commit(_ write: StoreWrite) async throws(StoreFault) -> StoredObject {
        let result = await withCheckedContinuation { continuation in
            writer.enqueue(StoreWriter.Request(write: write, continuation: continuation))
        }
        return try result.get()
    }

    /// Called by the writer with what is durable now.
    func publish(_ changes: [StoreChange]) {
        let overrun = state.withLock { state in
            changes.flatMap { state.apply($0) }.compactMap { state.removeWatcher($0) }
        }
        for watcher in overrun {
            watcher.continuation.finish(throwing: Store.expired("the watch was too slow and has been ended"))
        }
    }

    /// The changes of a collection as they are committed.
    ///
    /// The stream fails with reason `expired` where its start is no longer known, or when its reader is too slow.
    package func watch(
        _ collection: String,
        _ query: StoreWatch
    ) throws(APIStatus) -> AsyncThrowingStream<WatchEvent, any Error> {
        try state.withLock { open(collection, query, &$0) }.get()
    }

    /// Sends every watch that asked for bookmarks the present revision.
    package func bookmark() { state.withLock { $0.bookmark() } }

    private func open(
        _ collection: String,
        _ query: StoreWatch,
        _ state: inout StoreState
    ) -> Result<AsyncThrowingStream<WatchEvent, any Error>, APIStatus> {
        let first: [WatchEvent]
        switch firstEvents(collection, query, state) {
        case .success(let events): first = events
        case .failure(let status): return .failure(status)
        }
        // The first burst does not count against the bound: it is as large as the collection.
        let (stream, continuation) = AsyncThrowingStream<WatchEvent, any Error>.makeStream(
            bufferingPolicy: .bufferingOldest(first.count + watchQueueMax)
        )
        for event in first { continuation.yield(query.present(event)) }
        let id = state.add(StoreState.Watcher(collection: collection, query: query, continuation: continuation))
        // A reader's end is told under its task's lock, for which a change that is being told may wait with the store's: so
        // the store's is taken afterwards.
        continuation.onTermination = { [weak self] _ in Task { [weak self] in self?.forget(watcher: id) } }
        return .success(stream)
    }

    private func forget(watcher id: Int) { state.withLock { _ = $0.removeWatcher(id) } }

    private func firstEvents(
        _ collection: String,
        _ query: StoreWatch,
        _ state: StoreState
    ) -> Result<[WatchEvent], APIStatus> {
        func sees(_ object: KubeObject) -> Bool {
            (query.namespace == nil || query.namespace == object.namespace) && query.matches(object)
        }
        switch query.start {
        case .now(let bookmarked):
            var events = state.objects(collection, namespace: query.namespace).map(\.object).filter(sees)
                .sorted { $0.key < $1.key }.map { WatchEvent.added($0) }
            if bookmarked {
                events.append(.bookmark(resourceVersion: String(state.revision), initialEventsEnd: true))
            }
            return .success(events)
        case .after(let revision):
            guard revision <= state.revision, let changes = state.history.changes(after: revision) else {
                let floor = state.history.floor
                return .failure(Store.expired("too old resource version: \(revision) (\(floor))"))
            }
            return .success(
                changes.filter { $0.key.collection == collection }.compactMap { $0.event(seenThrough: sees) }
            )
        }
    }

    private static func expired(_ message: String) -> APIStatus { APIStatus(.expired, message) }
}
