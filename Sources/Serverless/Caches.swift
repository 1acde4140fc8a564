import Base
import KServeModel
import KubeClient
import KubeModel
import Synchronization

/// What the reconcilers know of the cluster without asking.
final class Caches: Sendable {
    let services: Informer
    let configurations: Informer
    let revisions: Informer
    let routes: Informer
    let deployments: Informer
    let autoscalers: Informer
    let kubeServices: Informer
    let httpRoutes: Informer
    /// Pods of revisions.
    let pods: Informer
    /// Knative's ConfigMaps.
    let configMaps: Informer
    /// The platform's ConfigMap, which names the gateway.
    let platform: Informer

    /// Revisions and configurations by the routes that they are marked with, `namespace/route`.
    let revisionsByRoute: KeyIndex
    let configurationsByRoute: KeyIndex
    /// Objects by the uid of the route that they carry out.
    let kubeServicesByOwner: KeyIndex
    let httpRoutesByOwner: KeyIndex

    private let revisionsByConfiguration: KeyIndex
    private let routesByTarget: KeyIndex
    private let podsByRevision: KeyIndex
    private let known = Mutex(ServerlessSettings())
    private let log = Log("serverless")

    init(_ api: any KubernetesAPI, time: any TimeSource) {
        func informer(_ resource: ResourceID, labels: String = "") -> Informer {
            Informer(api, resource, labelSelector: labels, time: time)
        }
        services = informer(.knativeServices)
        configurations = informer(.knativeConfigurations)
        revisions = informer(.knativeRevisions)
        routes = informer(.knativeRoutes)
        deployments = informer(.deployments, labels: ServingLabel.revision)
        autoscalers = informer(.podAutoscalers, labels: ServingLabel.revision)
        kubeServices = informer(.services)
        httpRoutes = informer(.httpRoutes, labels: ServingLabel.route)
        pods = informer(.pods, labels: ServingLabel.revision)
        configMaps = Informer(api, .configMaps, namespace: ServerlessSettings.namespace, time: time)
        platform = Informer(
            api,
            .configMaps,
            namespace: PlatformConfiguration.key.namespace,
            fieldSelector: "metadata.name=\(PlatformConfiguration.key.name)",
            time: time
        )
        revisionsByConfiguration = KeyIndex(revisions) { revision in
            revision.labels[ServingLabel.configuration].map { ["\(revision.namespace ?? "")/\($0)"] } ?? []
        }
        @Sendable func marks(_ object: KubeObject) -> [String] {
            RouteNames(object.annotations[ServingAnnotation.routes]).sorted.map { "\(object.namespace ?? "")/\($0)" }
        }
        revisionsByRoute = KeyIndex(revisions, marks)
        configurationsByRoute = KeyIndex(configurations, marks)
        routesByTarget = KeyIndex(routes) { route in
            (route.spec["traffic"].array ?? []).map { TrafficTarget($0) }.flatMap { target in
                [("Revision", target.revision), ("Configuration", target.configuration)]
            }.filter { !$0.1.isEmpty }.map { "\(route.namespace ?? "")/\($0.0)/\($0.1)" }
        }
        kubeServicesByOwner = KeyIndex(kubeServices) { object in object.controller.map { [$0.uid] } ?? [] }
        httpRoutesByOwner = KeyIndex(httpRoutes) { object in object.controller.map { [$0.uid] } ?? [] }
        podsByRevision = KeyIndex(pods) { pod in pod.labels[ServingLabel.revisionUID].map { [$0] } ?? [] }
        configMaps.onChange { [weak self] _, _ in self?.readSettings() }
    }

    var all: [Informer] {
        [
            services, configurations, revisions, routes, deployments, autoscalers, kubeServices, httpRoutes, pods,
            configMaps, platform,
        ]
    }

    /// What the ConfigMaps say now; of one that cannot be read, what it said last.
    var settings: ServerlessSettings { known.withLock { $0 } }

    /// The revisions of a Configuration.
    func revisions(of configuration: KubeObject) -> [KubeObject] {
        revisionsByConfiguration.objects("\(configuration.namespace ?? "")/\(configuration.name)")
    }

    /// The routes whose traffic names a revision or a configuration.
    func routes(to object: KubeObject) -> [ObjectKey] {
        routesByTarget.objects("\(object.namespace ?? "")/\(object.kind)/\(object.name)").map(\.key)
    }

    /// One of a revision's pods that are to stay.
    func pod(of revision: KubeObject) -> KubeObject? {
        podsByRevision.objects(revision.uid).first { !$0.isTerminating }
    }

    /// The Gateway through which routes are reached.
    var gateway: ObjectKey {
        do {
            return try PlatformConfiguration(configMap: platform.get(PlatformConfiguration.key)).ingress.gateway
        } catch {
            log.warning("the platform's configuration cannot be read", ["why": error.description])
            return PlatformConfiguration().ingress.gateway
        }
    }

    private func readSettings() {
        let objects = configMaps.list()
        let faults = known.withLock { $0.read(objects) }
        for (name, fault) in faults {
            log.warning("a ConfigMap cannot be read, what it said before holds", ["name": name, "why": "\(fault)"])
        }
    }
}
