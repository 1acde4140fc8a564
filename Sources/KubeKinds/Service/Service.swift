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
        type.prepareForUpdate = prepareForUpdate
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

    /// A change that does not speak of addresses keeps them, as long as the type still has them.
    private static func prepareForUpdate(_ service: inout KubeObject, _ old: KubeObject) {
        let keepsAddress = service.spec["type"].string != "ExternalName" && old.spec["type"].string != "ExternalName"
        guard keepsAddress else { return }
        let before = old.spec
        service.json.update("spec") { spec in
            if spec.text("clusterIP").isEmpty {
                spec["clusterIP"] = before["clusterIP"]
                spec["clusterIPs"] = before["clusterIPs"]
            }
            guard ["NodePort", "LoadBalancer"].contains(spec.text("type")) else { return }
            spec.updateEach("ports") { port in
                let same = before.elements("ports").first { other in
                    other["port"] == port["port"] && other["protocol"] == port["protocol"]
                }
                if let same { port.setDefault("nodePort", same["nodePort"]) }
            }
        }
    }
}
