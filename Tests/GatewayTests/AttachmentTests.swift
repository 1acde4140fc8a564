import Base
import Gateway
import KubeModel
import Net
import Testing

/// Which routes hang on which listeners, and what statuses say of it.
@Suite struct AttachmentTests {
    private static let now = WallTime(seconds: 0)

    private static func objects(_ yaml: String) throws -> [KubeObject] { try YAML.parse(yaml).map { KubeObject($0) } }

    private static func route(_ spec: String, kind: String = "HTTPRoute", namespace: String = "default") throws
        -> KubeObject
    {
        try objects("{kind: \(kind), metadata: {namespace: \(namespace), name: r, generation: 2}, spec: \(spec)}")[0]
    }

    private static func gateway(_ listeners: String) throws -> KubeObject {
        try objects(
            "{metadata: {namespace: kserve, name: g}, spec: {gatewayClassName: roost, listeners: \(listeners)}}"
        )[0]
    }

    /// A certificate and key for a.com, as a Secret holds them.
    private static let secret: String = {
        guard let authority = try? CertificateAuthority.make(commonName: "a"),
            let (certificate, key) = try? authority.issue(commonName: "a", names: ["a.com"])
        else { return "" }
        return "{tls.crt: \(Base64.encode(Array(certificate.utf8))), tls.key: \(Base64.encode(Array(key.utf8)))}"
    }()

    private static func surroundings(grants: String = "") throws -> GatewayListener.Surroundings {
        GatewayListener.Surroundings(
            grants: ReferenceGrants(grants.isEmpty ? [] : try objects(grants)),
            secrets: try objects(
                """
                {metadata: {namespace: kserve, name: good}, type: kubernetes.io/tls, data: \(secret)}
                ---
                {metadata: {namespace: other, name: good}, type: kubernetes.io/tls, data: \(secret)}
                ---
                {metadata: {namespace: kserve, name: opaque}, type: Opaque, data: \(secret)}
                ---
                {metadata: {namespace: kserve, name: broken}, type: kubernetes.io/tls, data: {tls.crt: YQ==, tls.key: YQ==}}
                ---
                {metadata: {namespace: kserve, name: empty}, type: kubernetes.io/tls}
                """
            ),
            namespaces: try objects("{metadata: {name: default, labels: {team: a}}}")
        )
    }

    struct Parent: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let listeners: String
        let spec: String
        let expected: String
        var kind = "HTTPRoute"

