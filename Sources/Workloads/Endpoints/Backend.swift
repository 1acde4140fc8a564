import Base
import KubeModel

/// A pod as a Service sees it: where it answers, and whether it should be asked.
struct Backend {
    let pod: KubeObject
    let ports: [JSON]
    let isReady: Bool
    private let address: String
    private let isServing: Bool
    private let isNamedAfterService: Bool

    /// Nil while the pod has no address, and once it has ended.
    init?(_ pod: KubeObject, _ service: KubeObject) {
        guard let address = pod.status["podIP"].string, !address.isEmpty, !Pod(pod).isFinished else { return nil }
        self.pod = pod
        self.address = address
        isServing = Pod(pod).isReady
        // A terminating pod leaves at once: it is drained before it is told to end.
        isReady = service.spec["publishNotReadyAddresses"].bool ?? false || (isServing && !pod.isTerminating)
        isNamedAfterService = pod.spec["subdomain"].string == service.name
        ports = (service.spec["ports"].array ?? []).compactMap { ServicePort.resolve($0, on: pod) }
    }

    var isTerminating: Bool { pod.isTerminating }

    /// The pod as an EndpointSlice lists it.
    var endpoint: JSON {
        var endpoint: JSON = [
            "addresses": [.string(address)],
            "conditions": [
                "ready": .bool(isReady), "serving": .bool(isServing), "terminating": .bool(isTerminating),
            ],
        ]
        addIdentity(to: &endpoint)
        return endpoint
    }

    /// The pod as Endpoints list it.
    var subsetAddress: JSON {
        var entry: JSON = ["ip": .string(address)]
        addIdentity(to: &entry)
        return entry
    }

    private func addIdentity(to entry: inout JSON) {
        entry["targetRef"] = [
            "kind": "Pod", "namespace": JSON(pod.namespace), "name": .string(pod.name), "uid": .string(pod.uid),
        ]
        entry["nodeName"] = JSON(Pod(pod).nodeName)
        if isNamedAfterService { entry["hostname"] = pod.spec["hostname"] }
    }
}
