import Base
import KubeModel

/// Services: one address for the pods that a selector finds.
enum ServiceKind {
    static let type = ResourceType.builtIn(
        .services,
        "Service",
        message: "core.Service",
        names: .dns1123Label,
        table: ServiceTable.columns
    ) { type in
        type.shortNames = ["svc"]
        type.categories = ["all"]
        type.hasStatus = true
        type.selectableFields = ["spec.clusterIP", "spec.type"]
        type.applyDefaults = applyDefaults
        type.prepareForCreate = { $0.status = ["loadBalancer": .emptyObject] }
        type.prepareForUpdate = ServiceUpdate.prepare
        type.validate = ServiceValidation.faults
    }

    /// All but what needs the state of the cluster: addresses and node ports are given by the API server.
    private static func applyDefaults(_ service: inout KubeObject) {
        service.json.update("spec") { spec in
            spec.setDefault("type", "ClusterIP")
            spec.setDefault("sessionAffinity", "None")
            if spec["sessionAffinity"].string == "ClientIP" {
                spec.setDefault("sessionAffinityConfig", ["clientIP": ["timeoutSeconds": 10800]])
            }
            spec.updateEach("ports", completePort)
            completeAddresses(&spec)
        }
    }

    private static func completePort(_ port: inout JSON) {
        port.setDefault("protocol", "TCP")
        if [nil, 0].contains(port["targetPort"].int), port.text("targetPort").isEmpty {
            port["targetPort"] = port["port"]
        }
    }

    private static func completeAddresses(_ spec: inout JSON) {
        let type = spec.text("type")
        if type == "ExternalName" { return }
        if let address = spec["clusterIP"].string, !address.isEmpty {
            spec.setDefault("clusterIPs", [.string(address)])
        }
        spec.setDefault("internalTrafficPolicy", "Cluster")
        spec.setDefault("ipFamilies", ["IPv4"])
        spec.setDefault("ipFamilyPolicy", "SingleStack")
        if type == "NodePort" || type == "LoadBalancer" { spec.setDefault("externalTrafficPolicy", "Cluster") }
        if type == "LoadBalancer" { spec.setDefault("allocateLoadBalancerNodePorts", true) }
    }
}
