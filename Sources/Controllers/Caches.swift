import Base
import KServeModel
import KubeClient
import KubeModel
import Synchronization

/// What the controllers know of the cluster without asking.
final class Caches: Sendable {
    let inferenceServices: Informer
    let runtimes: Informer
    let clusterRuntimes: Informer
    let configuration: Informer
    /// What the configuration said when it was read last.
    private let platform = Mutex<(object: KubeObject?, configuration: PlatformConfiguration)?>(nil)
    /// The definitions of kinds that not every cluster has.
    let definitions: [Informer]
    /// Knative's settings of its autoscaler.
    let scaling: Informer
    let pods: Informer
    /// The collections of the objects that InferenceServices own.
    let owned: [(resource: ResourceID, informer: Informer, byOwner: KeyIndex)]
    /// Pods by namespace and label `app`.
    let podsByApp: KeyIndex

    init(_ api: any KubernetesAPI, time: any TimeSource) {
        func informer(_ resource: ResourceID, labels: String = "") -> Informer {
            Informer(api, resource, labelSelector: labels, time: time)
        }
        inferenceServices = informer(.inferenceServices)
        runtimes = informer(.servingRuntimes)
        clusterRuntimes = informer(.clusterServingRuntimes)
        configuration = Informer(
            api,
            .configMaps,
            namespace: PlatformConfiguration.key.namespace,
            fieldSelector: "metadata.name=\(PlatformConfiguration.key.name)",
            time: time
        )
        definitions = ServedKinds.resources.map { resource in
            Informer(
                api,
                .customResourceDefinitions,
                fieldSelector: "metadata.name=\(resource.qualified)",
                time: time
            )
        }
        scaling = Informer(
            api,
            .configMaps,
            namespace: "knative-serving",
            fieldSelector: "metadata.name=config-autoscaler",
            time: time
        )
        pods = informer(.pods, labels: LabelKey.inferenceService)
        podsByApp = KeyIndex(pods) { pod in
            pod.labels[LabelKey.app].map { ["\(pod.namespace ?? "")/\($0)"] } ?? []
        }
        let resources: [ResourceID] = [
            .deployments, .services, .horizontalPodAutoscalers, .podAutoscalers, .scaledObjects, .knativeServices,
            .httpRoutes,
        ]
        owned = resources.map { resource in
            let cache = informer(resource)
            return (resource, cache, KeyIndex(cache) { object in object.controller.map { [$0.uid] } ?? [] })
        }
    }

    var all: [Informer] {
        [inferenceServices, runtimes, clusterRuntimes, configuration, pods] + definitions + [scaling]
            + owned.map(\.informer)
    }

    /// What the cluster can do now.
    var served: ServedKinds { ServedKinds(definitions, scaling: scaling.list().first) }

    /// The stored object, if the collection is one of those that are watched.
    func get(_ resource: ResourceID, _ namespace: String, _ name: String) -> KubeObject? {
        let key = ObjectKey(namespace: namespace, name: name)
        return owned.first { $0.resource == resource }?.informer.get(key)
    }

    /// The platform's configuration, read once for each of its versions.
    func readConfiguration() throws(PlanFault) -> PlatformConfiguration {
        let object = configuration.get(PlatformConfiguration.key)
        if let last = platform.withLock({ $0 }), last.object == object { return last.configuration }
        do throws(ConfigurationDefect) {
            let read = try PlatformConfiguration(configMap: object)
            platform.withLock { $0 = (object, read) }
            return read
        } catch {
            throw PlanFault("InvalidConfiguration", error.description)
        }
    }

    /// Runtimes that a service of a namespace may use.
    func runtimes(for namespace: String) -> [ServingRuntime] {
        let own = runtimes.list(in: namespace)
        return (own + clusterRuntimes.list()).map { ServingRuntime($0) }
    }

    /// The pods of a workload that are to stay, newest first, of the same age by name.
    func pods(_ namespace: String, workload: String) -> [KubeObject] {
        pods(namespace, app: WorkloadName.appLabel(workload))
    }

    /// The pods of a label `app` that are to stay, in the same order.
    func pods(_ namespace: String, app: String) -> [KubeObject] {
        podsByApp.objects("\(namespace)/\(app)").filter { !$0.isTerminating }
            .sorted { left, right in
                let (leftAge, rightAge) = (left.creationTime?.seconds ?? 0, right.creationTime?.seconds ?? 0)
                return leftAge == rightAge ? left.name < right.name : leftAge > rightAge
            }
    }
}
