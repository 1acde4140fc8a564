import Base
import Gateway
import KubeModel
import Testing

/// A book that has followed changes is as one that was made of what there is in the end.
@Suite struct RouteBookTests {
    private static let places = ["", "hostname: '*.a.com', ", "hostname: x.a.com, "]

    /// A Gateway with these listeners out of three.
    private static func attachments(_ listeners: [Int]) throws -> RouteAttachments {
        let list = listeners.map { "{name: l\($0), port: 80, protocol: HTTP, \(places[$0])}" }.joined(separator: ", ")
        let gateway = "{metadata: {namespace: d, name: g}, spec: {listeners: [\(list)]}}"
        return RouteAttachments(gateways: [KubeObject(try YAML.parse(gateway)[0])], GatewayListener.Surroundings())
    }

    private static func route(_ number: Int, _ chance: inout SeededGenerator) throws -> KubeObject {
        let hosts = ["x.a.com", "*.a.com", "y.a.com", "b.com", "s0.d"].filter { _ in chance.next() % 2 == 0 }
        let rules = (0..<Int(chance.next() % 3)).map { _ in
            let path = ["/", "/a", "/a/b"][Int(chance.next() % 3)]
            return "{matches: [{path: {value: \(path)}}], backendRefs: [{name: s\(chance.next() % 3), port: 80}]}"
        }
        let text = """
            metadata: {namespace: d, name: r\(number), creationTimestamp: "2026-01-0\(1 + number % 3)T00:00:00Z"}
            spec: {parentRefs: [{name: g}], hostnames: [\(hosts.map { "'\($0)'" }.joined(separator: ", "))], rules: [\(rules.joined(separator: ", "))]}
            """
        return KubeObject(try YAML.parse(text)[0])
    }

    private static func service(_ name: String) -> KubeObject {
        var service = KubeObject(.services, kind: "Service", namespace: "d", name: name)
        service.spec = ["ports": [["port": 80]]]
        return service
    }

    /// What a book leads requests to, by host.
    private static func told(_ book: RouteBook) -> [String: [String]] {
        let table = book.table
        let hosts = ["x.a.com", "y.a.com", "z.y.a.com", "a.com", "b.com", "c.com", "s0.d", "s1.d.svc", "s2.d"]
        let found = hosts.map { host in
            Array(host.utf8).withUnsafeBytes { table.entries(forHost: $0, isSecure: false) }.map { entry in
                "\(entry.rule.route) \(entry.match.path) \(entry.rule.backends.map(\.backend.description))"
            }
        }
        return Dictionary(uniqueKeysWithValues: zip(hosts, found))
    }

    @Test(arguments: UInt64(1)...20) func changesLeadToTheSameAsABookMadeAnew(_ seed: UInt64) throws {
        var chance = SeededGenerator(seed: seed)
        var attachments = try Self.attachments([0, 1, 2])
        var book = RouteBook(attachments)
        var routes: [RouteKey: KubeObject] = [:]
        var services: [ObjectKey: KubeObject] = [:]
        for step in 0..<120 {
            switch chance.next() % 8 {
            case 0:
                attachments = try Self.attachments([0, 1, 2].filter { _ in chance.next() % 4 > 0 })
                book.use(attachments)
            case 1, 2:
                let service = Self.service("s\(chance.next() % 3)")
                services[service.key] = services[service.key] == nil ? service : nil
                book.putService(service.key, services[service.key])
            default:
                let route = try Self.route(Int(chance.next() % 6), &chance)
                let key = RouteKey(.httpRoutes, route.key)
                routes[key] = chance.next() % 4 == 0 ? nil : route
                book.put(key, routes[key])
            }
            guard step % 10 == 9 else { continue }
            var fresh = RouteBook(attachments)
            for (key, route) in routes { fresh.put(key, route) }
            for (key, service) in services { fresh.putService(key, service) }
            #expect(Self.told(book) == Self.told(fresh), "step \(step)")
            let named = ["s0", "s1", "s2"].map { ObjectKey(namespace: "d", name: $0) }
            #expect(named.map { book.routes(leadingTo: $0) } == named.map { fresh.routes(leadingTo: $0) })
            #expect((0..<3).map { book.counts[$0] ?? 0 } == (0..<3).map { fresh.counts[$0] ?? 0 })
        }
    }
}
