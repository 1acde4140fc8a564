import Base
import KServeModel
import KubeModel

extension WorkloadBuilder {
    /// The component's Service: port 80 in front of the server's first port, its further ports by their own numbers.
    func service(pod: JSON) -> KubeObject {
        var service = object(.services, "Service")
        var spec: JSON = [
            "selector": [LabelKey.app: .string(WorkloadName.appLabel(name))], "ports": .array(ports(of: pod)),
        ]
        if configuration.makesHeadlessServices { spec["clusterIP"] = "None" }
        service.spec = spec
        return service
    }

    private func ports(of pod: JSON) -> [JSON] {
        let containers = pod["containers"].array ?? []
        let server = containers.first { $0["name"].string == ContainerName.transformer } ?? containers.first
        let ports = server?["ports"].array ?? []
        guard !ports.isEmpty else {
            let target = Int64(component.needsAgent ? AgentContainer.port : 8080)
            return [["name": .string(name), "port": 80, "targetPort": .int(target), "protocol": "TCP"]]
        }
        return ports.enumerated().map { index, port in
            let number = port["containerPort"]
            // Requests pass the agent, where there is one.
            let target = index == 0 && component.needsAgent ? .int(Int64(AgentContainer.port)) : number
            var entry: JSON = [
                "port": index == 0 ? 80 : number, "targetPort": target,
                "protocol": .string(port["protocol"].string ?? "TCP"),
            ]
            entry["name"] = port["name"]
            if ServicePorts.isGRPC(port) { entry["appProtocol"] = "kubernetes.io/h2c" }
            return entry
        }
    }
}

/// The ports of a Service by what is spoken there.
struct ServicePorts: Equatable {
    var rest: Int?
    var grpc: Int?

    /// Reads them off the Service's names and protocols.
    init(_ service: KubeObject) {
        for port in service.spec["ports"].array ?? [] {
            if ServicePorts.isGRPC(port) { grpc = grpc ?? port["port"].int } else { rest = rest ?? port["port"].int }
        }
    }

    static func isGRPC(_ port: JSON) -> Bool {
        let name = port["name"].string?.lowercased() ?? ""
        return port["appProtocol"].string == "kubernetes.io/h2c" || name.contains("grpc") || name.contains("h2c")
    }
}
