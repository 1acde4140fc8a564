import Base
import KubeModel

/// Ingresses: kept for clients that list them; traffic follows the Gateway API.
enum IngressKind {
    static let type = ResourceType.builtIn(
        ResourceID("networking.k8s.io", "v1", "ingresses"),
        "Ingress",
        message: "net.Ingress",
        table: [
            .name,
            .text("Class") { $0.spec.text("ingressClassName").orNone },
            .text("Hosts") { ingress in
                let hosts = ingress.spec.elements("rules").map { $0.text("host") }.filter { !$0.isEmpty }
                return hosts.isEmpty ? "*" : hosts.joined(separator: ",")
            },
            .text("Address") { ingress in
                (ingress.status[path: ["loadBalancer", "ingress"]].array ?? [])
                    .map { $0["ip"].string ?? $0.text("hostname") }.joined(separator: ",")
            },
            .text("Ports") { $0.spec.elements("tls").isEmpty ? "80" : "80, 443" },
            .age,
        ]
    ) { type in
        type.shortNames = ["ing"]
        type.hasStatus = true
        type.generation = .onSpec
        type.prepareForCreate = { $0.status = ["loadBalancer": .emptyObject] }
    }
}
