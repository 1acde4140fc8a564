import Base
package import KubeModel
package import Net

/// The ready addresses behind every port of every Service, compiled from Services and EndpointSlices.
package struct EndpointTable: Equatable, Sendable {
    private var addresses: [BackendKey: [SocketAddress]] = [:]
    /// Ports that are spoken to by HTTP/2.
    private var multiplexed: Set<BackendKey> = []

    package init(services: [KubeObject], slices: [KubeObject]) {
        let byService = Dictionary(grouping: slices) { slice in
            ObjectKey(namespace: slice.namespace, name: slice.labels["kubernetes.io/service-name"] ?? "")
        }
        for service in services {
            for port in service.spec["ports"].array ?? [] {
                guard let number = port["port"].int else { continue }
                let name = port["name"].string ?? ""
                let found = (byService[service.key] ?? []).flatMap { EndpointTable.ready($0, portName: name) }
                let unique = Set(found).sorted { ($0.ip, $0.port) < ($1.ip, $1.port) }
                let key = BackendKey(service: service.key, port: number)
                addresses[key] = unique
                if EndpointTable.speaksHTTP2(port) { multiplexed.insert(key) }
            }
        }
    }

    /// The addresses that take new requests; nil where there is no such Service or port.
    package subscript(backend: BackendKey) -> [SocketAddress]? { addresses[backend] }

    /// The addresses of all ports.
    var all: Set<SocketAddress> { Set(addresses.values.joined()) }

    /// The ports that there are.
    var ports: [BackendKey] { Array(addresses.keys) }

    /// What the endpoints of a port are spoken to by.
    package func version(_ backend: BackendKey) -> HTTPVersion { multiplexed.contains(backend) ? .http2 : .http1 }

    /// By its appProtocol, or without one by its name, as Knative and Istio read it: `h2c`, `http2-api`, `grpc`.
    private static func speaksHTTP2(_ port: JSON) -> Bool {
        if let named = port["appProtocol"].string {
            return ["kubernetes.io/h2c", "h2c", "http2", "grpc"].contains(named)
        }
        let prefix = (port["name"].string ?? "").split(separator: "-").first ?? ""
        return ["h2c", "http2", "grpc"].contains(prefix)
    }

    private static func ready(_ slice: KubeObject, portName: String) -> [SocketAddress] {
        let ports = (slice["ports"].array ?? []).filter { ($0["name"].string ?? "") == portName }
        let endpoints = (slice["endpoints"].array ?? []).filter { endpoint in
            let conditions = endpoint["conditions"]
            return conditions["ready"].bool != false && conditions["terminating"].bool != true
        }
        return endpoints.flatMap { endpoint in
            endpoint["addresses"].strings.flatMap { address in
                ports.compactMap { port in port["port"].int.flatMap { SocketAddress(host: address, port: $0) } }
            }
        }
    }
}
