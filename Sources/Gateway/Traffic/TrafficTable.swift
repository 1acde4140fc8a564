import Base
import KubeModel
import Net

/// Everything a request needs to find its way, at one moment: made anew when something changes, never changed, and sharing
/// with the last one what has not. Each traffic thread holds the newest; requests under way keep what they began with.
final class TrafficTable: Sendable {
    private let routes: ListenerTable
    /// By the numbers of the rules.
    private let targets: [Target?]
    /// ClusterIPs with their ports.
    private let services: [SocketAddress: Target]
    /// From the least to the greatest of their addresses: what came in elsewhere is not looked for.
    private let serviceIPs: ClosedRange<UInt32>?

    static let empty = TrafficTable(routes: .empty, targets: [], services: [:])

    init(routes: ListenerTable, targets: [Target?], services: [SocketAddress: Target]) {
        self.routes = routes
        self.targets = targets
        self.services = services
        let ips = services.keys.map(\.ip)
        serviceIPs = ips.min().flatMap { least in ips.max().map { least...$0 } }
    }

    /// Where a request goes, and what of its path led there.
    struct Way {
        let target: Target
        /// Bytes of the path that matched as a prefix.
        var matched = 0
    }

    /// Where a request that came in at a ClusterIP goes, whatever host it names.
    func target(at address: SocketAddress) -> Target? {
        guard let serviceIPs, serviceIPs.contains(address.ip) else { return nil }
        return services[address]
    }

    /// Where a request for `host` goes that came by TLS or not, of which `fits` tells whether a match is met.
    func way(host: UnsafeRawBufferPointer, isSecure: Bool, fits: (RouteMatch) -> Bool) -> Way? {
        for entry in routes.entries(forHost: host, isSecure: isSecure) where fits(entry.match) {
            guard entry.number < targets.count, let target = targets[entry.number] else { continue }
            return Way(target: target, matched: entry.match.path.prefixCount)
        }
        return nil
    }
}
