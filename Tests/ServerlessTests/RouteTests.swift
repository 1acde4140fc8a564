import Base
import KServeModel
import KubeModel
import Serverless
import Testing

/// Where a route's traffic goes and what carries it.
@Suite struct RouteTests {
    private static let ready = "status: {observedGeneration: 1, conditions: [{type: Ready, status: \"True\"}]}"

    /// A namespace with configuration `web`, its revisions web-00001 and web-00002, and others that are as their names say.
    private static func object(_ kind: String, _ name: String) throws -> KubeObject? {
        let own = [ServingLabel.configuration: "web", ServingLabel.service: "web"]
        switch (kind, name) {
        case ("Configuration", "web"):
            return try knative(
                kind,
                name,
                "status: {latestCreatedRevisionName: web-00002, latestReadyRevisionName: web-00002}"
            )
        case ("Configuration", "waiting"): return try knative(kind, name)
        case ("Configuration", "failed"):
            return try knative(kind, name, "status: {conditions: [{type: Ready, status: \"False\"}]}")
        case ("Revision", "web-00001"), ("Revision", "web-00002"): return try knative(kind, name, ready, labels: own)
        case ("Revision", "starting"): return try knative(kind, name, labels: own)
        case ("Revision", "broken"):
            return try knative(kind, name, "status: {conditions: [{type: Ready, status: \"False\"}]}", labels: own)
        case ("Revision", "foreign"): return try knative(kind, name, ready, labels: [ServingLabel.service: "other"])
        default: return nil
        }
    }

    private static func route(_ traffic: String) throws -> KubeObject {
        try knative("Route", "web", "spec: {traffic: \(traffic)}", labels: [ServingLabel.service: "web"])
    }

    private static func traffic(_ traffic: String) throws -> RouteTraffic {
        try RouteTraffic(
            route(traffic),
            configuration: { try? object("Configuration", $0) },
            revision: { try? object("Revision", $0) }
        )
    }

    struct Case: CustomTestStringConvertible {
        var testDescription: String { traffic }
        let traffic: String
        /// The condition AllTrafficAssigned.
        let told: String
    }

    @Test(arguments: [
        Case(
            traffic: "[{configurationName: gone, percent: 100}]",
            told: "False ConfigurationMissing Configuration \"gone\" referenced in traffic not found."
        ),
        Case(
            traffic: "[{revisionName: gone, percent: 100}]",
            told: "False RevisionMissing Revision \"gone\" referenced in traffic not found."
        ),
        Case(
            traffic: "[{configurationName: waiting, percent: 100}]",
            told: "Unknown RevisionMissing Configuration \"waiting\" is waiting for a Revision to become ready."
        ),
        Case(
            traffic: "[{configurationName: failed, percent: 100}]",
            told: "False RevisionMissing Configuration \"failed\" does not have any ready Revision."
        ),
        Case(
            traffic: "[{revisionName: starting, percent: 100}]",
            told: "Unknown RevisionMissing Revision \"starting\" is not yet ready."
        ),
        Case(
            traffic: "[{revisionName: broken, percent: 50}, {revisionName: starting, percent: 50}]",
            told: "False RevisionMissing Revision \"broken\" failed to become ready."
        ),
        Case(
            traffic: "[{revisionName: foreign, percent: 100}]",
            told: "False RevisionNotOwned Revision \"foreign\" belongs to Service \"other\", not Service \"web\"."
        ),
    ])
    func faultsOfTargetsAreTold(_ c: Case) throws {
        var verdict = RouteVerdict(try RouteTests.route(c.traffic), now: now)
        do {
            _ = try RouteTests.traffic(c.traffic)
            Issue.record("no fault")
        } catch let fault as RouteTraffic.Fault {
            verdict.refuse(fault)
        }
        let condition = verdict.json.condition("AllTrafficAssigned")
        let told = ["status", "reason", "message"].map { condition[$0].string ?? "" }.joined(separator: " ")
        #expect(told == c.told)
    }

    @Test func targetsAreFoundByTagAndRevision() throws {
        let traffic = try RouteTests.traffic(
            """
            [{configurationName: web, latestRevision: true, percent: 10, tag: latest}, {revisionName: web-00001, latestRevision: false, percent: 70, tag: prev},
             {revisionName: web-00002, latestRevision: false, percent: 20}]
            """
        )
        func told(_ targets: [TrafficTarget]?) -> [String] { (targets ?? []).map { "\($0.revision) \($0.percent)" } }
        #expect(told(traffic.entries) == ["web-00002 10", "web-00001 70", "web-00002 20"])
        #expect(told(traffic.targets[""]) == ["web-00002 30", "web-00001 70"])
        #expect(told(traffic.targets["latest"]) == ["web-00002 100"])
        #expect(told(traffic.targets["prev"]) == ["web-00001 100"])
    }

