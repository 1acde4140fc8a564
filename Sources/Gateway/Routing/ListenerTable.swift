import Base
import KubeModel

/// The routes of all listeners, found by the host that a request asks for: those of the most specific listener, and of no
/// other (Gateway API: a request belongs to one listener).
package final class ListenerTable: Sendable {
    private let plain: HostMap<RouteTable>
    private let secure: HostMap<RouteTable>

    static let empty = ListenerTable([:])

    /// What listeners of one host and sort share.
    struct Place: Hashable, Sendable {
        let isSecure: Bool
        let hostname: HostPattern

        /// Where hosts are found that no listener names.
        static let open = Place(isSecure: false, hostname: .any)
    }

    init(_ tables: [Place: RouteTable]) {
        var maps = [false: HostMap<RouteTable>(), true: HostMap<RouteTable>()]
        for (place, table) in tables { maps[place.isSecure]?[place.hostname] = table }
        plain = maps[false] ?? HostMap()
        secure = maps[true] ?? HostMap()
    }

    /// The entries for a host, in the order in which they are to be tried. `host` is without port, in small letters.
    package func entries(forHost host: UnsafeRawBufferPointer, isSecure: Bool) -> [RouteTable.Entry] {
        // One of the maps by itself: a choice of the two would copy it.
        let table = isSecure ? secure[host] : plain[host]
        return table?.entries(forHost: host) ?? []
    }
}
