import Base
import KubeClient
import KubeModel
import Net

/// The objects that an API server itself answers for: the system's namespaces and the Service of the API.
struct OwnObjects {
    let api: InProcessAPI
    let address: SocketAddress

    private static let namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"]

    /// Makes what is missing, and brings the API's endpoint up to date.
    func ensure(serving types: [ResourceType]) async throws(APIStatus) {
        let served = Set(types.map(\.id))
        for name in OwnObjects.namespaces where served.contains(.namespaces) {
            try await ensure(.namespaces, KubeObject(.namespaces, kind: "Namespace", name: name))
        }
        if served.contains(.services) { try await ensure(.services, service) }
        guard served.contains(.endpointSlices) else { return }
        let slice = endpointSlice
        try await ensure(.endpointSlices, slice)
        let patch: JSON = ["endpoints": slice["endpoints"], "ports": slice["ports"]]
        _ = try await api.patch(.endpointSlices, slice.key, .merge(patch))
    }

    private func ensure(_ resource: ResourceID, _ object: KubeObject) async throws(APIStatus) {
        if try await api.find(resource, object.key) != nil { return }
        do throws(APIStatus) {
            _ = try await api.create(resource, object)
        } catch {
            if error.reason != .alreadyExists { throw error }
        }
    }

    private var service: KubeObject {
        var service = KubeObject(.services, kind: "Service", namespace: "default", name: "kubernetes")
        service.metadata["labels"] = ["component": "apiserver", "provider": "kubernetes"]
        service.spec = [
            "ports": [["name": "https", "protocol": "TCP", "port": 443, "targetPort": .int(Int64(address.port))]]
        ]
        return service
    }

    private var endpointSlice: KubeObject {
        var slice = KubeObject(.endpointSlices, kind: "EndpointSlice", namespace: "default", name: "kubernetes")
        slice.metadata["labels"] = ["kubernetes.io/service-name": "kubernetes"]
        slice["addressType"] = "IPv4"
        slice["endpoints"] = [["addresses": [.string(address.host)], "conditions": ["ready": true]]]
        slice["ports"] = [["name": "https", "protocol": "TCP", "port": .int(Int64(address.port))]]
        return slice
    }
}
