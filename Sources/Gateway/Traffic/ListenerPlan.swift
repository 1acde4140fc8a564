import Base
import KubeModel
package import Net

/// On which addresses the gateway should answer for Services: pure.
package enum ListenerPlan {
    /// A Service's port and the address that stands for it.
    package struct ServicePort: Equatable, Sendable {
        package let address: SocketAddress
        package let backend: BackendKey
        /// Whether the bytes are passed on without a look: TLS, which only the endpoint can read.
        package let isOpaque: Bool
    }

    /// The ports of Services whose requests go to the Service's own endpoints.
    package static func services(_ objects: TrafficObjects) -> [ServicePort] {
        let ingress = Set(ingressServices(objects).map(\.key))
        return objects.services.filter { !ingress.contains($0.key) }.flatMap(ports)
    }

    /// The ports of Services behind which the gateway itself stands: requests are routed by their host.
    package static func ingress(_ objects: TrafficObjects) -> [ServicePort] { ingressServices(objects).flatMap(ports) }

    /// Load balancers without a selector and without endpoints: nobody but a gateway could answer for them.
    private static func ingressServices(_ objects: TrafficObjects) -> [KubeObject] {
        let backed = Set(
            objects.slices.map {
                ObjectKey(namespace: $0.namespace, name: $0.labels["kubernetes.io/service-name"] ?? "")
            }
        )
        return objects.services.filter { service in
            service.spec["type"].string == "LoadBalancer" && service.spec["selector"].object?.isEmpty ?? true
                && !backed.contains(service.key)
        }
    }

    private static func isOpaque(_ port: JSON) -> Bool {
        ["https", "tls"].contains((port["appProtocol"].string ?? port["name"].string ?? "").lowercased())
    }

    private static func ports(_ service: KubeObject) -> [ServicePort] {
        guard let host = service.spec["clusterIP"].string else { return [] }
        return (service.spec["ports"].array ?? []).compactMap { port in
            guard let number = port["port"].int, port["protocol"].string ?? "TCP" == "TCP",
                let address = SocketAddress(host: host, port: number)
            else { return nil }
            let backend = BackendKey(service: service.key, port: number)
            return ServicePort(address: address, backend: backend, isOpaque: isOpaque(port))
        }
    }
}
