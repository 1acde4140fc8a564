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
        try await Informer.keep(
            caches.all,
            for: [services.run, configurations.run, revisions.run, routes.run, collector.run]
        )
    }
}
