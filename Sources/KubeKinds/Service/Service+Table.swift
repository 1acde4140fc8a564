import Base
import KubeModel

/// `kubectl get services`.
enum ServiceTable {
    static let columns: [TableColumn] = [
        .name,
        .text("Type") { $0.spec.text("type") },
        .text("Cluster-IP") { ($0.spec.elements("clusterIPs").first?.string ?? $0.spec.text("clusterIP")).orNone },
        .text("External-IP", externalAddress),
        .text("Port(s)", ports),
        .age,
        .text("Selector", wide: true) { Cell.labels($0.spec["selector"]) },
    ]

    private static func externalAddress(_ service: KubeObject) -> String {
        let external = service.spec["externalIPs"].strings
        switch service.spec["type"].string {
        case "ExternalName": return service.spec.text("externalName")
        case "LoadBalancer":
            let ingress = service.status[path: ["loadBalancer", "ingress"]].array ?? []
            let addresses = ingress.map { $0["ip"].string ?? $0.text("hostname") }.filter { !$0.isEmpty }
            let all = addresses + external.filter { !addresses.contains($0) }
            return all.isEmpty ? "<pending>" : all.joined(separator: ",")
        default: return external.joined(separator: ",").orNone
        }
    }

    private static func ports(_ service: KubeObject) -> String {
        service.spec.elements("ports").map { port in
            let node = port["nodePort"].int.flatMap { $0 > 0 ? ":\($0)" : nil } ?? ""
            return "\(port["port"].int ?? 0)\(node)/\(port.text("protocol"))"
        }.joined(separator: ",").orNone
    }
}
