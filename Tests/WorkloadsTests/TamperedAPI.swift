import Base
import KubeClient
import KubeModel
import Synchronization

/// An API whose writes can be refused and whose watches can be held back, as a test wants it.
final class TamperedAPI: KubernetesAPI {
    /// What a writer wants to do.
    enum Verb: Sendable {
        case create, update, patch, delete
    }

    /// Throws where a write is to be refused.
    typealias Judge = @Sendable (Verb, ResourceID) throws(APIStatus) -> Void

    private struct State {
        var held: Set<ResourceID> = []
        var waiting: [CheckedContinuation<Void, Never>] = []
        var judge: Judge = { (_, _) throws(APIStatus) in }
    }

    private let base: any KubernetesAPI
    private let state = Mutex(State())

    init(_ base: any KubernetesAPI) { self.base = base }

    /// Holds back what watches of a collection have to tell.
    func hold(_ resource: ResourceID) { state.withLock { _ = $0.held.insert(resource) } }

    /// Lets all watches go on.
    func release() {
        let waiting = state.withLock { state in
            state.held = []
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Has every write judged from now on.
    func judge(_ judge: @escaping Judge) { state.withLock { $0.judge = judge } }

    private func check(_ verb: Verb, _ resource: ResourceID) throws(APIStatus) {
        try state.withLock { $0.judge }(verb, resource)
    }

    private func passage(of resource: ResourceID) async {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                guard state.held.contains(resource) else { return false }
                state.waiting.append(continuation)
                return true
            }
            if !isHeld { continuation.resume() }
        }
    }

    func get(_ resource: ResourceID, _ key: ObjectKey, subresource: String?) async throws(APIStatus) -> KubeObject {
        try await base.get(resource, key, subresource: subresource)
    }

    func list(_ resource: ResourceID, namespace: String?, _ options: ListOptions) async throws(APIStatus) -> ObjectList
    {
        try await base.list(resource, namespace: namespace, options)
    }

    func watch(
        _ resource: ResourceID,
        namespace: String?,
        _ options: ListOptions
    ) async throws(APIStatus) -> AsyncThrowingStream<WatchEvent, any Error> {
        let events = try await base.watch(resource, namespace: namespace, options)
        return AsyncThrowingStream { continuation in
            let forwarding = Task {
                do {
                    for try await event in events {
                        await passage(of: resource)
                        continuation.yield(event)
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in forwarding.cancel() }
        }
    }

    func create(_ resource: ResourceID, _ object: KubeObject) async throws(APIStatus) -> KubeObject {
        try check(.create, resource)
        return try await base.create(resource, object)
    }

    func update(
        _ resource: ResourceID,
        _ object: KubeObject,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject {
        try check(.update, resource)
        return try await base.update(resource, object, subresource: subresource)
    }

    func patch(
        _ resource: ResourceID,
        _ key: ObjectKey,
        _ patch: Patch,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject {
        try check(.patch, resource)
        return try await base.patch(resource, key, patch, subresource: subresource)
    }

    func delete(_ resource: ResourceID, _ key: ObjectKey, _ options: DeleteOptions) async throws(APIStatus) {
        try check(.delete, resource)
        try await base.delete(resource, key, options)
    }
}
