import Base
import KubeModel

/// What a change of a Service keeps and drops without being asked.
enum ServiceUpdate {
    static func prepare(_ service: inout KubeObject, _ old: KubeObject) {
        let before = old.spec
        service.json.update("spec") { spec in
            keepAddresses(&spec, before)
            if spec["type"] != before["type"] { dropLeftovers(&spec, before) }
        }
    }

    /// A change that does not speak of addresses keeps them, as long as the type has them.
    private static func keepAddresses(_ spec: inout JSON, _ old: JSON) {
        guard spec["type"] != "ExternalName", old["type"] != "ExternalName" else { return }
        if spec.text("clusterIP").isEmpty {
            spec["clusterIP"] = old["clusterIP"]
            spec["clusterIPs"] = old["clusterIPs"]
        }
        guard hasNodePorts(spec) else { return }
        spec.updateEach("ports") { port in
            let same = old.elements("ports").first { $0["port"] == port["port"] && $0["protocol"] == port["protocol"] }
            if let same { port.setDefault("nodePort", same["nodePort"]) }
        }
    }

    /// What the former type had and the new one has not goes, unless the writer has just set it.
    private static func dropLeftovers(_ spec: inout JSON, _ old: JSON) {
        if spec["type"] == "ExternalName" {
            drop(["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"], of: &spec, old)
        }
        if !hasNodePorts(spec) {
            drop(["externalTrafficPolicy"], of: &spec, old)
            let given = Set(old.elements("ports").compactMap { $0["nodePort"].int })
            spec.updateEach("ports") { port in
                if let number = port["nodePort"].int, given.contains(number) { port["nodePort"] = .null }
            }
        }
        if spec["type"] != "LoadBalancer" {
            drop(["allocateLoadBalancerNodePorts", "loadBalancerClass"], of: &spec, old)
        }
    }

    private static func drop(_ names: [String], of spec: inout JSON, _ old: JSON) {
        for name in names where spec[name] == old[name] { spec[name] = .null }
    }

    private static func hasNodePorts(_ spec: JSON) -> Bool { ["NodePort", "LoadBalancer"].contains(spec.text("type")) }
}
