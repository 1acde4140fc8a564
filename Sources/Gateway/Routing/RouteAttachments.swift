import Base
package import KubeModel

/// Which routes hang on which listeners, and why others do not: pure (Gateway API: attachment).
package struct RouteAttachments: Sendable {
    package let listeners: [GatewayListener]
    private let byGateway: [ObjectKey: [Int]]
    private let surroundings: GatewayListener.Surroundings
    private let served: Set<ObjectKey>

    /// - Parameter gateways: those that are served here.
    package init(gateways: [KubeObject], _ surroundings: GatewayListener.Surroundings) {
        listeners = GatewayListener.all(of: gateways, surroundings)
        self.surroundings = surroundings
        byGateway = Dictionary(grouping: listeners.indices) { [listeners] in listeners[$0].gateway }
        served = Set(gateways.map(\.key))
    }

    /// A listener, by its place, and the hosts for which it takes a route.
    package struct Attachment: Equatable, Sendable {
        package let listener: Int
        package let hosts: [HostPattern]
    }

    /// What became of one of a route's parents.
    struct Outcome {
        let attachments: [Attachment]
        /// The condition Accepted.
        let condition: RouteCondition
    }

    /// The parents of a route that are Gateways.
    static func parents(of route: KubeObject) -> [JSON] {
        (route.spec["parentRefs"].array ?? []).filter { ($0["kind"].string ?? "Gateway") == "Gateway" }
    }

    /// Where a route hangs, by all of its parents.
    package func attachments(of route: KubeObject) -> [Attachment] {
        Self.parents(of: route).flatMap { outcome(of: route, by: $0).attachments }
    }

    /// What one parent makes of a route.
    func outcome(of route: KubeObject, by reference: JSON) -> Outcome {
        let key = ObjectKey(
            namespace: reference["namespace"].string ?? route.namespace,
            name: reference["name"].string ?? ""
        )
        guard served.contains(key) else {
            return refused("NoMatchingParent", "there is no Gateway \(key) that this gateway serves")
        }
        let (section, port) = (reference["sectionName"].string, reference["port"].int)
        let named = (byGateway[key] ?? []).filter {
            (section == nil || listeners[$0].name == section) && (port == nil || listeners[$0].port == port)
        }
        guard !named.isEmpty else {
            let wanted = [section.map { "called \($0)" }, port.map { "of port \($0)" }].compactMap { $0 }
            return refused("NoMatchingParent", "Gateway \(key) has no listener \(wanted.joined(separator: " "))")
        }
        let allowing = named.filter { listeners[$0].allows(route, surroundings) }
        guard !allowing.isEmpty else {
            let what = "\(route.kind.isEmpty ? "routes" : route.kind + "s") of namespace \(route.namespace ?? "")"
            return refused("NotAllowedByListeners", "no listener of \(key) takes \(what)")
        }
        let hosts = route.spec["hostnames"].strings
        let attachments = allowing.map {
            Attachment(listener: $0, hosts: HostPattern.shared(listeners[$0].hostname, hosts))
        }.filter { !$0.hosts.isEmpty }
        guard !attachments.isEmpty else {
            let named = hosts.joined(separator: ", ")
            return refused("NoMatchingListenerHostname", "no listener of \(key) has a host in common with \(named)")
        }
        return Outcome(
            attachments: attachments,
            condition: RouteCondition("Accepted", isTrue: true, "Accepted", "Route is accepted")
        )
    }

    private func refused(_ reason: String, _ message: String) -> Outcome {
        Outcome(attachments: [], condition: RouteCondition("Accepted", isTrue: false, reason, message))
    }

    /// What lets routes name Services of other namespaces.
    var grants: ReferenceGrants { surroundings.grants }

    /// Whether a listener is there for clients of TLS.
    var servesTLS: Bool { listeners.contains { $0.isSecure && $0.isServed } }

    /// What is wrong with a route's references; nil where all lead somewhere.
    func unresolved(_ route: KubeObject, _ service: (ObjectKey) -> KubeObject?) -> RouteCondition? {
        let rules = RouteRule.rules(of: route, surroundings.grants)
        if let fault = rules.flatMap(\.faults).first {
            return RouteCondition("ResolvedRefs", isTrue: false, fault.reason.rawValue, fault.message)
        }
        for backend in rules.flatMap({ $0.backends.map(\.backend) + $0.mirrors.map(\.backend) }) {
            guard let service = service(backend.service) else {
                let message = "there is no Service \(backend.service)"
                return RouteCondition("ResolvedRefs", isTrue: false, "BackendNotFound", message)
            }
            let ports = (service.spec["ports"].array ?? []).compactMap { $0["port"].int }
            guard ports.contains(backend.port) else {
                let message = "Service \(backend.service) has no port \(backend.port)"
                return RouteCondition("ResolvedRefs", isTrue: false, "BackendNotFound", message)
            }
        }
        return nil
    }
}

extension GatewayListener {
    /// Where its routes are found.
    var place: ListenerTable.Place { ListenerTable.Place(isSecure: isSecure, hostname: hostname) }
}
