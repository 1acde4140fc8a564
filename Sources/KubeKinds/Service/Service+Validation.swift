import Base
import KubeModel

/// The rules of a Service.
enum ServiceValidation {
    static func faults(_ service: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        let spec = service.spec
        var faults = portFaults(spec)
        faults += MetadataRules.labelFaults(spec["selector"].stringMap, at: "spec.selector")
        faults += typeFaults(spec)
        faults += FieldChecks.oneOf(["ClientIP", "None"], "sessionAffinity", in: spec, at: "spec")
        faults += FieldChecks.oneOf(["Cluster", "Local"], "internalTrafficPolicy", in: spec, at: "spec")
        faults += FieldChecks.oneOf(["Cluster", "Local"], "externalTrafficPolicy", in: spec, at: "spec")
        if let old { faults += addressFaults(from: old.spec, to: spec) }
        return faults
    }

    private static func typeFaults(_ spec: JSON) -> [FieldFault] {
        let types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
        guard spec["type"].string == "ExternalName" else {
            return FieldChecks.oneOf(types, "type", in: spec, at: "spec")
        }
        var faults: [FieldFault] = []
        if !spec.text("clusterIP").isEmpty {
            faults.append(.invalid("spec.clusterIP", spec["clusterIP"], "may not be set for ExternalName services"))
        }
        // A trailing dot is right in a full domain name.
        let name = spec.text("externalName")
        guard !name.isEmpty else { return faults + [.required("spec.externalName")] }
        let plain = name.hasSuffix(".") ? String(name.dropLast()) : name
        return faults
            + NameRule.dns1123Subdomain.faults(plain).map {
                .invalid("spec.externalName", .string(name), $0)
            }
    }

    private static func portFaults(_ spec: JSON) -> [FieldFault] {
        let ports = spec.elements("ports")
        let isHeadless = spec["clusterIP"].string == "None"
        var faults: [FieldFault] = []
        if ports.isEmpty, !isHeadless, spec["type"].string != "ExternalName" { faults.append(.required("spec.ports")) }
        var names: Set<String> = []
        var numbers: Set<String> = []
        for (index, port) in ports.enumerated() {
            let path = "spec.ports[\(index)]"
            let name = port.text("name")
            if name.isEmpty {
                if ports.count > 1 { faults.append(.required("\(path).name")) }
            } else {
                faults += NameRule.dns1123Label.faults(name).map { .invalid("\(path).name", port["name"], $0) }
                if !names.insert(name).inserted { faults.append(.duplicate("\(path).name", port["name"])) }
            }
            faults += FieldChecks.port(port["port"], at: "\(path).port")
            faults += FieldChecks.oneOf(["SCTP", "TCP", "UDP"], "protocol", in: port, at: path)
            faults += FieldChecks.port(port["targetPort"], at: "\(path).targetPort", allowsName: true)
            if !numbers.insert("\(port["port"].int ?? 0)/\(port.text("protocol"))").inserted {
                let twin: JSON = ["port": port["port"], "protocol": port["protocol"]]
                faults.append(.duplicate(path, twin))
            }
        }
        return faults
    }

    private static func addressFaults(from old: JSON, to new: JSON) -> [FieldFault] {
        let hadAddress = old["type"].string != "ExternalName" && !old.text("clusterIP").isEmpty
        guard hadAddress, new["type"].string != "ExternalName", old["clusterIP"] != new["clusterIP"] else { return [] }
        return [.invalid("spec.clusterIPs[0]", new["clusterIP"], "may not change once set")]
    }
}