        init(_ name: String, _ listeners: String, _ spec: String, _ expected: String, kind: String = "HTTPRoute") {
            (testDescription, self.listeners, self.spec, self.expected, self.kind) = (
                name, listeners, spec, expected, kind
            )
        }
    }

    private static let all = "allowedRoutes: {namespaces: {from: All}}"
    private static let to = "parentRefs: [{name: g, namespace: kserve}]"

    @Test(arguments: [
        Parent("all", "[{name: a, port: 80, protocol: HTTP, \(all)}]", "{\(to)}", "Accepted"),
        Parent("other namespace", "[{name: a, port: 80, protocol: HTTP}]", "{\(to)}", "NotAllowedByListeners"),
        Parent(
            "selected",
            "[{name: a, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: a}}}}}]",
            "{\(to)}",
            "Accepted"
        ),
        Parent(
            "not selected",
            "[{name: a, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: b}}}}}]",
            "{\(to)}",
            "NotAllowedByListeners"
        ),
        Parent(
            "kind not taken",
            "[{name: a, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}, kinds: [{kind: HTTPRoute}]}}]",
            "{\(to)}",
            "NotAllowedByListeners",
            kind: "GRPCRoute"
        ),
        Parent("kind taken", "[{name: a, port: 80, protocol: HTTP, \(all)}]", "{\(to)}", "Accepted", kind: "GRPCRoute"),
        Parent("no such gateway", "[]", "{parentRefs: [{name: x}]}", "NoMatchingParent"),
        Parent(
            "section",
            "[{name: a, port: 80, protocol: HTTP, \(all)}]",
            "{parentRefs: [{name: g, namespace: kserve, sectionName: b}]}",
            "NoMatchingParent"
        ),
        Parent(
            "port",
            "[{name: a, port: 80, protocol: HTTP, \(all)}]",
            "{parentRefs: [{name: g, namespace: kserve, port: 81}]}",
            "NoMatchingParent"
        ),
        Parent(
            "section that allows",
            "[{name: a, port: 80, protocol: HTTP}, {name: b, port: 81, protocol: HTTP, \(all)}]",
            "{parentRefs: [{name: g, namespace: kserve, sectionName: b, port: 81}]}",
            "Accepted"
        ),
        Parent(
            "hosts apart",
            "[{name: a, port: 80, protocol: HTTP, hostname: '*.a.com', \(all)}]",
            "{hostnames: [a.com, b.com], \(to)}",
            "NoMatchingListenerHostname"
        ),
        Parent(
            "hosts shared",
            "[{name: a, port: 80, protocol: HTTP, hostname: '*.a.com', \(all)}]",
            "{hostnames: [b.com, x.A.com], \(to)}",
            "Accepted"
        ),
    ])
    func parentsSayWhatBecameOfARoute(_ parent: Parent) throws {
        let attachments = RouteAttachments(gateways: [try Self.gateway(parent.listeners)], try Self.surroundings())
        let status = RouteStatus(attachments, now: Self.now) { _ in nil }
        let parents = status.status(of: try Self.route(parent.spec, kind: parent.kind))["parents"]
        #expect(parents[0]["conditions"][0]["reason"].string == parent.expected)
        #expect(parents[0]["conditions"][0]["status"] == (parent.expected == "Accepted" ? "True" : "False"))
    }

    @Test(
        arguments: [
            ("*", "a.com", "a.com"), ("a.com", "*", "a.com"), ("*.a.com", "x.a.com", "x.a.com"),
            ("*.a.com", "a.com", nil),
            ("*.a.com", "x.y.a.com", "x.y.a.com"), ("*.a.com", "*.y.a.com", "*.y.a.com"),
            ("x.a.com", "*.a.com", "x.a.com"),
            ("a.com", "b.com", nil), ("*.a.com", "*.b.com", nil), ("A.com", "a.COM", "a.com"), ("*.com", "xcom", nil),
        ] as [(String, String, String?)]
    )
    func hostsIntersect(_ left: String, _ right: String, _ both: String?) {
        #expect(HostPattern(left).intersection(HostPattern(right))?.text == both)
    }

    private static let fromKserve = "from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: kserve}]"

    @Test(arguments: [
        ("name: good", "", "True Accepted, False NoConflicts, True ResolvedRefs, True Programmed"),
        ("name: nobody", "", "True Accepted, False NoConflicts, False InvalidCertificateRef, False Invalid"),
        ("name: opaque", "", "True Accepted, False NoConflicts, False InvalidCertificateRef, False Invalid"),
        ("name: broken", "", "True Accepted, False NoConflicts, False InvalidCertificateRef, False Invalid"),
        ("name: empty", "", "True Accepted, False NoConflicts, False InvalidCertificateRef, False Invalid"),
        (
            "name: good, kind: ConfigMap", "",
            "True Accepted, False NoConflicts, False InvalidCertificateRef, False Invalid"
        ),
        ("name: good, namespace: other", "", "True Accepted, False NoConflicts, False RefNotPermitted, False Invalid"),
        (
            "name: good, namespace: other", "{\(fromKserve), to: [{group: '', kind: Secret}]}",
            "True Accepted, False NoConflicts, True ResolvedRefs, True Programmed"
        ),
        (
            "name: good, namespace: other", "{\(fromKserve), to: [{group: '', kind: Secret, name: else}]}",
            "True Accepted, False NoConflicts, False RefNotPermitted, False Invalid"
        ),
    ])
    func certificatesAreReadWhereTheyMayBe(_ reference: String, _ grant: String, _ expected: String) throws {
        let grants = grant.isEmpty ? "" : "{metadata: {namespace: other, name: g}, spec: \(grant)}"
        let gateway = try Self.gateway(
            "[{name: a, port: 443, protocol: HTTPS, tls: {certificateRefs: [{\(reference)}]}}]"
        )
        #expect(try conditions(gateway, grants: grants) == [expected])
    }

    @Test(arguments: [
        (
            "[{name: a, port: 53, protocol: UDP}]",
            ["False UnsupportedProtocol, False NoConflicts, True ResolvedRefs, False Invalid"]
        ),
        (
            "[{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP, hostname: b}]",
            [String](repeating: "True Accepted, False NoConflicts, True ResolvedRefs, True Programmed", count: 2)
        ),
        (
            "[{name: a, port: 80, protocol: HTTP, hostname: b}, {name: b, port: 80, protocol: HTTP, hostname: B}]",
            [String](repeating: "True Accepted, True HostnameConflict, True ResolvedRefs, False Invalid", count: 2)
        ),
        (
            "[{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTPS, tls: {certificateRefs: [{name: good}]}}]",
            [String](repeating: "True Accepted, True ProtocolConflict, True ResolvedRefs, False Invalid", count: 2)
        ),
        (
            "[{name: a, port: 80, protocol: HTTP, allowedRoutes: {kinds: [{kind: HTTPRoute}, {kind: TCPRoute}]}}]",
            ["True Accepted, False NoConflicts, False InvalidRouteKinds, True Programmed"]
        ),
    ])
    func listenersSayWhatTheyAreWorth(_ listeners: String, _ expected: [String]) throws {
        #expect(try conditions(try Self.gateway(listeners)) == expected)
    }

    private func conditions(_ gateway: KubeObject, grants: String = "") throws -> [String] {
        let attachments = RouteAttachments(gateways: [gateway], try Self.surroundings(grants: grants))
        let status = GatewayStatus(addresses: [], attachments, counts: [:], now: Self.now).status(of: gateway)
        return (status["listeners"].array ?? []).map { listener in
            (listener["conditions"].array ?? []).map { "\($0["status"].string ?? "") \($0["reason"].string ?? "")" }
                .joined(separator: ", ")
        }
    }

    @Test(arguments: [
        ("{name: s, port: 80}", "", "ResolvedRefs"), ("{name: x, port: 80}", "", "BackendNotFound"),
        ("{name: s, port: 81}", "", "BackendNotFound"), ("{name: s}", "", "BackendNotFound"),
        ("{name: s, port: 80, kind: Bucket, group: a.b}", "", "InvalidKind"),
        ("{name: s, namespace: other, port: 80}", "", "RefNotPermitted"),
        ("{name: s, namespace: other, port: 80}", "HTTPRoute", "ResolvedRefs"),
        ("{name: s, namespace: other, port: 80}", "GRPCRoute", "RefNotPermitted"),
    ])
    func backendsAreNamedWhereTheyMayBe(_ reference: String, _ granted: String, _ expected: String) throws {
        let grants =
            granted.isEmpty
            ? ""
            : """
            {metadata: {namespace: other, name: g}, spec: {to: [{group: '', kind: Service}],
             from: [{group: gateway.networking.k8s.io, kind: \(granted), namespace: default}]}}
            """
        let services = try Self.objects(
            """
            {metadata: {namespace: default, name: s}, spec: {ports: [{port: 80}]}}
            ---
            {metadata: {namespace: other, name: s}, spec: {ports: [{port: 80}]}}
            """
        )
        let gateway = try Self.gateway("[{name: a, port: 80, protocol: HTTP, \(Self.all)}]")
        let attachments = RouteAttachments(gateways: [gateway], try Self.surroundings(grants: grants))
        let status = RouteStatus(attachments, now: Self.now) { key in services.first { $0.key == key } }
        let route = try Self.route("{\(Self.to), rules: [{backendRefs: [\(reference)]}]}")
        #expect(status.status(of: route)["parents"][0]["conditions"][1]["reason"].string == expected)
    }

    @Test func aRequestBelongsToTheMostSpecificListenerAlone() throws {
        let gateway = try Self.gateway(
            """
            [{name: any, port: 80, protocol: HTTP, \(Self.all)}, {name: wild, port: 80, protocol: HTTP, hostname: '*.a.com', \(Self.all)},
             {name: one, port: 80, protocol: HTTP, hostname: x.a.com, \(Self.all)},
             {name: tls, port: 443, protocol: HTTPS, \(Self.all), tls: {certificateRefs: [{name: good}]}}]
            """
        )
        let attachments = RouteAttachments(gateways: [gateway], try Self.surroundings())
        func route(_ name: String, _ section: String, _ hosts: String = "[]") throws -> KubeObject {
            var route = try Self.route(
                "{parentRefs: [{name: g, namespace: kserve, sectionName: \(section)}], hostnames: \(hosts), rules: [{backendRefs: [{name: \(name), port: 80}]}]}"
            )
            route.metadata["name"] = .string(name)
            return route
        }
        var book = RouteBook(attachments)
        for route in [
            try route("every", "any"), try route("wild", "wild"), try route("hidden", "wild", "[x.a.com]"),
            try route("one", "one"), try route("secure", "tls", "[s.com]"),
        ] {
            book.put(RouteKey(.httpRoutes, route.key), route)
        }
        let service = try Self.objects("{metadata: {namespace: d, name: web}, spec: {ports: [{port: 80}]}}")[0]
        book.putService(service.key, service)
        let table = book.table
        func names(_ host: String, isSecure: Bool = false) -> [String] {
            Array(host.utf8).withUnsafeBytes { table.entries(forHost: $0, isSecure: isSecure) }.map {
                $0.rule.backends.first?.backend.service.name ?? ""
            }
        }
        #expect(names("b.com") == ["every"] && names("y.a.com") == ["wild"] && names("x.a.com") == ["one"])
        #expect(names("web.d.svc") == ["web"] && names("s.com") == ["every"])
        #expect(names("s.com", isSecure: true) == ["secure"] && names("b.com", isSecure: true).isEmpty)
        #expect((0..<5).map { book.counts[$0] ?? 0 } == [1, 2, 1, 1, 0])
    }
}
