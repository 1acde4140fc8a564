package import Base
package import KubeModel

/// What a reconciler says of a key when it is done.
package enum Next: Equatable, Sendable {
    /// Nothing to do until something changes.
    case settled
    /// Look again after a while even if nothing changes.
    case again(after: Duration)
}

/// A fault that trying again cannot mend: told once, then left until the object changes.
package struct Terminal: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Runs a reconciler over the keys of a queue: one worker a key at a time, back-off after faults.
package struct Controller: Sendable {
    /// Brings the world to what the object of this key asks for; reads current state only.
    package typealias Reconcile = @Sendable (ObjectKey) async throws -> Next

    private let name: String
    private let workers: Int
    private let reconcile: Reconcile
    private let log: Log
    private let time: any TimeSource
    private let metrics: ControllerMetrics

    /// The keys in line; watches put them there.
    package let queue: WorkQueue<ObjectKey>

    /// - Parameter registry: where its series are told.
    package init(
        _ name: String,
        workers: Int = 2,
        time: any TimeSource = SystemTime(),
        registry: MetricRegistry = .process,
        reconcile: @escaping Reconcile
    ) {
        self.name = name
        self.workers = workers
        self.reconcile = reconcile
        self.time = time
        metrics = ControllerMetrics(registry, controller: name, workers: workers)
        queue = WorkQueue(time: time, metrics: QueueMetrics(registry, queue: name))
        log = Log(name)
    }

    /// Puts the key of every object that changes in line.
    package func watch(_ informer: Informer) {
        watch(informer) { [$0.key] }
    }

    /// Puts the keys that a changed object concerns in line, by its state before and after.
    package func watch(_ informer: Informer, _ keys: @escaping @Sendable (KubeObject) -> [ObjectKey]) {
        informer.onChange { [queue] before, after in
            for key in Set([before, after].compactMap { $0 }.flatMap(keys)) { queue.add(key) }
        }
    }

    /// Puts the key of every object in line that comes, goes, or asks for something else: a status that was just written is no reason
    /// to look again, where nothing follows from it.
    ///
    /// - Parameter fact: what of the status something follows from.
    package func watchSpecs(_ informer: Informer, and fact: @escaping @Sendable (KubeObject) -> JSON = { _ in .null }) {
        informer.onChange { [queue] before, after in
            if let before, let after, after.asksTheSame(as: before), fact(after) == fact(before) { return }
            if let key = (after ?? before)?.key { queue.add(key) }
        }
    }

    /// Puts the controller of every object that changes in line, where it is of `kind`.
    package func watchOwned(_ informer: Informer, by kind: String) {
        watch(informer) { object in
            guard let owner = object.controller, owner.kind == kind else { return [] }
            return [ObjectKey(namespace: object.namespace, name: owner.name)]
        }
    }

    /// Works until the task is cancelled.
    package func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<workers { group.addTask { await work() } }
        }
        try Task.checkCancellation()
    }

    private func work() async {
        while let key = await queue.next() {
            await settle(key)
            queue.done(key)
        }
    }

    private func settle(_ key: ObjectKey) async {
        let began = time.monotonic()
        do {
            let next = try await reconcile(key)
            queue.forget(key)
            if case .again(let delay) = next { queue.add(key, after: delay) }
            metrics.count(next == .settled ? .success : .requeueAfter, since: began, now: time.monotonic())
        } catch let fault as Terminal {
            log.warning("gave up until the object changes", ["key": key.description, "why": fault.description])
            queue.forget(key)
            metrics.count(.terminalError, since: began, now: time.monotonic())
        } catch is CancellationError {
            return
        } catch {
            fail(key, error)
            metrics.count(.error, since: began, now: time.monotonic())
        }
    }

    private func fail(_ key: ObjectKey, _ error: any Error) {
        let isConflict = (error as? APIStatus)?.reason == .conflict
        if !isConflict, queue.failures(of: key) > 3 {
            log.warning("reconcile failed", ["key": key.description, "why": "\(error)"])
        } else {
            log.debug("reconcile failed", ["key": key.description, "why": "\(error)"])
        }
        queue.retry(key)
    }
}

extension KubeObject {
    /// What metadata says of the object itself, not of its last write.
    private static let askingMetadata = [
        "generation", "labels", "annotations", "finalizers", "ownerReferences", "deletionTimestamp",
    ]

    /// Whether nothing but the status has changed.
    fileprivate func asksTheSame(as other: KubeObject) -> Bool {
        let (metadata, others) = (metadata, other.metadata)
        return KubeObject.askingMetadata.allSatisfy { metadata[$0] == others[$0] }
    }
}
