import Base
import KubeClient
import KubeModel
import Synchronization

/// Deletes what has lost its owners, and lets owners go that wait for their dependents; for all kinds alike.
final class GarbageCollector: Sendable {
    private let api: any KubernetesAPI
    private let caches: Caches
    private let kinds: ServedKinds
    private let graph = Mutex(OwnerGraph())
    private let followed = Mutex<Set<ResourceID>>([])

    /// Kinds that neither own nor are owned by anything that must go with them, and that change all the time.
    private static let ignored: Set<ResourceID> = [.events, .leases]

    init(_ api: any KubernetesAPI, _ caches: Caches, kinds: ServedKinds) {
        self.api = api
        self.caches = caches
        self.kinds = kinds
    }

    /// The controller, watching all kinds that are served, also those that come later. Its keys are uids.
    func makeController(time: any TimeSource) -> Controller {
        let controller = Controller("garbage-collector", time: time) { try await self.reconcile(uid: $0.name) }
        follow(controller.queue)
        caches[.customResourceDefinitions].onChange { [self] _, _ in follow(controller.queue) }
        return controller
    }

    private func follow(_ queue: WorkQueue<ObjectKey>) {
        for kind in kinds.all where !GarbageCollector.ignored.contains(kind.resource) {
            guard followed.withLock({ $0.insert(kind.resource).inserted }) else { continue }
            caches[kind.resource].onChange { [self] before, after in
                for uid in record(before, after, kind.resource) { queue.add(ObjectKey(name: uid)) }
            }
        }
    }

    /// Takes a change into the graph; returns who is to be judged because of it.
    private func record(_ before: KubeObject?, _ after: KubeObject?, _ resource: ResourceID) -> [String] {
        graph.withLock { graph in
            var judged: [String] = []
            if let before, before.uid != after?.uid { judged += graph.remove(before.uid) }
            if let after { judged += graph.set(OwnerGraph.Node(after, resource)) }
            return judged
        }
    }
}

extension GarbageCollector {
    private func reconcile(uid: String) async throws -> Next {
        guard let node = graph.withLock({ $0[uid] }) else { return .settled }
        let strangers = try await lookUpStrangers(of: node)
        switch graph.withLock({ GarbageDecision.decide(node, $0, strangers: strangers) }) {
        case .rest:
            break
        case .delete(let propagation):
            try await delete(node, propagation)
        case .forget(let owners):
            try await forget(owners, in: node)
        case .orphan(let dependents):
            for dependent in dependents { try await forget([uid], in: dependent) }
        case .release(let finalizer):
            guard let object = try await live(node) else { break }
            let left = object.finalizers.filter { $0 != finalizer }
            try await patch(object, node, ["finalizers": left.isEmpty ? .null : JSON(left)])
        }
        return .settled
    }

    /// Asks the API for owners that no cache has shown: they may be new, or gone.
    private func lookUpStrangers(of node: OwnerGraph.Node) async throws -> [String: GarbageDecision.OwnerState] {
        var states: [String: GarbageDecision.OwnerState] = [:]
        for owner in node.owners where graph.withLock({ $0[owner.uid] }) == nil {
            states[owner.uid] = try await lookUp(owner, for: node)
        }
        return states
    }

    private func lookUp(
        _ owner: OwnerReference,
        for node: OwnerGraph.Node
    ) async throws -> GarbageDecision.OwnerState {
        guard let kind = kinds.find(apiVersion: owner.apiVersion, kind: owner.kind) else { return .unknown }
        let namespace = node.place.key.namespace
        // Nothing of the whole cluster can be owned from inside a namespace.
        if kind.isNamespaced, namespace == nil { return .unknown }
        let found = try await api.find(kind.resource, kind.key(owner.name, in: namespace))
        return found?.uid == owner.uid ? .present : .absent
    }

    private func delete(_ node: OwnerGraph.Node, _ propagation: DeleteOptions.Propagation) async throws {
        guard let object = try await live(node), object.ownerReferences == node.owners else { return }
        let options = DeleteOptions(
            propagation: propagation,
            uid: object.uid,
            resourceVersion: object.resourceVersion
        )
        do throws(APIStatus) {
            try await api.delete(node.place.resource, node.place.key, options)
        } catch {
            if error.reason != .notFound { throw error }
        }
    }

    private func forget(_ owners: [String], in node: OwnerGraph.Node) async throws {
        guard let object = try await live(node) else { return }
        let references = object.metadata["ownerReferences"].array ?? []
        let left = references.filter { !owners.contains($0["uid"].string ?? "") }
        guard left.count < references.count else { return }
        try await patch(object, node, ["ownerReferences": left.isEmpty ? .null : .array(left)])
    }

    /// Changes metadata of an object, unless it has changed or gone meanwhile.
    private func patch(_ object: KubeObject, _ node: OwnerGraph.Node, _ metadata: [String: JSON]) async throws {
        var metadata = metadata
        metadata["uid"] = .string(object.uid)
        metadata["resourceVersion"] = .string(object.resourceVersion)
        do throws(APIStatus) {
            _ = try await api.patch(node.place.resource, node.place.key, .merge(["metadata": .object(metadata)]))
        } catch {
            if error.reason != .notFound { throw error }
        }
    }

    /// The object as it is now; nil when it is gone, or another one of its name is there.
    private func live(_ node: OwnerGraph.Node) async throws -> KubeObject? {
        let object = try await api.find(node.place.resource, node.place.key)
        return object?.uid == node.uid ? object : nil
    }
}
