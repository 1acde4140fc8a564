import Base
import Gateway
import KubeModel
import Net
import Testing

@Suite struct RouteTableTests {
    private func route(_ name: String, created: Int64 = 0, _ yaml: String) throws -> KubeObject {
        var route = KubeObject(.httpRoutes, kind: "HTTPRoute", namespace: "default", name: name)
        route.metadata["creationTimestamp"] = .string(WallTime(seconds: created).rfc3339)
        route.spec = try YAML.parse(yaml)[0]
        return route
    }

    private func table(_ routes: [KubeObject], services: [KubeObject] = []) throws -> ListenerTable {
        let gateway = try YAML.parse(
            "{metadata: {namespace: default, name: g}, spec: {listeners: [{name: a, port: 80, protocol: HTTP}]}}"
        )[0]
        var book = RouteBook(RouteAttachments(gateways: [KubeObject(gateway)], GatewayListener.Surroundings()))
        for var route in routes {
            route.spec["parentRefs"] = [["name": "g"]]
            book.put(RouteKey(.httpRoutes, route.key), route)
        }
        for service in services { book.putService(service.key, service) }
        return book.table
    }

    private func names(_ table: ListenerTable, _ host: String) -> [String] {
        Array(host.utf8).withUnsafeBytes { table.entries(forHost: $0, isSecure: false) }.map {
            $0.rule.backends.first?.backend.service.name ?? ""
        }
    }

    @Test func theMostSpecificHostWins() throws {
        let table = try table(
            [
                try route("a", "{hostnames: [a.example.com], rules: [{backendRefs: [{name: exact, port: 80}]}]}"),
                try route("b", "{hostnames: ['*.example.com'], rules: [{backendRefs: [{name: wild, port: 80}]}]}"),
                try route("c", "{hostnames: ['*.b.example.com'], rules: [{backendRefs: [{name: longer, port: 80}]}]}"),
                try route("d", "{rules: [{backendRefs: [{name: every, port: 80}]}]}"),
            ]
        )
        #expect(names(table, "a.example.com") == ["exact"])
        #expect(names(table, "x.example.com") == ["wild"])
        #expect(names(table, "x.b.example.com") == ["longer"])
        #expect(names(table, "example.com") == ["every"])
        #expect(names(table, "other") == ["every"])
    }

    @Test func matchesAreTriedBySpecificityThenAgeThenOrder() throws {
        let table = try table(
            [
                try route("young", created: 20, "{hostnames: [h], rules: [{backendRefs: [{name: young, port: 80}]}]}"),
                try route(
                    "old",
                    created: 10,
                    """
                    hostnames: [H]
                    rules:
                    - {backendRefs: [{name: first, port: 80}]}
                    - {matches: [{path: {value: /a}}], backendRefs: [{name: prefix, port: 80}]}
                    - {matches: [{path: {value: /a/b/}}], backendRefs: [{name: longer, port: 80}]}
                    - {matches: [{path: {type: RegularExpression, value: '^/v1/.*:explain$'}}], backendRefs: [{name: regex, port: 80}]}
                    - {matches: [{path: {type: Exact, value: /a}}], backendRefs: [{name: exact, port: 80}]}
                    - {matches: [{path: {value: /a}, method: POST}], backendRefs: [{name: method, port: 80}]}
                    - {matches: [{path: {value: /a}, headers: [{name: X-A, value: b}]}], backendRefs: [{name: header, port: 80}]}
                    """
                ),
            ]
        )
        #expect(names(table, "h") == ["exact", "regex", "longer", "method", "header", "prefix", "first", "young"])
    }

    @Test func servicesAreKnownByTheirClusterNames() throws {
        var service = KubeObject(.services, kind: "Service", namespace: "ns", name: "web")
        service.spec = ["ports": [["port": 8080]]]
        let table = try table([], services: [service])
        for host in ["web.ns.svc.cluster.local", "web.ns.svc", "web.ns"] { #expect(names(table, host) == ["web"]) }
        #expect(names(table, "web").isEmpty)
    }

    @Test func rulesAreReadWhole() throws {
        let rule = try #require(
            RouteRule.rules(
                of: route(
                    "r",
                    """
                    rules:
                    - matches: [{path: {type: RegularExpression, value: '^/.*$'}}]
                      filters:
                      - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: KServe-Isvc-Name, value: iris}], remove: [X-Secret]}}
                      backendRefs: [{name: a, port: 80, weight: 90}, {name: b, namespace: other, port: 81, weight: 10}]
                      timeouts: {request: 1m30s}
                    """
                ),
                ReferenceGrants([])
            ).first
        )
        #expect(rule.matches == [RouteMatch(path: .any)])
        #expect(rule.requestHeaders.replaced.map(\.value) == ["iris"])
        #expect(rule.requestHeaders.removed == ["x-secret"])
        #expect(rule.backends.map(\.weight) == [90, 10])
        #expect(rule.backends.last?.backend == BackendKey(service: ObjectKey(namespace: "other", name: "b"), port: 81))
        #expect(rule.requestTimeout == .seconds(90))
    }

