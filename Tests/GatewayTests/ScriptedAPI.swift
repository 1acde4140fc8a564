import Base
import KubeClient
import KubeModel
import Synchronization

/// As much of an API as a gateway needs: objects that a test puts there, watches that tell of them, and statuses that
/// are stored.
final class ScriptedAPI: KubernetesAPI {
    private struct State {
        var version = 0
        var objects: [ResourceID: [ObjectKey: KubeObject]] = [:]
        var history: [(version: Int, resource: ResourceID, event: WatchEvent)] = []
        var watchers: [(resource: ResourceID, continuation: AsyncThrowingStream<WatchEvent, any Error>.Continuation)] =
            []
    }

    private let state = Mutex(State())

    func put(_ resource: ResourceID, _ object: KubeObject) {
        state.withLock { state in
            state.version += 1
            var object = object
            object.metadata["resourceVersion"] = .string(String(state.version))
            let isNew = state.objects[resource, default: [:]].updateValue(object, forKey: object.key) == nil
            tell(&state, resource, isNew ? .added(object) : .modified(object))
        }
    }

    /// Stores the objects of a YAML text, with `rules` in their spec where they are given.
    func put(_ resource: ResourceID, _ yaml: String, rules: JSON = .null) throws {
        for document in try YAML.parse(yaml) {
            var object = KubeObject(document)
            if !rules.isNull { object.spec["rules"] = rules }
            put(resource, object)
        }
    }

    private func tell(_ state: inout State, _ resource: ResourceID, _ event: WatchEvent) {
        state.history.append((state.version, resource, event))
        for watcher in state.watchers where watcher.resource == resource { watcher.continuation.yield(event) }
    }

    func find(_ resource: ResourceID, _ namespace: String?, _ name: String) -> KubeObject? {
        state.withLock { $0.objects[resource]?[ObjectKey(namespace: namespace, name: name)] }
    }

    func get(_ resource: ResourceID, _ key: ObjectKey, subresource: String?) async throws(APIStatus) -> KubeObject {
        guard let object = state.withLock({ $0.objects[resource]?[key] }) else { throw .notFound(resource, key.name) }
        return object
    }

    func list(
        _ resource: ResourceID,
        namespace: String?,
        _ options: ListOptions
    ) async throws(APIStatus) -> ObjectList {
        state.withLock { state in
            ObjectList(
                items: state.objects[resource].map { Array($0.values) } ?? [],
                resourceVersion: String(state.version)
            )
        }
    }

    func watch(
        _ resource: ResourceID,
        namespace: String?,
        _ options: ListOptions
    ) async throws(APIStatus) -> AsyncThrowingStream<WatchEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream<WatchEvent, any Error>.makeStream()
        state.withLock { state in
            let since = Int(options.resourceVersion) ?? 0
            for entry in state.history where entry.resource == resource && entry.version > since {
                continuation.yield(entry.event)
            }
            state.watchers.append((resource, continuation))
        }
        return stream
    }

    func create(_ resource: ResourceID, _ object: KubeObject) async throws(APIStatus) -> KubeObject {
        put(resource, object)
        return object
    }

    func update(
        _ resource: ResourceID,
        _ object: KubeObject,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject {
        put(resource, object)
        return object
    }

    func patch(
        _ resource: ResourceID,
        _ key: ObjectKey,
        _ patch: Patch,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject {
        guard case .merge(let change) = patch, var object = state.withLock({ $0.objects[resource]?[key] }) else {
            throw .notFound(resource, key.name)
        }
        for (name, value) in change["status"].object ?? [:] { object.status[name] = value }
        put(resource, object)
        return object
    }

    func delete(_ resource: ResourceID, _ key: ObjectKey, _ options: DeleteOptions) async throws(APIStatus) {
        state.withLock { state in
            guard let object = state.objects[resource]?.removeValue(forKey: key) else { return }
            state.version += 1
            tell(&state, resource, .deleted(object))
        }
    }
}
