import Base
import KubeClient
import KubeModel
import Net

/// The phase Accept: keeps the gateway listening on the addresses it should, and tells where it cannot.
final class GatewayListeners {
    private let servers: [HTTPServer]
    private let rawServers: [RawServer]
    private let events: EventRecorder
    private let log = Log("gateway")
    private var open: Set<SocketAddress> = []
    /// Addresses that could not be had, so that each is told of once.
    private var refused: Set<SocketAddress> = []

    init(servers: [HTTPServer], rawServers: [RawServer], events: EventRecorder) {
        self.servers = servers
        self.rawServers = rawServers
        self.events = events
    }

    /// Listens on `address` with every server, or with those that pass bytes on; the bound address.
    func listen(_ address: SocketAddress, isOpaque: Bool = false) throws(NetFault) -> SocketAddress {
        var bound = address
        let isShared = servers.count > 1
        if isOpaque {
            for server in rawServers { bound = try server.listen(bound, sharingPort: isShared) }
        } else {
            for server in servers { bound = try server.listen(bound, sharingPort: isShared) }
        }
        return bound
    }

    /// Opens and closes listeners until they are those of `objects`' Services.
    func follow(_ objects: TrafficObjects) async {
        let wanted = ListenerPlan.services(objects) + ListenerPlan.ingress(objects)
        let addresses = Set(wanted.map(\.address))
        for address in open.subtracting(addresses) { close(address) }
        refused.formIntersection(addresses)
        for port in wanted where !open.contains(port.address) {
            do throws(NetFault) {
                _ = try listen(port.address, isOpaque: port.isOpaque)
                open.insert(port.address)
                refused.remove(port.address)
            } catch {
                close(port.address)
                await tell(of: port, error, objects)
            }
        }
    }

    private func tell(of port: ListenerPlan.ServicePort, _ fault: NetFault, _ objects: TrafficObjects) async {
        guard refused.insert(port.address).inserted else { return }
        log.warning("clusterIP not served", ["service": port.backend.description, "why": fault.message])
        guard let service = objects.services.first(where: { $0.key == port.backend.service }) else { return }
        await events.warning(service, "ClusterIPNotServed", fault.message)
    }

    private func close(_ address: SocketAddress) {
        open.remove(address)
        for server in servers { server.unlisten(address) }
        for server in rawServers { server.unlisten(address) }
    }
}
