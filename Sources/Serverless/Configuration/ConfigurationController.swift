import Base
import KubeClient
import KubeModel

/// Carries out Configurations: a Revision for every change of the template.
struct ConfigurationController: Sendable {
    private let api: any KubernetesAPI
    private let caches: Caches
    private let events: EventRecorder
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.caches = caches
        self.time = time
        events = EventRecorder(api, component: "configuration-controller", time: time)
    }

    /// Works until the task is cancelled.
    func run() async throws {
        let controller = Controller("configuration", time: time) { key in try await reconcile(key) }
        controller.watch(caches.configurations)
        controller.watchOwned(caches.revisions, by: "Configuration")
        try await controller.run()
    }

    private func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let stored = caches.configurations.get(key), !stored.isTerminating else { return .settled }
        var verdict = ConfigurationVerdict(stored, now: time.wall())
        let history = history(of: stored)
        switch history.latestCreated {
        case .found(let revision):
            verdict.settle(created: Revision(revision), ready: history.latestReady)
        case .taken(let name):
            verdict.refuse(APIStatus.alreadyExists(.knativeRevisions, name).message)
        case .missing:
            do throws(APIStatus) {
                verdict.settle(created: Revision(try await create(for: stored)), ready: history.latestReady)
            } catch {
                // A revision that the cache does not show yet.
                if error.reason == .alreadyExists { throw APIStatus(.conflict, error.message) }
                verdict.refuse(error.message)
                await events.warning(stored, "CreationFailed", "Failed to create Revision: \(error.message)")
            }
        }
        try await StatusWriter(api: api).store(verdict.json, of: stored, .knativeConfigurations)
        for news in verdict.news { await tell(news, of: stored) }
        return .settled
    }

    private func history(of configuration: KubeObject) -> RevisionHistory {
        let given = RevisionMaker(configuration).givenName
        return RevisionHistory(
            of: configuration,
            caches.revisions(of: configuration),
            named: given.flatMap { caches.revisions.get(ObjectKey(namespace: configuration.namespace, name: $0)) }
        )
    }

    private func create(for configuration: KubeObject) async throws(APIStatus) -> KubeObject {
        let wanted = RevisionMaker(configuration).revision(now: time.wall().rfc3339)
        let created = try await api.create(.knativeRevisions, wanted)
        await events.normal(configuration, "Created", "Created Revision \"\(created.name)\"")
        return created
    }

    private func tell(_ news: ConfigurationVerdict.News, of configuration: KubeObject) async {
        if news.isWarning {
            await events.warning(configuration, news.reason, news.message)
        } else {
            await events.normal(configuration, news.reason, news.message)
        }
    }
}
