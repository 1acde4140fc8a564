package import Base
package import KubeModel
import Synchronization

/// A cache of one collection, kept up to date by a list and a watch: what controllers read instead of asking.
///
/// Handlers are called with the state before and after, in the order of changes, from one task at a time. After a
/// broken watch the collection is listed again and the differences are told as changes.
package final class Informer: Sendable {
    /// A change: nothing before means added, nothing after means deleted.
    package typealias Handler = @Sendable (_ before: KubeObject?, _ after: KubeObject?) -> Void

    package let resource: ResourceID
    private let api: any KubernetesAPI
    private let namespace: String?
    private let selectors: ListOptions
    private let time: any TimeSource
    private let state = Mutex(State())
    private let log = Log("informer")

    private struct State {
        var objects: [ObjectKey: KubeObject] = [:]
        var handlers: [Handler] = []
        var isSynced = false
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    /// Bounds of how an informer treats a server in trouble.
    private enum Limits {
        static let retryFirst = Duration.milliseconds(50)
        static let retryMax = Duration.seconds(10)
    }

    package init(
        _ api: any KubernetesAPI,
        _ resource: ResourceID,
        namespace: String? = nil,
        labelSelector: String = "",
        fieldSelector: String = "",
        time: any TimeSource = SystemTime()
    ) {
        self.api = api
        self.resource = resource
        self.namespace = namespace
        selectors = ListOptions(labelSelector: labelSelector, fieldSelector: fieldSelector)
        self.time = time
    }

    /// Keeps caches until the task is cancelled, and works on them once all of them have been filled: one that is still empty
    /// would look like a cluster without objects. The first part that fails ends the others.
    package static func keep(_ informers: [Informer], for parts: [@Sendable () async throws -> Void]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for informer in informers { group.addTask { try await informer.run() } }
            for part in parts {
                group.addTask {
                    for informer in informers { await informer.synced() }
                    try Task.checkCancellation()
                    try await part()
                }
            }
            for try await _ in group {}
        }
    }

    /// Adds a handler; it is told of everything already there first. Add handlers before `run` where their order matters.
    package func onChange(_ handler: @escaping Handler) {
        let known = state.withLock { state in
            state.handlers.append(handler)
            return Array(state.objects.values)
        }
        for object in known { handler(nil, object) }
    }

    /// The object, if the collection holds it.
    package func get(_ key: ObjectKey) -> KubeObject? { state.withLock { $0.objects[key] } }

    /// All objects, in the order of their keys.
    package func list() -> [KubeObject] { list { _, _ in true } }

    /// The objects that `isIncluded` selects, in the order of their keys.
    package func list(where isIncluded: (KubeObject) -> Bool) -> [KubeObject] { list { isIncluded($1) } }

    /// The objects of one namespace, in the order of their keys.
    package func list(in namespace: String?) -> [KubeObject] { list { key, _ in key.namespace == namespace } }

    private func list(_ isIncluded: (ObjectKey, KubeObject) -> Bool) -> [KubeObject] {
        // Sorted by the keys at hand: reading them off the objects is most of the work otherwise.
        state.withLock { $0.objects }.filter { isIncluded($0.key, $0.value) }.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Returns when the first list has arrived, or the task is cancelled.
    package func synced() async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isSynced || Task.isCancelled { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }

    /// Keeps the cache until the task is cancelled.
    package func run() async throws {
        var delay = Limits.retryFirst
        while true {
            do {
                let list = try await api.list(resource, namespace: namespace, selectors)
                replace(with: list.items)
                delay = Limits.retryFirst
                try await follow(from: list.resourceVersion)
            } catch let status as APIStatus {
                log.debug("watch ended", ["resource": resource.description, "why": status.message])
                if status.reason == .expired || status.reason == .gone { continue }
                // A collection that is not served, or not any more, holds nothing.
                if status.reason == .notFound { replace(with: []) }
                try await time.sleep(delay)
                delay = min(delay * 2, Limits.retryMax)
            }
            try Task.checkCancellation()
        }
    }

    /// Follows the changes; a stream that ends without a fault is taken up where it ended.
    private func follow(from version: String) async throws {
        var version = version
        while true {
            var options = selectors
            options.resourceVersion = version
            let events = try await api.watch(resource, namespace: namespace, options)
            for try await event in events {
                version = apply(event) ?? version
            }
            try Task.checkCancellation()
        }
    }

    /// Applies one event; returns the version it brings.
    private func apply(_ event: WatchEvent) -> String? {
        switch event {
        case .added(let object), .modified(let object):
            set(object)
            return object.resourceVersion
        case .deleted(let object):
            remove(object.key)
            return object.resourceVersion
        case .bookmark(let version, _):
            return version
        }
    }

    private func set(_ object: KubeObject) {
        let (before, handlers) = state.withLock { state in
            (state.objects.updateValue(object, forKey: object.key), state.handlers)
        }
        for handler in handlers { handler(before, object) }
    }

    private func remove(_ key: ObjectKey) {
        let (before, handlers) = state.withLock { ($0.objects.removeValue(forKey: key), $0.handlers) }
        guard let before else { return }
        for handler in handlers { handler(before, nil) }
    }

    private func replace(with items: [KubeObject]) {
        let present = Set(items.map(\.key))
        let gone = state.withLock { state in state.objects.keys.filter { !present.contains($0) } }
        gone.forEach(remove)
        for item in items where get(item.key)?.resourceVersion != item.resourceVersion { set(item) }
        let waiting = state.withLock { state in
            state.isSynced = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }
}
