import Base

/// Where an InferenceService and its components are reached in Standard mode.
package struct ServiceURLs: Equatable, Sendable {
    /// The service's public host.
    package let host: String
    /// The service's public hosts under the platform's further domains.
    package let additionalHosts: [String]
    /// The public host of each component.
    package let componentHosts: [Component.Kind: String]
    /// The public host of each version that has one of its own.
    package let tagHosts: [String: String]
    /// The path under the platform's own domain; empty where there is none.
    package let path: String
    private let scheme: String
    private let clusterHost: String

    /// - Parameter tags: names of the versions that have hosts of their own.
    package init(
        _ service: InferenceService,
        _ configuration: PlatformConfiguration,
        tags: [String] = []
    ) throws(TemplateDefect) {
        let ingress = configuration.ingress
        func render(_ name: String, _ domain: String) throws(TemplateDefect) -> String {
            try DomainName.render(name, of: service.object, domain: domain, template: ingress.domainTemplate)
        }
        host = try render(service.name, ingress.domain)
        var more: [String] = []
        for domain in ingress.additionalDomains { more.append(try render(service.name, domain)) }
        additionalHosts = more
        var hosts: [Component.Kind: String] = [:]
        for component in service.components {
            // Hosts and routes are the component's; a variant's name is no part of them.
            hosts[component.kind] = try render("\(service.name)-\(component.kind.rawValue)", ingress.domain)
        }
        componentHosts = hosts
        var ofTags: [String: String] = [:]
        for tag in tags { ofTags[tag] = try render("\(tag)-\(service.name)", ingress.domain) }
        tagHosts = ofTags
        path = try DomainName.renderPath(of: service.object, template: ingress.pathTemplate)
        scheme = ingress.urlScheme
        let entry = "\(service.workloadName(service.entry)).\(service.namespace).svc.cluster.local"
        clusterHost = configuration.makesHeadlessServices ? entry + ":8080" : entry
    }

    /// `status.url`
    package var url: String { "\(scheme)://\(host)" }
    /// `status.address.url`
    package var address: String { "http://\(clusterHost)" }
    /// Where a version with an address of its own is reached.
    package func url(tag: String) -> String? { tagHosts[tag].map { "http://\($0)" } }
    /// `status.components.*.url`
    package func url(_ kind: Component.Kind) -> String? { componentHosts[kind].map { "http://\($0)" } }
}
