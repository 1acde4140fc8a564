import Base
package import KServeModel
import KubeModel
package import Scaling

/// ConfigMaps `config-domain` and `config-network`: the names under which routes are reached.
package struct RouteDomains: Equatable, Sendable {
    /// A domain and the labels that its routes have.
    struct Domain: Equatable, Sendable {
        let name: String
        let selector: [String: String]
    }

    /// The domain of everything inside the cluster.
    static let cluster = "svc.cluster.local"
    private static let clusterTemplate = "{{.Name}}.{{.Namespace}}.{{.Domain}}"

    private var domains: [Domain] = []
    private var domainTemplate = RouteDomains.clusterTemplate
    private var tagTemplate = "{{.Tag}}-{{.Name}}"
    /// `default-external-scheme`
    package var scheme = "http"

    package init() {}

    /// - Parameters:
    ///   - domain: the data of `config-domain`.
    ///   - network: the data of `config-network`.
    package init(domain: [String: String], network: [String: String]) throws(SettingFault) {
        for (name, text) in domain where name != "_example" {
            domains.append(Domain(name: name, selector: try RouteDomains.selector(name, text)))
        }
        domainTemplate = network["domain-template"] ?? domainTemplate
        tagTemplate = network["tag-template"] ?? tagTemplate
        scheme = network["default-external-scheme"] ?? scheme
        do throws(TemplateDefect) {
            _ = try GoTemplate(domainTemplate)
            _ = try GoTemplate(tagTemplate)
        } catch {
            throw SettingFault("config-network: \(error)")
        }
    }

    private static func selector(_ name: String, _ text: String) throws(SettingFault) -> [String: String] {
        do throws(YAMLDefect) {
            return try YAML.parse(text).first?["selector"].stringMap ?? [:]
        } catch {
            throw SettingFault("config-domain, key \"\(name)\": \(error)")
        }
    }

    /// The domain of a route: of those whose selectors fit, the one with the longest.
    func domain(of route: KubeObject) -> String {
        if route.labels[ServingLabel.visibility] == ServingLabel.clusterLocal { return RouteDomains.cluster }
        let fitting = domains.filter { $0.selector.allSatisfy { route.labels[$0.key] == $0.value } }
        let best = fitting.min { left, right in
            let (a, b) = (left.selector.count, right.selector.count)
            return a == b ? left.name < right.name : a > b
        }
        return best?.name ?? RouteDomains.cluster
    }

    /// The name in front of namespace and domain: the route's, or its and a tag's.
    package func hostName(_ route: String, tag: String) throws(TemplateDefect) -> String {
        tag.isEmpty ? route : try GoTemplate(tagTemplate).render(["Name": .string(route), "Tag": .string(tag)])
    }

    /// The whole name, for callers outside or inside of the cluster.
    func host(_ name: String, of route: KubeObject, isLocal: Bool) throws(TemplateDefect) -> String {
        let data: JSON = [
            "Name": .string(name), "Namespace": .string(route.namespace ?? ""),
            "Domain": .string(isLocal ? RouteDomains.cluster : domain(of: route)),
            "Annotations": JSON(route.annotations), "Labels": JSON(route.labels),
        ]
        let host = try GoTemplate(isLocal ? RouteDomains.clusterTemplate : domainTemplate).render(data)
        let faults = NameRule.dns1123Subdomain.faults(host)
        guard let fault = faults.first else { return host }
        throw TemplateDefect(what: "invalid domain name \"\(host)\": \(fault)")
    }
}
