package import Base
package import KubeClient
import KubeModel

/// The reconcilers of Knative Serving's kinds: Services, Configurations, Revisions and Routes.
package struct Serverless: Sendable {
    private let caches: Caches
    private let services: ServiceController
    private let configurations: ConfigurationController
    private let revisions: RevisionController
    private let routes: RouteController
    private let collector: RevisionCollector

    /// - Parameter api: the API to watch and write; whose it is does not matter.
    package init(api: any KubernetesAPI, time: any TimeSource = SystemTime()) {
        caches = Caches(api, time: time)
        services = ServiceController(api, caches, time: time)
        configurations = ConfigurationController(api, caches, time: time)
        revisions = RevisionController(api, caches, time: time)
        routes = RouteController(api, caches, time: time)
        collector = RevisionCollector(api, caches, time: time)
    }

    /// Works until the task is cancelled.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for informer in caches.all { group.addTask { try await informer.run() } }
            group.addTask { try await reconcile() }
            for try await _ in group {}  // the first part that fails ends the others
        }
    }

    private func reconcile() async throws {
        // A cache that is still empty would look like a cluster without objects.
        for informer in caches.all { await informer.synced() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            group.addTask { try await configurations.run() }
            group.addTask { try await revisions.run() }
            group.addTask { try await routes.run() }
            group.addTask { try await collector.run() }
            for try await _ in group {}
        }
    }
}