    private static func objects(_ traffic: String, byHeader: Bool = false) throws -> RouteObjects {
        RouteObjects(
            try route(traffic),
            try self.traffic(traffic),
            domains: try RouteDomains(domain: ["example.com": ""], network: [:]),
            gateway: ObjectKey(namespace: "kserve", name: "gw"),
            timeouts: ["web-00001": 30, "web-00002": 300],
            routesByTagHeader: byHeader
        )
    }

    private static let split =
        "[{configurationName: web, latestRevision: true, percent: 10}, {revisionName: web-00001, latestRevision: false, percent: 90, tag: prev}]"

    @Test func weightsNamesAndHeadersOfHTTPRoutes() throws {
        let objects = try RouteTests.objects(RouteTests.split)
        let rollout = Rollout(goal: try RouteTests.traffic(RouteTests.split))
        let routes = try objects.httpRoutes(rollout)
        #expect(routes.map(\.name) == ["web", "prev-web"])
        let whole = try #require(routes.first)
        #expect(
            whole.spec["hostnames"].strings == [
                "web.default.example.com", "web.default.svc.cluster.local", "web.default.svc", "web.default",
            ]
        )
        #expect(whole.spec["parentRefs"][0]["name"] == "gw")
        let rule = whole.spec["rules"][0]
        let backends = (rule["backendRefs"].array ?? []).map { "\($0["name"].string ?? "") \($0["weight"].int ?? -1)" }
        #expect(backends == ["web-00002 10", "web-00001 90"])
        #expect(rule["timeouts"]["request"] == "300s")
        #expect(
            rule["backendRefs"][0]["filters"][0]["requestHeaderModifier"]["set"] == [
                ["name": "Knative-Serving-Namespace", "value": "default"],
                ["name": "Knative-Serving-Revision", "value": "web-00002"],
            ]
        )
        #expect(routes[1].spec["hostnames"].strings.first == "prev-web.default.example.com")
        let services = try objects.services()
        #expect(services.map(\.name) == ["web", "prev-web"])
        #expect(services[0].spec["externalName"].string == RouteObjects.gatewayService)
        let byHeader = try RouteTests.objects(RouteTests.split, byHeader: true).httpRoutes(rollout)
        let rules = byHeader[0].spec["rules"]
        #expect(rules[0]["matches"][0]["headers"][0]["value"] == "prev")
        #expect(rules[1]["filters"][0]["requestHeaderModifier"]["set"][0]["name"] == "Knative-Serving-Default-Route")
    }

    @Test func domainsFollowLabels() throws {
        let domains = try RouteDomains(
            domain: [
                "example.com": "", "svc.cluster.local": "selector: {app: secret}", "example.org": "selector: {a: b}",
            ],
            network: ["domain-template": "{{.Name}}-{{.Namespace}}.{{.Domain}}", "tag-template": "{{.Name}}-{{.Tag}}"]
        )
        func url(_ labels: [String: String], tag: String = "") throws -> String {
            try RouteHosts(knative("Route", "web", labels: labels), domains).url(tag: tag)
        }
        #expect(try url([:]) == "http://web-default.example.com")
        #expect(try url([:], tag: "a") == "http://web-a-default.example.com")
        #expect(try url(["a": "b"]) == "http://web-default.example.org")
        #expect(try url(["app": "secret"]) == "http://web.default.svc.cluster.local")
        #expect(try url([ServingLabel.visibility: "cluster-local"]) == "http://web.default.svc.cluster.local")
    }

    @Test func marksTellWhatARouteLeadsTo() throws {
        func patch(_ routes: String?, _ state: String, route: String, isLedTo: Bool) throws -> JSON? {
            var revision = try knative("Revision", "r", labels: [ServingLabel.routingState: state])
            if let routes { revision.metadata["annotations"] = JSON([ServingAnnotation.routes: routes]) }
            return RoutingMarks.patch(revision, route: route, isLedTo: isLedTo, hasState: true, now: now)?["metadata"]
        }
        #expect(try patch("a", "active", route: "a", isLedTo: true) == nil)
        let second = try #require(try patch("b", "active", route: "a", isLedTo: true))
        #expect(second == ["annotations": .object([ServingAnnotation.routes: "a,b"])])
        let first = try #require(try patch(nil, "pending", route: "a", isLedTo: true))
        #expect(first["labels"] == .object([ServingLabel.routingState: "active"]))
        let last = try #require(try patch("a", "active", route: "a", isLedTo: false))
        #expect(last["labels"] == .object([ServingLabel.routingState: "reserve"]))
        #expect(last["annotations"].object?.keys.contains(ServingAnnotation.routes) == true)
        #expect(last["annotations"][ServingAnnotation.routes].isNull)
    }
}
