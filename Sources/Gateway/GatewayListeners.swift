import Base
import KubeClient
import KubeModel
import Net

/// The phase Accept: keeps the gateway listening on the addresses it should, and tells where it cannot.
final class GatewayListeners {
    private let servers: [HTTPServer]
    private let secureServers: [HTTPServer]
    private let rawServers: [RawServer]
    private let events: EventRecorder
    private let log = Log("gateway")
    /// The addresses that are bound, by those that were asked for.
    private var open: [SocketAddress: SocketAddress] = [:]
    /// Addresses that could not be had, so that each is told of once.
    private var refused: Set<SocketAddress> = []

    /// What becomes of connections at an address.
    private enum Way { case plain, secure, opaque }

    private struct Wanted {
        let address: SocketAddress
        let way: Way
        /// The Service whose address it is; nil for the gateway's own.
        let backend: BackendKey?
    }

    init(servers: [HTTPServer], secureServers: [HTTPServer], rawServers: [RawServer], events: EventRecorder) {
        self.servers = servers
        self.secureServers = secureServers
        self.rawServers = rawServers
        self.events = events
    }

    /// Listens on `address` without TLS; the bound address.
    func listen(_ address: SocketAddress) throws(NetFault) -> SocketAddress { try listen(address, .plain) }

    private func listen(_ address: SocketAddress, _ way: Way) throws(NetFault) -> SocketAddress {
        var bound = address
        let isShared = servers.count > 1
        switch way {
        case .plain: for server in servers { bound = try server.listen(bound, sharingPort: isShared, isNear: true) }
        case .secure: for server in secureServers { bound = try server.listen(bound, sharingPort: isShared) }
        case .opaque: for server in rawServers { bound = try server.listen(bound, sharingPort: isShared) }
        }
        return bound
    }

    /// Whether an address that was wanted could not be had.
    var hasRefused: Bool { !refused.isEmpty }

    /// Opens and closes listeners until they are those of Services' ports, and `secure` ones of the gateway's own.
    func follow(
        _ ports: [(port: ListenerPlan.ServicePort, answerer: ListenerPlan.Answerer)],
        secure: [SocketAddress],
        service: (ObjectKey) -> KubeObject?
    ) async {
        let wanted =
            ports.map { port, answerer in
                let way: Way = !port.isOpaque ? .plain : answerer == .ingress ? .secure : .opaque
                return Wanted(address: port.address, way: way, backend: port.backend)
            } + secure.map { Wanted(address: $0, way: .secure, backend: nil) }
        let addresses = Set(wanted.map(\.address))
        for address in open.keys where !addresses.contains(address) { close(address) }
        refused.formIntersection(addresses)
        for port in wanted where open[port.address] == nil {
            do throws(NetFault) {
                open[port.address] = try listen(port.address, port.way)
                refused.remove(port.address)
            } catch {
                close(port.address)
                await tell(of: port, error, service)
            }
        }
    }

    private func tell(of port: Wanted, _ fault: NetFault, _ service: (ObjectKey) -> KubeObject?) async {
        guard refused.insert(port.address).inserted else { return }
        guard let backend = port.backend else {
            return log.warning("port for TLS not served", ["why": fault.message])
        }
        log.warning("clusterIP not served", ["service": backend.description, "why": fault.message])
        guard let service = service(backend.service) else { return }
        await events.warning(service, "ClusterIPNotServed", fault.message)
    }

    private func close(_ address: SocketAddress) {
        let bound = open.removeValue(forKey: address) ?? address
        for server in servers + secureServers { server.unlisten(bound) }
        for server in rawServers { server.unlisten(bound) }
    }
}
