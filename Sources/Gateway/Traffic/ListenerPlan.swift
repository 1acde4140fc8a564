import Base
package import KubeModel
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

    /// Who answers at a Service's addresses.
    package enum Answerer: Equatable, Sendable {
        /// The Service's own endpoints.
        case endpoints
        /// The gateway itself: requests are routed by their host.
        case ingress
    }

    /// Load balancers without a selector and without endpoints are the gateway's: nobody else could answer for them.
    package static func answerer(of service: KubeObject, hasSlices: Bool) -> Answerer {
        service.spec["type"].string == "LoadBalancer" && service.spec["selector"].object?.isEmpty ?? true && !hasSlices
            ? .ingress : .endpoints
    }

    private static func isOpaque(_ port: JSON) -> Bool {
        ["https", "tls"].contains((port["appProtocol"].string ?? port["name"].string ?? "").lowercased())
    }

    /// The ports of a Service that has an address.
    package static func ports(of service: KubeObject) -> [ServicePort] {
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
