package import Base
package import KubeClient
import KubeModel

/// Tells the state of the KServe kinds, and of what stands for them in the cluster, as series: what alerts need to know of
/// a service they need not ask the API for.
///
/// It reads watch caches at the time of a scrape, and keeps nothing of its own.
package struct StateMetrics: Sendable {
    private let caches: Caches

    /// - Parameter registry: where the series are told.
    package init(
        api: any KubernetesAPI,
        registry: MetricRegistry = .process,
        time: any TimeSource = SystemTime()
    ) {
        let caches = Caches(api, time: time)
        self.caches = caches
        registry.add { writer in ClusterState(caches).write(into: &writer) }
    }

    /// Follows the state until the task is cancelled.
    package func run() async throws { try await Informer.keep(caches.all, for: []) }
}

/// The watch caches of the room.
private struct Caches: Sendable {
    let services: Informer
    let graphs: Informer
    let models: Informer
    let experiments: Informer
    let deployments: Informer
    let autoscalers: Informer
    let pods: Informer

    init(_ api: any KubernetesAPI, time: any TimeSource) {
        func informer(_ resource: ResourceID, labelSelector: String = "") -> Informer {
            Informer(api, resource, labelSelector: labelSelector, time: time)
        }
        // A cluster has many objects that are no concern of KServe.
        let ours = StateLabel.service
        services = informer(.inferenceServices)
        graphs = informer(ResourceID("serving.kserve.io", "v1alpha1", "inferencegraphs"))
        models = informer(ResourceID("serving.kserve.io", "v1alpha1", "trainedmodels"))
        experiments = informer(.experiments)
        deployments = informer(.deployments, labelSelector: ours)
        autoscalers = informer(.horizontalPodAutoscalers)
        pods = informer(.pods, labelSelector: ours)
    }

    var all: [Informer] { [services, graphs, models, experiments, deployments, autoscalers, pods] }
}

extension ClusterState {
    /// The state as the caches show it.
    fileprivate init(_ caches: Caches) {
        self.init(
            services: caches.services.list(),
            graphs: caches.graphs.list(),
            models: caches.models.list(),
            experiments: caches.experiments.list(),
            deployments: caches.deployments.list(),
            autoscalers: caches.autoscalers.list(),
            pods: caches.pods.list()
        )
    }
}
