import Base
package import KubeModel

/// The endpoints that a Service has: which pods answer for it, on which ports.
package struct EndpointPlan {
    /// Endpoints of one slice at most, as upstream.
    static let sliceMax = 100
    static let serviceLabel = "kubernetes.io/service-name"
    static let managerLabel = "endpointslice.kubernetes.io/managed-by"
    static let manager = "endpointslice-controller.k8s.io"
    static let headlessLabel = "service.kubernetes.io/headless"

    /// The slices that are wanted, named by their place: none is ever made twice, and one that is empty for a while is the same again.
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
        let parts = groups.flatMap { group in
            stride(from: 0, to: group.count, by: sliceMax).map { Array(group[$0..<min($0 + sliceMax, group.count)]) }
        }
        return (parts.isEmpty ? [[]] : parts).enumerated().map { makeSlice(service, $1, index: $0) }
    }

    private static func makeSlice(_ service: KubeObject, _ backends: [Backend], index: Int) -> KubeObject {
        let suffix = StableHash.letters(5, of: "\(service.uid)/\(index)")
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
        slice["ports"] = .array(backends.first?.ports ?? [])
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
            let ready = staying.filter(\.isReady).map(\.subsetAddress)
            let notReady = staying.filter { !$0.isReady }.map(\.subsetAddress)
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

extension JSON {
    /// Endpoints leave an empty port name out, EndpointSlices write it.
    fileprivate var withoutEmptyName: JSON {
        var port = self
        if port["name"].string == "" { port["name"] = .null }
        return port
    }
}