    @Test func anExpressionThatDoesNotCompileMatchesNothing() throws {
        let rules = RouteRule.rules(
            of: try route("r", "{rules: [{matches: [{path: {type: RegularExpression, value: '(('}}]}]}"),
            ReferenceGrants([])
        )
        #expect(rules.map(\.matches) == [[]])
    }

    @Test func aHostileExpressionEnds() throws {
        let expression = try #require(Expression("^(a+)+$"))
        let hostile = [UInt8](repeating: UInt8(ascii: "a"), count: 5000) + [UInt8(ascii: "!")]
        #expect(hostile.withUnsafeBytes { !expression.matches($0) })
    }
}

@Suite struct EndpointTableTests {
    @Test func onlyReadyAddressesOfThePortTakeRequests() throws {
        let service = KubeObject(
            try YAML.parse(
                "{metadata: {namespace: d, name: s}, spec: {ports: [{name: http, port: 80}, {name: grpc, port: 81}]}}"
            )[0]
        )
        let slice = KubeObject(
            try YAML.parse(
                """
                metadata: {namespace: d, name: s-x, labels: {kubernetes.io/service-name: s}}
                ports: [{name: http, port: 8080}, {name: grpc, port: 9000}]
                endpoints:
                - {addresses: [127.9.1.1], conditions: {ready: true}}
                - {addresses: [127.9.1.2], conditions: {ready: false}}
                - {addresses: [127.9.1.3], conditions: {ready: true, terminating: true}}
                - {addresses: [127.9.1.4]}
                """
            )[0]
        )
        let table = EndpointTable(services: [service], slices: [slice])
        let key = ObjectKey(namespace: "d", name: "s")
        #expect(table[BackendKey(service: key, port: 80)]?.map(\.description) == ["127.9.1.1:8080", "127.9.1.4:8080"])
        #expect(table[BackendKey(service: key, port: 81)]?.map(\.port) == [9000, 9000])
        #expect(table[BackendKey(service: key, port: 82)] == nil)
    }
}

@Suite struct RouteStatusTests {
    private func object(_ yaml: String) throws -> KubeObject { KubeObject(try YAML.parse(yaml)[0]) }

    private func status(_ gateways: [KubeObject], services: [KubeObject] = [], now: Int64 = 0) -> RouteStatus {
        let attachments = RouteAttachments(gateways: gateways, GatewayListener.Surroundings())
        return RouteStatus(attachments, now: WallTime(seconds: now)) { key in services.first { $0.key == key } }
    }

    private static let route = """
        {metadata: {namespace: default, name: r, generation: 3}, spec: {parentRefs: [{name: g, namespace: kserve}],
         rules: [{backendRefs: [{name: s, port: 80}]}]}}
        """

    @Test(arguments: [
        ("All", "s", "True Accepted True ResolvedRefs"), ("Same", "s", "False NotAllowedByListeners True ResolvedRefs"),
        ("All", "other", "True Accepted False BackendNotFound"),
    ])
    func saysWhatHolds(_ from: String, _ service: String, _ expected: String) throws {
        let gateway = try object(
            "{metadata: {namespace: kserve, name: g}, spec: {listeners: [{allowedRoutes: {namespaces: {from: \(from)}}}]}}"
        )
        let backend = try object("{metadata: {namespace: default, name: \(service)}, spec: {ports: [{port: 80}]}}")
        let status = status([gateway], services: [backend])
        let conditions = status.status(of: try object(Self.route))["parents"][0]["conditions"].array ?? []
        #expect(
            conditions.flatMap { [$0["status"].string ?? "", $0["reason"].string ?? ""] }.joined(separator: " ")
                == expected
        )
        #expect(conditions.allSatisfy { $0["observedGeneration"] == 3 })
    }

    @Test func timesStayAndOthersParentsStay() throws {
        var route = try object(Self.route)
        let first = status([])
        route.status = first.status(of: route)
        route.status["parents"] = .array([["controllerName": "other"]] + (route.status["parents"].array ?? []))
        let later = status([], now: 100)
        #expect(later.status(of: route) == route.status)
    }
}
