import Base
import KubeClient
import KubeModel

/// What the API's process tells the other parts, as objects of kube-system: the address range and the node's key.
struct PartSettings: Equatable, Sendable {
    /// `127.N`
    let network: String
    let authorityPEM: String
    let nodeCertificatePEM: String
    let nodeKeyPEM: String
    let nodeToken: String

    private static let networkKey = ObjectKey(namespace: "kube-system", name: "roost-network")
    private static let nodeKey = ObjectKey(namespace: "kube-system", name: "roost-node")

    init(network: String, authorityPEM: String, nodeCertificatePEM: String, nodeKeyPEM: String, nodeToken: String) {
        self.network = network
        self.authorityPEM = authorityPEM
        self.nodeCertificatePEM = nodeCertificatePEM
        self.nodeKeyPEM = nodeKeyPEM
        self.nodeToken = nodeToken
    }

    /// Reads what the API's process wrote; a cluster that is not Roost's own has none of it.
    init(from api: any KubernetesAPI) async throws {
        guard let network = try await api.find(.configMaps, PartSettings.networkKey),
            let node = try await api.find(.secrets, PartSettings.nodeKey)
        else { throw Failure("the API has no ConfigMap kube-system/roost-network: it is not one of roost api") }
        func secret(_ name: String) throws -> String {
            guard let text = node["data"][name].string, let bytes = Base64.decode(text) else {
                throw Failure("Secret kube-system/roost-node holds no \(name)")
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        self.init(
            network: network["data"]["network"].string ?? "",
            authorityPEM: try secret("ca.crt"),
            nodeCertificatePEM: try secret("tls.crt"),
            nodeKeyPEM: try secret("tls.key"),
            nodeToken: try secret("token")
        )
    }

    /// Writes the objects, or brings them up to date.
    func write(to api: any KubernetesAPI) async throws(APIStatus) {
        var configMap = KubeObject(
            .configMaps,
            kind: "ConfigMap",
            namespace: "kube-system",
            name: PartSettings.networkKey.name
        )
        configMap["data"] = ["network": .string(network)]
        try await put(.configMaps, configMap, in: api)
        var secret = KubeObject(.secrets, kind: "Secret", namespace: "kube-system", name: PartSettings.nodeKey.name)
        secret["type"] = "kubernetes.io/tls"
        let values = ["ca.crt": authorityPEM, "tls.crt": nodeCertificatePEM, "tls.key": nodeKeyPEM, "token": nodeToken]
        secret["data"] = JSON(values.mapValues { Base64.encode($0.utf8) })
        try await put(.secrets, secret, in: api)
    }

    private func put(_ resource: ResourceID, _ object: KubeObject, in api: any KubernetesAPI) async throws(APIStatus) {
        if try await api.find(resource, object.key) == nil {
            _ = try await api.create(resource, object)
        } else {
            _ = try await api.patch(resource, object.key, .merge(["data": object["data"]]))
        }
    }
}
