package import Base
package import KubeModel

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
