import Base
package import KServeModel
package import KubeModel

/// The objects that carry out a Route whose traffic is found: pure.
///
/// Each tag, and the route itself as the empty one, has an HTTPRoute and a Service of its name.
package struct RouteObjects {
    /// Where names inside the cluster lead: the Service of the gateway, which routes by host.
    package static let gatewayService = "istio-ingressgateway.istio-system.svc.cluster.local"

    private let route: KubeObject
    private let traffic: RouteTraffic
    private let domains: RouteDomains
    private let gateway: ObjectKey
    /// The longest that a request to a revision may take, by its name.
    private let timeouts: [String: Int]
    private let routesByTagHeader: Bool

    /// - Parameters:
    ///   - timeouts: the longest that a request to a revision may take in seconds, by its name.
    ///   - routesByTagHeader: whether a header leads to a tag, too.
    package init(
        _ route: KubeObject,
        _ traffic: RouteTraffic,
        domains: RouteDomains,
        gateway: ObjectKey,
        timeouts: [String: Int],
        routesByTagHeader: Bool = false
    ) {
        self.route = route
        self.traffic = traffic
        self.domains = domains
        self.gateway = gateway
        self.timeouts = timeouts
        self.routesByTagHeader = routesByTagHeader
    }

    /// The route's own HTTPRoute remembers how far the rollout is.
    package func httpRoutes(_ rollout: Rollout) throws(TemplateDefect) -> [KubeObject] {
        var routes: [KubeObject] = []
        for tag in traffic.targets.keys.sorted() { routes.append(try httpRoute(tag, rollout)) }
        return routes
    }

    /// The Services that give the names an address inside the cluster.
    package func services() throws(TemplateDefect) -> [KubeObject] {
        var services: [KubeObject] = []
        for tag in traffic.targets.keys.sorted() {
            var service = try object(.services, "Service", tag)
            service.spec = [
                "type": "ExternalName", "externalName": .string(RouteObjects.gatewayService),
                "sessionAffinity": "None",
                "ports": [
                    [
                        "name": "http2", "appProtocol": "kubernetes.io/h2c", "port": 80, "targetPort": 80,
                        "protocol": "TCP",
                    ]
                ],
            ]
            services.append(service)
        }
        return services
    }

    private func httpRoute(_ tag: String, _ rollout: Rollout) throws(TemplateDefect) -> KubeObject {
        var httpRoute = try object(.httpRoutes, "HTTPRoute", tag)
        var annotations = httpRoute.annotations
        annotations[ServingAnnotation.rollout] = tag.isEmpty ? rollout.text : nil
        httpRoute.metadata["annotations"] = annotations.isEmpty ? .null : JSON(annotations)
        httpRoute.spec = [
            "parentRefs": [
                [
                    "group": "gateway.networking.k8s.io", "kind": "Gateway",
                    "namespace": .string(gateway.namespace ?? ""), "name": .string(gateway.name),
                ]
            ],
            "hostnames": JSON(try RouteHosts(route, domains).all(tag: tag)), "rules": .array(rules(tag, rollout)),
        ]
        return httpRoute
    }

    private func object(_ resource: ResourceID, _ kind: String, _ tag: String) throws(TemplateDefect) -> KubeObject {
        let name = try domains.hostName(route.name, tag: tag)
        var object = KubeObject(resource, kind: kind, namespace: route.namespace, name: name)
        var labels = route.labels
        if kind == "Service" { labels[ServingLabel.visibility] = nil }
        labels[ServingLabel.route] = route.name
        labels[ServingLabel.routeNamespace] = kind == "Service" ? nil : route.namespace
        object.metadata["labels"] = JSON(labels)
        let annotations = route.annotations.filter { $0.key != ServingAnnotation.lastApplied }
        if !annotations.isEmpty { object.metadata["annotations"] = JSON(annotations) }
        object.setController(route)
        return object
    }
}

extension RouteObjects {
    private func rules(_ tag: String, _ rollout: Rollout) -> [JSON] {
        let path: JSON = ["path": ["type": "PathPrefix", "value": "/"]]
        let shares = shares(of: tag, rollout)
        guard routesByTagHeader else { return [rule(path, shares)] }
        guard tag.isEmpty else { return [rule(path, shares, header: (ServingHeader.tag, tag))] }
        let byTag = traffic.targets.keys.filter { !$0.isEmpty }.sorted().map { tag in
            var match = path
            match["headers"] = [["type": "Exact", "name": .string(ServingHeader.tag), "value": .string(tag)]]
            return rule(match, self.shares(of: tag, rollout))
        }
        return byTag + [rule(path, shares, header: (ServingHeader.defaultRoute, "true"))]
    }

    private func rule(_ match: JSON, _ shares: [Rollout.Share], header: (name: String, value: String)? = nil) -> JSON {
        let seconds = shares.compactMap { timeouts[$0.revision] }.max()
        var rule: JSON = ["matches": [match], "backendRefs": .array(shares.map(backend))]
        if let seconds { rule["timeouts"] = ["request": .string("\(seconds)s")] }
        if let header { rule["filters"] = [RouteObjects.setting([header])] }
        return rule
    }

    /// The revisions of a tag with their shares, on the way of a rollout several of one configuration.
    private func shares(of tag: String, _ rollout: Rollout) -> [Rollout.Share] {
        (traffic.targets[tag] ?? []).filter { $0.percent > 0 }.flatMap { target in
            let part = target.isLatest ? rollout.part(of: target.configuration, tag: tag) : nil
            guard let part, !part.isDone else { return [Rollout.Share(target.revision, target.percent)] }
            return part.shares
        }
    }

    private func backend(_ share: Rollout.Share) -> JSON {
        [
            "group": "", "kind": "Service", "name": .string(share.revision), "port": 80,
            "weight": .int(Int64(share.percent)),
            "filters": [
                RouteObjects.setting([
                    (ServingHeader.namespace, route.namespace ?? ""), (ServingHeader.revision, share.revision),
                ])
            ],
        ]
    }

    private static func setting(_ headers: [(name: String, value: String)]) -> JSON {
        let set = headers.map { ["name": .string($0.name), "value": .string($0.value)] as JSON }
        return ["type": "RequestHeaderModifier", "requestHeaderModifier": ["set": .array(set)]]
    }
}
