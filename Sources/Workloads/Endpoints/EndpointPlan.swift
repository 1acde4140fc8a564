package import Base
package import KubeModel

/// The endpoints that a Service has: which pods answer for it, on which ports.
package struct EndpointPlan {
    /// Endpoints of one slice at most, as upstream.
    static let sliceMax = 100
    static let serviceLabel = "kubernetes.io/service-name"
    static let managerLabel = "endpointslice.kubernetes.io/managed-by"
    static let manager = "endpointslice-controller.k8s.io"
    static let headlessLabel = "service.kubernetes.io/headless"

    /// The slices that are wanted; their names follow from what they hold, so that none is ever made twice.
    package let slices: [KubeObject]
    /// The same for clients that know Endpoints only.
    package let endpoints: KubeObject

    /// Whether the Service's endpoints are made here: one without selector has them written by hand.
    package static func isManaged(_ service: KubeObject) -> Bool {
        !service.spec["selector"].stringMap.isEmpty && service.spec["type"].string != "ExternalName"
            && !service.isTerminating
    }

    /// Decides from the pods of the Service's namespace.
    package init(_ service: KubeObject, pods: [KubeObject]) {
        let selector = LabelSelector(matchLabels: service.spec["selector"].stringMap)
        let backends = pods.filter { selector.matches($0.labels) }
            .compactMap { Backend($0, service) }
            .sorted { $0.pod.name < $1.pod.name }
        let groups = Dictionary(grouping: backends) { JSON.array($0.ports).text }
            .sorted { $0.key < $1.key }
            .map(\.value)
        slices = EndpointPlan.makeSlices(service, groups)
        endpoints = EndpointPlan.makeEndpoints(service, groups)
    }

    private static func makeSlices(_ service: KubeObject, _ groups: [[Backend]]) -> [KubeObject] {
        // A Service without pods has one empty slice: its readers then know that nobody answers.
        guard !groups.isEmpty else { return [makeSlice(service, [], ports: [], index: 0)] }
        return groups.flatMap { group in
            stride(from: 0, to: group.count, by: sliceMax).map { start in
                let part = Array(group[start..<min(start + sliceMax, group.count)])
                return makeSlice(service, part, ports: part.first?.ports ?? [], index: start / sliceMax)
            }
        }
    }

    private static func makeSlice(
        _ service: KubeObject,
        _ backends: [Backend],
        ports: [JSON],
        index: Int
    ) -> KubeObject {
        let suffix = StableHash.letters(5, of: "\(service.uid)/\(JSON.array(ports).text)/\(index)")
        let prefix = String("\(service.name)-".prefix(58))
        var slice = KubeObject(
            .endpointSlices,
            kind: "EndpointSlice",
            namespace: service.namespace,
            name: prefix + suffix
        )
        slice.metadata["generateName"] = .string(prefix)
        slice.metadata["labels"] = labels(service, [serviceLabel: service.name, managerLabel: manager])
        slice.setController(service)
        slice["addressType"] = "IPv4"
        slice["endpoints"] = .array(backends.map(\.endpoint))
        slice["ports"] = .array(ports)
        return slice
    }

    private static func makeEndpoints(_ service: KubeObject, _ groups: [[Backend]]) -> KubeObject {
        var endpoints = KubeObject(.endpoints, kind: "Endpoints", namespace: service.namespace, name: service.name)
        endpoints.metadata["labels"] = labels(
            service,
            ["endpoints.kubernetes.io/managed-by": "endpoint-controller"]
        )
        let subsets = groups.compactMap { group -> JSON? in
            let staying = group.filter { !$0.isTerminating || $0.isReady }
            guard let first = staying.first else { return nil }
            let ready = staying.filter(\.isReady).map(\.address)
            let notReady = staying.filter { !$0.isReady }.map(\.address)
            var subset = JSON.emptyObject
            if !ready.isEmpty { subset["addresses"] = .array(ready) }
            if !notReady.isEmpty { subset["notReadyAddresses"] = .array(notReady) }
            if !first.ports.isEmpty { subset["ports"] = .array(first.ports.map(\.withoutEmptyName)) }
            return subset
        }
        if !subsets.isEmpty { endpoints["subsets"] = .array(subsets) }
        return endpoints
    }

    private static func labels(_ service: KubeObject, _ own: [String: String]) -> JSON {
        var labels = service.labels.merging(own) { $1 }
        if service.spec["clusterIP"].string == "None" { labels[headlessLabel] = "" }
        return JSON(labels)
    }
}

