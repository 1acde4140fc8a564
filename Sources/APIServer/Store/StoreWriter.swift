import Base
import KubeModel

/// The thread that writes: takes all waiting writes, commits them in one transaction, publishes, acknowledges.
final class StoreWriter: Sendable {
    /// A write and who waits for it.
    struct Request: Sendable {
        let write: StoreWrite
        let continuation: CheckedContinuation<Result<StoredObject, StoreFault>, Never>
    }

    private let queue = BlockingQueue<Request>()
    private let thread = JoinableThread()
    private let database: Database
    private let lock: FolderLock
    private let commitTimes: Histogram?

    init(database: Database, lock: consuming FolderLock, commitTimes: Histogram?) {
        self.database = database
        self.lock = lock
        self.commitTimes = commitTimes
    }

    /// Starts the thread; `store` is kept until `stop`.
    func start(_ store: Store) {
        thread.start { [self, queue] in
            while let requests = queue.takeAll(max: APIServerLimits.batchWritesMax) { commit(requests, to: store) }
        }
    }

    /// Lets the thread do what waits, then ends it.
    func stop() {
        queue.close()
        thread.join()
        database.checkpoint()
    }

    func enqueue(_ request: Request) {
        if !queue.append(request) { request.continuation.resume(returning: .failure(.closed)) }
    }

    private func commit(_ requests: [Request], to store: Store) {
        var batch = WriteBatch(revision: store.revision) { store.get($0) }
        let results = requests.map { batch.decide($0.write) }
        do throws(StoreFault) {
            if !batch.changes.isEmpty {
                try write(batch, requests.map(\.write.durability))
                store.publish(batch.changes)
            }
            for (request, result) in zip(requests, results) { request.continuation.resume(returning: result) }
        } catch {
            database.rollback()
            for request in requests { request.continuation.resume(returning: .failure(error)) }
        }
    }

    private func write(_ batch: WriteBatch, _ durabilities: [ResourceType.Durability]) throws(StoreFault) {
        let began = SystemTime().monotonic()
        try database.begin(durabilities.contains(.powerLoss) ? .powerLoss : .processDeath)
        for (change, json) in zip(batch.changes, batch.texts) {
            if let json {
                try database.store(Database.Row(key: change.key, revision: change.revision, json: json))
            } else {
                try database.delete(change.key)
            }
        }
        try database.commit(revision: batch.revision)
        commitTimes?.observe(nanoseconds: (SystemTime().monotonic() - began).nanoseconds)
    }
}

/// Decides which of the writes that share a transaction go through; each sees those before it.
struct WriteBatch {
    private(set) var revision: Int64
    private(set) var changes: [StoreChange] = []
    /// The new states as JSON, beside the changes; nil where an object was removed.
    private(set) var texts: [[UInt8]?] = []
    private var states: [StoreKey: StoredObject?] = [:]
    private let committed: (StoreKey) -> StoredObject?

    init(revision: Int64, committed: @escaping (StoreKey) -> StoredObject?) {
        self.revision = revision
        self.committed = committed
    }

    mutating func decide(_ write: StoreWrite) -> Result<StoredObject, StoreFault> {
        let current = states[write.key] ?? committed(write.key)
        switch (write.expected, current) {
        case (.absent, .some): return .failure(.exists)
        case (.revision, nil): return .failure(.missing)
        case (.revision(let seen), .some(let stored)) where stored.revision != seen: return .failure(.changed)
        default: break
        }
        guard var last = write.object ?? current?.object else { return .failure(.missing) }
        revision += 1
        last.metadata["resourceVersion"] = .string(String(revision))
        let stored = StoredObject(revision: revision, object: last)
        let new = write.object == nil ? nil : last
        states[write.key] = .some(new.map { StoredObject(revision: revision, object: $0) })
        let text = new?.json.bytes
        texts.append(text)
        changes.append(
            StoreChange(key: write.key, revision: revision, old: current?.object, new: new, size: text?.count ?? 0)
        )
        return .success(stored)
    }
}
