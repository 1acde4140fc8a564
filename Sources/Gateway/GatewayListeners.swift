import Base
import KubeClient
import KubeModel
import Net

/// The phase Accept: keeps the gateway listening on the addresses it should, and tells where it cannot.
final class GatewayListeners {
    private let servers: [HTTPServer]
    private let events: EventRecorder
    private let log = Log("gateway")
    private var open: Set<SocketAddress> = []
    /// Addresses that could not be had, so that each is told of once.
    private var refused: Set<SocketAddress> = []

    init(servers: [HTTPServer], events: EventRecorder) {
        self.servers = servers
        self.events = events
    }

    /// Listens on `address` with every server; the bound address.
    func listen(_ address: SocketAddress) throws(NetFault) -> SocketAddress {
        var bound = address
        for server in servers { bound = try server.listen(bound, sharingPort: servers.count > 1) }
        return bound
    }

    /// Opens and closes listeners until they are those of `objects`' Services.
    func follow(_ objects: TrafficObjects) async {
        let wanted = ListenerPlan.services(objects) + ListenerPlan.ingress(objects)
        let addresses = Set(wanted.map(\.address))
        for address in open.subtracting(addresses) { close(address) }
        refused.formIntersection(addresses)
        for port in wanted where !open.contains(port.address) && !refused.contains(port.address) {
            do throws(NetFault) {
                _ = try listen(port.address)
                open.insert(port.address)
            } catch {
                refused.insert(port.address)
                close(port.address)
                log.warning("clusterIP not served", ["service": port.backend.description, "why": error.message])
                guard let service = objects.services.first(where: { $0.key == port.backend.service }) else { continue }
                await events.warning(service, "ClusterIPNotServed", error.message)
            }
        }
    }

    private func close(_ address: SocketAddress) {
        open.remove(address)
        for server in servers { server.unlisten(address) }
    }
}