/// A pod as a Service sees it.
private struct Backend {
    let pod: KubeObject
    let address: JSON
    let endpoint: JSON
    let ports: [JSON]
    let isReady: Bool
    let isTerminating: Bool

    /// Nil while the pod has no address, and once it has ended.
    init?(_ pod: KubeObject, _ service: KubeObject) {
        let facts = Pod(pod)
        guard let address = pod.status["podIP"].string, !address.isEmpty, !facts.isFinished else { return nil }
        self.pod = pod
        isTerminating = pod.isTerminating
        let isServing = facts.isReady
        // A terminating pod leaves at once: it is drained before it is told to end.
        isReady = service.spec["publishNotReadyAddresses"].bool ?? false || (isServing && !pod.isTerminating)
        ports = (service.spec["ports"].array ?? []).compactMap { ServicePort.resolve($0, on: pod) }

        let target: JSON = [
            "kind": "Pod", "namespace": JSON(pod.namespace), "name": .string(pod.name), "uid": .string(pod.uid),
        ]
        var endpoint: JSON = [
            "addresses": [.string(address)], "targetRef": target,
            "conditions": [
                "ready": .bool(isReady), "serving": .bool(isServing), "terminating": .bool(isTerminating),
            ],
        ]
        var entry: JSON = ["ip": .string(address), "targetRef": target]
        if let node = facts.nodeName {
            endpoint["nodeName"] = .string(node)
            entry["nodeName"] = .string(node)
        }
        if let hostname = pod.spec["hostname"].string, pod.spec["subdomain"].string == service.name {
            endpoint["hostname"] = .string(hostname)
            entry["hostname"] = .string(hostname)
        }
        self.endpoint = endpoint
        self.address = entry
    }
}

/// A Service's port on one pod.
package enum ServicePort {
    /// The endpoint port, its number looked up on the pod where the target is a name; nil where the pod has none such.
    package static func resolve(_ port: JSON, on pod: KubeObject) -> JSON? {
        let wire = port["protocol"].string ?? "TCP"
        guard let number = number(of: port, wire, on: pod) else { return nil }
        var resolved: JSON = [
            "name": .string(port["name"].string ?? ""), "protocol": .string(wire), "port": .int(Int64(number)),
        ]
        resolved["appProtocol"] = port["appProtocol"]
        return resolved
    }

    private static func number(of port: JSON, _ wire: String, on pod: KubeObject) -> Int? {
        switch port["targetPort"] {
        case .string(let name): named(name, wire, on: pod) ?? Int(name)
        case .null: port["port"].int
        default: port["targetPort"].int == 0 ? port["port"].int : port["targetPort"].int
        }
    }

    private static func named(_ name: String, _ wire: String, on pod: KubeObject) -> Int? {
        ["containers", "initContainers"]
            .flatMap { pod.spec[$0].array ?? [] }
            .flatMap { $0["ports"].array ?? [] }
            .first { $0["name"].string == name && $0["protocol"].string ?? "TCP" == wire }?["containerPort"].int
    }
}

extension JSON {
    /// Endpoints leave an empty port name out, EndpointSlices write it.
    fileprivate var withoutEmptyName: JSON {
        var port = self
        if port["name"].string == "" { port["name"] = .null }
        return port
    }
}
