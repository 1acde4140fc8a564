import Base
import KubeClient
import KubeModel

/// Deletes old revisions that no route leads to.
struct RevisionCollector: Sendable {
    private let api: any KubernetesAPI
    private let caches: Caches
    private let time: any TimeSource
    private let log = Log("revision-collector")

    /// How long after a look with something left to collect the next one comes.
    private static let pause = Duration.seconds(600)

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.caches = caches
        self.time = time
    }

    /// Works until the task is cancelled.
    func run() async throws {
        let controller = Controller("revision-collector", workers: 1, time: time) { key in try await collect(key) }
        controller.watch(caches.configurations)
        controller.watchOwned(caches.revisions, by: "Configuration")
        controller.watch(caches.configMaps) { [caches] _ in caches.configurations.list().map(\.key) }
        try await controller.run()
    }

    private func collect(_ key: ObjectKey) async throws -> Next {
        guard let configuration = caches.configurations.get(key), !configuration.isTerminating else { return .settled }
        let collection = RevisionCollection(caches.settings.collection)
        let revisions = caches.revisions(of: configuration).filter { !$0.isTerminating }
        for name in collection.collect(revisions, of: configuration, now: time.wall()) {
            log.info("deleting a revision that no route leads to", ["revision": "\(key.namespace ?? "")/\(name)"])
            do throws(APIStatus) {
                let key = ObjectKey(namespace: key.namespace, name: name)
                try await api.delete(.knativeRevisions, key, DeleteOptions(propagation: .background))
            } catch {
                if error.reason != .notFound { throw error }
            }
        }
        let isCounting =
            collection.inactive(revisions, of: configuration).count > caches.settings.collection.inactiveMin
        return isCounting ? .again(after: RevisionCollector.pause) : .settled
    }
}
