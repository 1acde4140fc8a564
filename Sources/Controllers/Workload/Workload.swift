import Base
package import KServeModel
import KubeClient
package import KubeModel

/// One component's Deployment, Service and autoscaler, as they should be.
package struct Workload: Equatable, Sendable {
    package let component: Component.Kind
    /// Name of all three objects.
    package let name: String
    package private(set) var deployment: KubeObject
    package let service: KubeObject
    /// Nil where replicas are somebody else's business.
    package let autoscaler: Autoscaler?
    /// Between these the autoscaler decides.
    package let replicas: ClosedRange<Int>
    /// The kind that it needs to be scaled as it asks and that the API does not serve.
    package let lacks: ResourceID?

    /// The object that makes somebody decide how many replicas run.
    package enum Autoscaler: Equatable, Sendable {
        /// A HorizontalPodAutoscaler, by what the pods use.
        case horizontal(KubeObject)
        /// A PodAutoscaler, by the requests that come, to zero where it may.
        case load(KubeObject, initialReplicas: Int)
        /// A ScaledObject, by triggers, to zero where it may.
        case events(KubeObject)

        /// The object.
        package var object: KubeObject {
            switch self {
            case .horizontal(let object), .load(let object, _), .events(let object): object
            }
        }

        /// Where the object is stored.
        package var resource: ResourceID {
            switch self {
            case .horizontal: .horizontalPodAutoscalers
            case .load: .podAutoscalers
            case .events: .scaledObjects
            }
        }
    }

    /// Lets the Deployment tell which version of the predictor it runs, and which it ran before.
    mutating func remember(_ version: PredictorVersion, before previous: PredictorVersion? = nil) {
        var annotations = deployment.annotations
        annotations[AnnotationKey.version] = version.text
        annotations[AnnotationKey.previousVersion] = previous?.text
        deployment.metadata["annotations"] = JSON(annotations)
    }

    /// Whether it may run no replica at all.
    package var sleeps: Bool { replicas.lowerBound == 0 }

    /// The Deployment with replicas that its autoscaler would not object to.
    ///
    /// - Parameter stamped: the wanted Deployment with its digest.
    package func withReplicas(_ stamped: KubeObject, over current: KubeObject?) -> KubeObject {
        var wanted = stamped
        guard wanted.spec["replicas"].isNull else { return wanted }
        let running = current?.spec["replicas"].int
        let count =
            switch autoscaler {
            case nil: running ?? replicas.lowerBound
            case .horizontal: min(max(running ?? 1, replicas.lowerBound), replicas.upperBound)
            case .events: min(max(running ?? max(1, replicas.lowerBound), replicas.lowerBound), replicas.upperBound)
            case .load(_, let first):
                // A version that nobody has seen run must show that it does, even if the one before it slept.
                running == 0 && !ObjectDifference.sameWish(current, stamped) ? first : running ?? first
            }
        wanted.spec["replicas"] = .int(Int64(count))
        return wanted
    }
}

/// Makes the objects of one component.
struct WorkloadBuilder {
    let owner: InferenceService
    let component: Component
    let configuration: PlatformConfiguration
    let runtime: ServingRuntime?
    /// Labels that the server program's placeholders need.
    var serverLabels: [String: String] = [:]
    let served: ServedKinds
    let observability: Observability

    var name: String { owner.workloadName(component) }

    /// The objects around a pod.
    func workload(pod: JSON) -> Workload {
        let service = service(pod: pod)
        return Workload(
            component: component.kind,
            name: name,
            deployment: deployment(pod: pod),
            service: service,
            autoscaler: autoscaler(of: service),
            replicas: replicas,
            lacks: lacking
        )
    }

    private var lacking: ResourceID? {
        switch scaling {
        case .load: served.podAutoscalers ? nil : .podAutoscalers
        case .events: served.scaledObjects ? nil : .scaledObjects
        case .resources, .external, .fixed: nil
        }
    }

    /// Labels of all the component's objects; the component's own win over the service's, those over the runtime's.
    var labels: [String: String] {
        var labels = runtime?.labels ?? [:]
        labels.merge(serverLabels) { _, new in new }
        labels.merge(owner.object.labels) { _, new in new }
        labels.merge(component.labels) { _, new in new }
        labels[LabelKey.inferenceService] = owner.name
        labels[LabelKey.component] = component.kind.rawValue
        labels[LabelKey.app] = WorkloadName.appLabel(name)
        return labels
    }

    /// Annotations of all the component's objects.
    var annotations: [String: String] {
        var annotations = runtime?.annotations ?? [:]
        annotations.merge(owner.object.annotations) { _, new in new }
        annotations.merge(component.annotations) { _, new in new }
        annotations = annotations.filter {
            !configuration.disallowedAnnotations.contains($0.key) && !AnnotationKey.routing.contains($0.key)
        }
        if let uri = component.storageURI { annotations[AnnotationKey.storageSource] = uri }
        return annotations
    }

    var scaling: ScalingClass { ScalingClass(component, annotations: annotations) }

    /// The autoscaler's bounds; scaled by load, the lower one may be zero and the upper one left open.
    var replicas: ClosedRange<Int> {
        let least = component.minReplicas ?? 1
        if scaling == .load, served.podAutoscalers {
            let most = component.maxReplicas > 0 ? component.maxReplicas : Int(Int32.max)
            return max(0, least)...max(most, least)
        }
        let fewest = scaling == .events ? max(0, least) : max(1, least)
        return fewest...max(component.maxReplicas, least, 1)
    }

    /// An object of this component, owned by the service.
    func object(_ resource: ResourceID, _ kind: String) -> KubeObject {
        var object = KubeObject(resource, kind: kind, namespace: owner.namespace, name: name)
        object.metadata["labels"] = JSON(labels)
        object.metadata["annotations"] = JSON(annotations)
        object.setController(owner.object)
        return object
    }
}
