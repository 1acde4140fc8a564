import Base
package import KubeModel

/// The routes of listeners of one host, compiled for look-up by host and then by precedence; made anew when a route changes, never changed.
///
/// Precedence is Gateway API's: the most specific host name; then an exact path before an expression before the longest
/// prefix; then a method; then the number of headers, then of query names; then the oldest route, by name, and the first rule.
package final class RouteTable: Sendable {
    /// A match and the rule that it leads to. A class, so that looking through entries copies nothing.
    package final class Entry: Sendable {
        package let match: RouteMatch
        package let rule: RouteRule
        /// The rule's place in `rules`.
        package let number: Int

        fileprivate init(match: RouteMatch, rule: RouteRule, number: Int) {
            self.match = match
            self.rule = rule
            self.number = number
        }
    }

    /// Every rule once, by its number.
    package let rules: [RouteRule]

    private let hosts: HostMap<[Entry]>

    /// A table without routes.
    package static let empty = RouteTable([], services: [])

    /// A route and the hosts for which a listener takes it.
    package struct HostedRoute: Sendable {
        package let route: KubeObject
        package let rules: [RouteRule]
        package let hosts: [HostPattern]

        package init(_ route: KubeObject, _ rules: [RouteRule], hosts: [HostPattern]) {
            self.route = route
            self.rules = rules
            self.hosts = hosts
        }
    }

    /// - Parameters:
    ///   - services: reachable under their cluster names besides.
    ///   - firstNumber: the number of the first rule, where several tables are counted through.
    package init(_ routes: [HostedRoute], services: [KubeObject], firstNumber: Int = 0) {
        var byHost: [HostPattern: [(order: Int, entry: Entry)]] = [:]
        var rules: [RouteRule] = []
        func entries(_ rule: RouteRule) -> [Entry] {
            rules.append(rule)
            return rule.matches.map { Entry(match: $0, rule: rule, number: firstNumber + rules.count - 1) }
        }
        for (order, hosted) in routes.sorted(by: { RouteTable.isOlder($0.route, $1.route) }).enumerated() {
            let entries = hosted.rules.flatMap(entries)
            for host in hosted.hosts { byHost[host, default: []] += entries.map { (order, $0) } }
        }
        for service in services {
            guard let rule = RouteTable.rule(of: service) else { continue }
            let entries = entries(rule).map { (order: 0, entry: $0) }
            for host in RouteTable.clusterNames(of: service) where byHost[host] == nil { byHost[host] = entries }
        }
        self.rules = rules
        hosts = HostMap(
            byHost.mapValues { entries in
                // A stable order: entries of one route and equal precedence keep the order of their rules.
                entries.enumerated().sorted { left, right in
                    let (a, b) = (left.element.entry.match.precedence, right.element.entry.match.precedence)
                    if a != b { return b.lexicographicallyPrecedes(a) }
                    return (left.element.order, left.offset) < (right.element.order, right.offset)
                }.map(\.element.entry)
            }
        )
    }

    /// The entries for a host, in the order in which they are to be tried. `host` is without port, in lower case.
    package func entries(forHost host: UnsafeRawBufferPointer) -> [Entry] { hosts[host] ?? [] }

    private static func isOlder(_ left: KubeObject, _ right: KubeObject) -> Bool {
        let (a, b) = (left.creationTime?.nanoseconds ?? 0, right.creationTime?.nanoseconds ?? 0)
        return a != b ? a < b : left.key < right.key
    }

    /// The names by which a cluster's DNS knows a Service.
    private static func clusterNames(of service: KubeObject) -> [HostPattern] {
        let name = "\(service.name).\(service.namespace ?? "default")"
        return ["\(name).svc.cluster.local", "\(name).svc", name].map { HostPattern($0) }
    }

    private static func rule(of service: KubeObject) -> RouteRule? {
        guard let port = service.spec["ports"][0]["port"].int else { return nil }
        return .passing(to: BackendKey(service: service.key, port: port))
    }
}

extension RouteMatch {
    /// Compared from the first number on; greater goes first.
    fileprivate var precedence: [Int] {
        let path =
            switch self.path {
            case .exact: [3, 0]
            case .expression(let expression): [2, expression.pattern.utf8.count]
            case .prefix(let prefix): [1, prefix.utf8.count]
            case .any: [0, 0]
            }
        return path + [method == nil ? 0 : 1, headers.count, query.count]
    }
}
