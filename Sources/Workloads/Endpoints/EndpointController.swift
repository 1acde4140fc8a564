import Base
import KubeClient
import KubeModel

/// Keeps the EndpointSlices and Endpoints of every Service with a selector.
struct EndpointController: Sendable {
    private let api: any KubernetesAPI
    private let services: Informer
    private let pods: Informer
    private let slices: Informer
    private let endpoints: Informer
    /// Services by one of the labels that they select, pods by each of theirs, slices by their Service.
    private let servicesByLabel: KeyIndex
    private let podsByLabel: KeyIndex
    private let slicesByService: KeyIndex
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.time = time
        services = caches[.services]
        pods = caches[.pods]
        slices = caches[.endpointSlices]
        endpoints = caches[.endpoints]
        servicesByLabel = KeyIndex(services) { service in
            EndpointPlan.isManaged(service) ? [LabelTerm.selected(by: service)].compactMap { $0 } : []
        }
        podsByLabel = KeyIndex(pods) { LabelTerm.all(of: $0) }
        slicesByService = KeyIndex(slices) { slice in
            guard slice.labels[EndpointPlan.managerLabel] == EndpointPlan.manager else { return [] }
            return [
                ObjectKey(namespace: slice.namespace, name: slice.labels[EndpointPlan.serviceLabel] ?? "").description
            ]
        }
    }

    /// The controller, watching what it needs.
    func makeController() -> Controller {
        let controller = Controller("endpointslice-controller", time: time) { try await reconcile($0) }
        controller.watch(services)
        controller.watchOwned(slices, by: "Service")
        controller.watch(endpoints)
        pods.onChange { before, after in
            // Most status changes of a pod are nothing to its Services.
            if let before, let after, EndpointView(before) == EndpointView(after) { return }
            for pod in [before, after].compactMap({ $0 }) {
                let services = LabelTerm.all(of: pod).flatMap(servicesByLabel.objects)
                for service in services where selects(service, pod) { controller.queue.add(service.key) }
            }
        }
        return controller
    }

    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let service = services.get(key), !service.isTerminating else {
            try await removeAll(of: key)
            return .settled
        }
        guard EndpointPlan.isManaged(service) else { return .settled }
        let plan = EndpointPlan(service, pods: LabelTerm.selected(by: service).map(podsByLabel.objects) ?? [])
        try await writeSlices(plan.slices, of: key)
        try await writeEndpoints(plan.endpoints)
        return .settled
    }

    private func selects(_ service: KubeObject, _ pod: KubeObject) -> Bool {
        EndpointPlan.isManaged(service)
            && LabelSelector(matchLabels: service.spec["selector"].stringMap).matches(pod.labels)
    }

    /// The slices that were written here for a Service.
    private func ownSlices(of key: ObjectKey) -> [KubeObject] {
        slicesByService.objects(key.description)
    }

    private func writeSlices(_ wanted: [KubeObject], of key: ObjectKey) async throws(APIStatus) {
        let present = Dictionary(ownSlices(of: key).map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        for slice in wanted {
            try await write(slice, over: present[slice.name], in: .endpointSlices, ["endpoints", "ports"])
        }
        let names = Set(wanted.map(\.name))
        for slice in present.values where !names.contains(slice.name) { try await remove(slice, from: .endpointSlices) }
    }

    private func writeEndpoints(_ wanted: KubeObject) async throws(APIStatus) {
        try await write(wanted, over: endpoints.get(wanted.key), in: .endpoints, ["subsets"])
    }

    /// Creates the object, or brings the one that is there to the same labels, owners and `members`.
    private func write(
        _ wanted: KubeObject,
        over present: KubeObject?,
        in resource: ResourceID,
        _ members: [String]
    ) async throws(APIStatus) {
        guard let present else {
            _ = try await api.create(resource, wanted)
            return
        }
        var changed = present
        changed.metadata["labels"] = wanted.metadata["labels"]
        changed.metadata["ownerReferences"] = wanted.metadata["ownerReferences"]
        for member in members { changed[member] = wanted[member] }
        if changed != present { _ = try await api.update(resource, changed) }
    }

    /// A Service that is gone takes its endpoints along at once; the collector would come a little later.
    private func removeAll(of key: ObjectKey) async throws(APIStatus) {
        for slice in ownSlices(of: key) { try await remove(slice, from: .endpointSlices) }
        if let object = endpoints.get(key), object.labels["endpoints.kubernetes.io/managed-by"] != nil {
            try await remove(object, from: .endpoints)
        }
    }

    private func remove(_ object: KubeObject, from resource: ResourceID) async throws(APIStatus) {
        do throws(APIStatus) {
            try await api.delete(resource, object.key, DeleteOptions(uid: object.uid))
        } catch {
            if error.reason != .notFound { throw error }
        }
    }
}

/// A label of one namespace as a text to find objects by.
private enum LabelTerm {
    /// One of the labels that a Service selects: whatever it selects has this label.
    static func selected(by service: KubeObject) -> String? {
        service.spec["selector"].stringMap.min { $0.key < $1.key }.map { term(service.namespace, $0.key, $0.value) }
    }

    static func all(of pod: KubeObject) -> [String] { pod.labels.map { term(pod.namespace, $0.key, $0.value) } }

    private static func term(_ namespace: String?, _ name: String, _ value: String) -> String {
        "\(namespace ?? "")/\(name)=\(value)"
    }
}

/// What of a pod its endpoints depend on.
private struct EndpointView: Equatable {
    let labels: [String: String]
    let address: String?
    let nodeName: String?
    let isReady: Bool
    let isFinished: Bool
    let isTerminating: Bool

    init(_ object: KubeObject) {
        let pod = Pod(object)
        labels = object.labels
        address = object.status["podIP"].string
        nodeName = pod.nodeName
        isReady = pod.isReady
        isFinished = pod.isFinished
        isTerminating = object.isTerminating
    }
}
