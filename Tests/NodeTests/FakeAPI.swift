import Base
import KubeClient
import KubeModel
import Synchronization

/// As much of an API server as a node sees: objects in memory, changes told to watchers in order.
final class FakeAPI: KubernetesAPI {
    private struct Change {
        let resource: ResourceID
        let event: WatchEvent
    }

    private struct State {
        var version = 0
        var objects: [ResourceID: [ObjectKey: KubeObject]] = [:]
        var changes: [Change] = []
        var watchers: [(resource: ResourceID, stream: AsyncThrowingStream<WatchEvent, any Error>.Continuation)] = []
    }

    private let state = Mutex(State())

    private func tell(_ state: inout State, _ resource: ResourceID, _ event: WatchEvent) {
        state.changes.append(Change(resource: resource, event: event))
        for watcher in state.watchers where watcher.resource == resource { watcher.stream.yield(event) }
    }

    private func store(_ state: inout State, _ resource: ResourceID, _ object: KubeObject, isNew: Bool) -> KubeObject {
        var object = object
        state.version += 1
        object.metadata["resourceVersion"] = .string(String(state.version))
        state.objects[resource, default: [:]][object.key] = object
        tell(&state, resource, isNew ? .added(object) : .modified(object))
        return object
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
            ObjectList(items: Array((state.objects[resource] ?? [:]).values), resourceVersion: String(state.version))
        }
    }

    func watch(
        _ resource: ResourceID,
        namespace: String?,
        _ options: ListOptions
    ) async throws(APIStatus) -> AsyncThrowingStream<WatchEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream.makeStream(of: WatchEvent.self)
        let after = Int(options.resourceVersion) ?? 0
        state.withLock { state in
            for change in state.changes where change.resource == resource {
                if FakeAPI.version(change.event) > after { continuation.yield(change.event) }
            }
            state.watchers.append((resource, continuation))
        }
        return stream
    }

    private static func version(_ event: WatchEvent) -> Int {
        switch event {
        case .added(let object), .modified(let object), .deleted(let object): Int(object.resourceVersion) ?? 0
        case .bookmark: 0
        }
    }

    func create(_ resource: ResourceID, _ object: KubeObject) async throws(APIStatus) -> KubeObject {
        let made = state.withLock { state -> KubeObject? in
            guard state.objects[resource]?[object.key] == nil else { return nil }
            return store(&state, resource, object, isNew: true)
        }
        guard let made else { throw .alreadyExists(resource, object.name) }
        return made
    }

    func update(
        _ resource: ResourceID,
        _ object: KubeObject,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject {
        state.withLock { store(&$0, resource, object, isNew: false) }
    }

    func patch(
        _ resource: ResourceID,
        _ key: ObjectKey,
        _ patch: Patch,
        subresource: String?
    ) async throws(APIStatus) -> KubeObject {
        guard case .merge(let patch) = patch else { throw .badRequest("only merge patches are known here") }
        let changed = state.withLock { state -> KubeObject? in
            guard let object = state.objects[resource]?[key] else { return nil }
            return store(&state, resource, KubeObject(FakeAPI.merge(object.json, patch)), isNew: false)
        }
        guard let changed else { throw .notFound(resource, key.name) }
        return changed
    }

    private static func merge(_ target: JSON, _ patch: JSON) -> JSON {
        guard case .object(let members) = patch else { return patch }
        var result = target.object == nil ? JSON.emptyObject : target
        for (name, value) in members { result[name] = value.isNull ? .null : merge(result[name], value) }
        return result
    }

    /// A token that says whose it is and what was asked for.
    func createToken(for account: ObjectKey, _ request: JSON) async throws(APIStatus) -> JSON {
        let wish = request["spec"]
        let words = [
            account.name, wish["boundObjectRef"]["uid"].string, wish["expirationSeconds"].int.map(String.init),
        ]
        return ["status": ["token": .string(words.compactMap { $0 }.joined(separator: " "))]]
    }

    /// A pod is given its grace; everything else goes at once.
    func delete(_ resource: ResourceID, _ key: ObjectKey, _ options: DeleteOptions) async throws(APIStatus) {
        state.withLock { state in
            guard var object = state.objects[resource]?[key] else { return }
            let grace = options.gracePeriodSeconds ?? object.spec["terminationGracePeriodSeconds"].int ?? 0
            if resource == .pods, grace > 0 {
                object.metadata["deletionTimestamp"] = "2026-11-21T00:00:00Z"
                object.metadata["deletionGracePeriodSeconds"] = .int(Int64(grace))
                _ = store(&state, resource, object, isNew: false)
            } else {
                state.version += 1
                object.metadata["resourceVersion"] = .string(String(state.version))
                state.objects[resource]?[key] = nil
                tell(&state, resource, .deleted(object))
            }
        }
    }

    /// The first state of an object, from now on, in which `condition` holds; nil stands for its absence.
    @discardableResult
    func wait(
        for resource: ResourceID,
        _ key: ObjectKey,
        until condition: (KubeObject?) -> Bool
    ) async throws -> KubeObject? {
        let version = state.withLock { $0.version }
        var object = try await find(resource, key)
        if condition(object) { return object }
        let options = ListOptions(resourceVersion: String(version))
        for try await event in try await watch(resource, namespace: nil, options) {
            switch event {
            case .added(let changed) where changed.key == key: object = changed
            case .modified(let changed) where changed.key == key: object = changed
            case .deleted(let changed) where changed.key == key: object = nil
            default: continue
            }
            if condition(object) { return object }
        }
        return nil
    }

    /// An event with this reason.
    func event(_ reason: String) async throws -> KubeObject? {
        for try await event in try await watch(.events, namespace: nil, ListOptions()) {
            if case .added(let object) = event, object["reason"].string == reason { return object }
        }
        return nil
    }
}
