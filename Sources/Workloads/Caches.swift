import Base
import KubeClient
import KubeModel
import Synchronization

/// The watch caches: one for each collection, whoever reads it.
final class Caches: Sendable {
    private let api: any KubernetesAPI
    private let time: any TimeSource
    private let informers = Mutex<[ResourceID: Informer]>([:])
    private let claims = Mutex<[ResourceID: ClaimIndex]>([:])
    private let additions: AsyncStream<Informer>
    private let adding: AsyncStream<Informer>.Continuation

    init(_ api: any KubernetesAPI, time: any TimeSource) {
        self.api = api
        self.time = time
        (additions, adding) = AsyncStream.makeStream()
    }

    /// The cache of a collection; it is filled as soon as the caches run.
    subscript(resource: ResourceID) -> Informer {
        informers.withLock { known in
            if let informer = known[resource] { return informer }
            let informer = Informer(api, resource, time: time)
            known[resource] = informer
            adding.yield(informer)
            return informer
        }
    }

    /// The objects of a collection by their owners.
    func claims(on resource: ResourceID) -> ClaimIndex {
        let informer = self[resource]
        return claims.withLock { known in
            if let index = known[resource] { return index }
            let index = ClaimIndex(informer)
            known[resource] = index
            return index
        }
    }

    /// Returns when every cache asked for so far has been filled once.
    func synced() async {
        for informer in informers.withLock({ Array($0.values) }) { await informer.synced() }
    }

    /// Keeps the caches, also those that are asked for later, until the task is cancelled.
    func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for await informer in additions { group.addTask { try await informer.run() } }
        }
    }
}

/// Finds what an owner may claim in a cache without walking over all of it.
struct ClaimIndex: Sendable {
    private let index: KeyIndex

    init(_ informer: Informer) {
        index = KeyIndex(informer) { object in [object.controller?.uid ?? ClaimIndex.free(in: object.namespace)] }
    }

    /// What the owner controls, then what nobody controls in its namespace.
    func candidates(for owner: KubeObject) -> [KubeObject] {
        controlled(by: owner.uid) + index.objects(ClaimIndex.free(in: owner.namespace))
    }

    /// What the owner with this uid controls, in the order of the keys.
    func controlled(by uid: String) -> [KubeObject] { index.objects(uid) }

    private static func free(in namespace: String?) -> String { "/\(namespace ?? "")" }
}
