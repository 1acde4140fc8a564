import Base
package import KubeModel

/// All routes, compiled for look-up by host and then by precedence; made anew when a route changes, never changed.
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

    private let exactHosts: HostTable<[Entry]>
    /// `.example.com` for `*.example.com`, longest first.
    private let wildcardHosts: [(suffix: [UInt8], entries: [Entry])]
    private let anyHost: [Entry]

    /// A table without routes.
    package static let empty = RouteTable(routes: [], services: [])

    /// - Parameters:
    ///   - routes: the HTTPRoutes that this gateway accepts.
    ///   - services: reachable under their cluster names besides.
    package init(routes: [KubeObject], services: [KubeObject]) {
        var byHost: [String: [(order: Int, entry: Entry)]] = [:]
        var rules: [RouteRule] = []
        func entries(_ rule: RouteRule) -> [Entry] {
            rules.append(rule)
            return rule.matches.map { Entry(match: $0, rule: rule, number: rules.count - 1) }
        }
        let ordered = routes.sorted(by: RouteTable.isOlder)
        for (order, route) in ordered.enumerated() {
            let entries = RouteRule.rules(of: route).flatMap(entries)
            let hosts = route.spec["hostnames"].strings
            for host in hosts.isEmpty ? ["*"] : hosts {
                byHost[host.lowercased(), default: []] += entries.map { (order, $0) }
            }
        }
        for service in services {
            guard let rule = RouteTable.rule(of: service) else { continue }
            let entries = entries(rule).map { (order: 0, entry: $0) }
            for host in RouteTable.clusterNames(of: service) where byHost[host] == nil { byHost[host] = entries }
        }
        self.rules = rules
        let sorted = byHost.mapValues { entries in
            // A stable order: entries of one route and equal precedence keep the order of their rules.
            entries.enumerated().sorted { left, right in
                let (a, b) = (left.element.entry.match.precedence, right.element.entry.match.precedence)
                if a != b { return b.lexicographicallyPrecedes(a) }
                return (left.element.order, left.offset) < (right.element.order, right.offset)
            }.map(\.element.entry)
        }
        anyHost = sorted["*"] ?? []
        exactHosts = HostTable(sorted.filter { !$0.key.hasPrefix("*") })
        wildcardHosts = sorted.filter { $0.key.hasPrefix("*.") }
            .map { (suffix: Array($0.key.dropFirst().utf8), entries: $0.value) }
            .sorted { $0.suffix.count > $1.suffix.count }
    }

    /// The entries for a host, in the order in which they are to be tried. `host` is without port, in lower case.
    package func entries(forHost host: UnsafeRawBufferPointer) -> [Entry] {
        if let entries = exactHosts[host] { return entries }
        for (suffix, entries) in wildcardHosts where host.count > suffix.count {
            if host.suffix(suffix.count).elementsEqual(suffix) { return entries }
        }
        return anyHost
    }

    private static func isOlder(_ left: KubeObject, _ right: KubeObject) -> Bool {
        let (a, b) = (left.creationTime?.nanoseconds ?? 0, right.creationTime?.nanoseconds ?? 0)
        return a != b ? a < b : left.key < right.key
    }

    /// The names by which a cluster's DNS knows a Service.
    private static func clusterNames(of service: KubeObject) -> [String] {
        let name = "\(service.name).\(service.namespace ?? "default")"
        return ["\(name).svc.cluster.local", "\(name).svc", name]
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

/// A dictionary that is asked with bytes: no String is made for a request's host.
struct HostTable<Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        let name: [UInt8]
        let value: Value
    }

    private let slots: [[Slot]]

    init(_ values: [String: Value]) {
        var slots = [[Slot]](repeating: [], count: max(1, values.count * 2))
        for (name, value) in values {
            let bytes = Array(name.utf8)
            let index = Int(bytes.withUnsafeBytes(HostTable.hash) % UInt64(slots.count))
            slots[index].append(Slot(name: bytes, value: value))
        }
        self.slots = slots
    }

    subscript(name: UnsafeRawBufferPointer) -> Value? {
        let index = Int(HostTable.hash(name) % UInt64(slots.count))
        for slot in slots[index] where slot.name.elementsEqual(name) { return slot.value }
        return nil
    }

    /// FNV-1a.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
