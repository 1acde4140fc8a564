package import KServeModel
package import KubeModel

/// The names and addresses of a route and its tags: pure.
package struct RouteHosts {
    private let route: KubeObject
    private let domains: RouteDomains

    package init(_ route: KubeObject, _ domains: RouteDomains) {
        self.route = route
        self.domains = domains
    }

    /// All names under which a tag answers; the first is the one that is told.
    package func all(tag: String) throws(TemplateDefect) -> [String] {
        let name = try domains.hostName(route.name, tag: tag)
        let local = try domains.host(name, of: route, isLocal: true)
        let short = "\(name).\(route.namespace ?? "")"
        let inside = [local, "\(short).svc", short]
        return isLocal ? inside : [try domains.host(name, of: route, isLocal: false)] + inside
    }

    /// `status.url`, or that of an entry with a tag.
    package func url(tag: String) throws(TemplateDefect) -> String {
        let name = try domains.hostName(route.name, tag: tag)
        return "\(isLocal ? "http" : domains.scheme)://" + (try domains.host(name, of: route, isLocal: isLocal))
    }

    /// `status.address.url`
    package var address: String { "http://\(route.name).\(route.namespace ?? "").\(RouteDomains.cluster)" }

    /// Whether callers outside of the cluster have no way in.
    private var isLocal: Bool { domains.domain(of: route) == RouteDomains.cluster }
}
