import Base
package import KServeModel
package import KubeModel

/// One component's Deployment, Service and autoscaler, as they should be.
package struct Workload: Equatable {
    package let component: Component.Kind
    /// Name of all three objects.
    package let name: String
    package let deployment: KubeObject
    package let service: KubeObject
    /// Nil where replicas are somebody else's business.
    package let autoscaler: KubeObject?
    /// Between these the autoscaler decides.
    package let replicas: ClosedRange<Int>

    /// The Deployment with replicas that no autoscaler would object to: what runs, within the bounds.
    func withReplicas(_ deployment: KubeObject, over current: KubeObject?) -> KubeObject {
        var wanted = deployment
        guard wanted.spec["replicas"].isNull else { return wanted }
        let running = current?.spec["replicas"].int ?? replicas.lowerBound
        let bounded = autoscaler == nil ? running : min(max(running, replicas.lowerBound), replicas.upperBound)
        wanted.spec["replicas"] = .int(Int64(bounded))
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

    var name: String { owner.workloadName(component) }

    /// The objects around a pod.
    func workload(pod: JSON) -> Workload {
        Workload(
            component: component.kind,
            name: name,
            deployment: deployment(pod: pod),
            service: service(pod: pod),
            autoscaler: autoscaler,
            replicas: minReplicas...maxReplicas
        )
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
        annotations = annotations.filter { !configuration.disallowedAnnotations.contains($0.key) }
        if let uri = component.storageURI { annotations[AnnotationKey.storageSource] = uri }
        return annotations
    }

    /// `hpa`, `keda`, `external` or `none`.
    var autoscalerClass: String { annotations[AnnotationKey.autoscalerClass] ?? "hpa" }
    var minReplicas: Int { max(1, component.minReplicas ?? 1) }
    var maxReplicas: Int { max(component.maxReplicas, minReplicas) }

    /// An object of this component, owned by the service.
    func object(_ resource: ResourceID, _ kind: String) -> KubeObject {
        var object = KubeObject(resource, kind: kind, namespace: owner.namespace, name: name)
        object.metadata["labels"] = JSON(labels)
        object.metadata["annotations"] = JSON(annotations)
        object.setController(owner.object)
        return object
    }
}
