import Base
package import KubeModel

/// The routes of all listeners, found by the host that a request asks for: those of the most specific listener, and of no
/// other (Gateway API: a request belongs to one listener).
package final class ListenerTable: Sendable {
    /// Every rule once, by its number.
    package let rules: [RouteRule]
    private let plain: HostMap<RouteTable>
    private let secure: HostMap<RouteTable>

    package static let empty = ListenerTable([:], services: [])

    /// What listeners of one host and sort share.
    package struct Place: Hashable, Sendable {
        package let isSecure: Bool
        package let hostname: HostPattern

        package init(isSecure: Bool, hostname: HostPattern) {
            self.isSecure = isSecure
            self.hostname = hostname
        }
    }

    /// - Parameter services: reachable under their cluster names besides, without TLS.
    package init(_ routes: [Place: [RouteTable.HostedRoute]], services: [KubeObject]) {
        var rules: [RouteRule] = []
        var tables: [Bool: [HostPattern: RouteTable]] = [false: [:], true: [:]]
        var routes = routes
        let open = Place(isSecure: false, hostname: .any)
        routes[open] = routes[open] ?? []
        for (place, hosted) in routes {
            let table = RouteTable(hosted, services: place == open ? services : [], firstNumber: rules.count)
            rules += table.rules
            tables[place.isSecure]?[place.hostname] = table
        }
        self.rules = rules
        plain = HostMap(tables[false] ?? [:])
        secure = HostMap(tables[true] ?? [:])
    }

    /// The entries for a host, in the order in which they are to be tried. `host` is without port, in small letters.
    package func entries(forHost host: UnsafeRawBufferPointer, isSecure: Bool) -> [RouteTable.Entry] {
        (isSecure ? secure : plain)[host]?.entries(forHost: host) ?? []
    }
}
