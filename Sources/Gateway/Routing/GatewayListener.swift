import Base
package import KubeModel

/// A listener of a Gateway that is served here, as far as traffic and statuses depend on it: pure.
package struct GatewayListener: Sendable {
    /// The kinds of routes that are carried out.
    package static let routeKinds = ["HTTPRoute", "GRPCRoute"]

    package let gateway: ObjectKey
    package let name: String
    package let port: Int
    package let hostname: HostPattern
    /// Whether clients speak TLS to it.
    package let isSecure: Bool
    /// Kinds of routes that may hang on it.
    package let kinds: [String]
    /// What it shows its clients; none without TLS.
    package let certificates: [ServerCertificate]
    /// What is wrong with it: each a condition that does not hold.
    private(set) var faults: [RouteCondition]
    private let namespaces: AllowedNamespaces

    /// Whose routes may hang on it.
    private enum AllowedNamespaces {
        case all
        case own
        case selected(LabelSelector)
    }

    /// What listeners depend on besides their Gateways.
    package struct Surroundings: Sendable {
        package let grants: ReferenceGrants
        package let secrets: [ObjectKey: KubeObject]
        /// Labels of namespaces by their names.
        package let namespaces: [String: [String: String]]

        package init(
            grants: ReferenceGrants = ReferenceGrants([]),
            secrets: [KubeObject] = [],
            namespaces: [KubeObject] = []
        ) {
            self.grants = grants
            self.secrets = Dictionary(secrets.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
            self.namespaces = Dictionary(
                namespaces.map { ($0.name, $0.labels) },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }

    /// The listeners of all Gateways, those that exclude each other told so.
    package static func all(of gateways: [KubeObject], _ surroundings: Surroundings) -> [GatewayListener] {
        gateways.flatMap { gateway in
            markConflicts(
                (gateway.spec["listeners"].array ?? []).map { GatewayListener($0, of: gateway, surroundings) }
            )
        }
    }

    private init(_ listener: JSON, of gateway: KubeObject, _ surroundings: Surroundings) {
        self.gateway = gateway.key
        name = listener["name"].string ?? ""
        port = listener["port"].int ?? 0
        hostname = HostPattern(listener["hostname"].string ?? "*")
        let spoken = listener["protocol"].string ?? "HTTP"
        isSecure = spoken == "HTTPS"
        var faults: [RouteCondition] = []
        if !["HTTP", "HTTPS"].contains(spoken) {
            let message = "listeners of protocol \(spoken) are not served, only HTTP and HTTPS"
            faults.append(RouteCondition("Accepted", isTrue: false, "UnsupportedProtocol", message))
        }
        (kinds, namespaces) = Self.allowed(listener["allowedRoutes"], &faults)
        certificates = isSecure ? Self.certificates(listener["tls"], of: gateway, surroundings, &faults) : []
        self.faults = faults
    }

    /// Whether traffic comes in by it.
    package var isServed: Bool { !faults.contains { $0.type == "Accepted" || $0.type == "Conflicted" } && !isMute }

    /// A listener of TLS that has nothing to show.
    private var isMute: Bool { isSecure && certificates.isEmpty }

    /// Whether routes of this kind and namespace may hang on it.
    package func allows(_ route: KubeObject, _ surroundings: Surroundings) -> Bool {
        guard kinds.contains(route.kind.isEmpty ? "HTTPRoute" : route.kind) else { return false }
        switch namespaces {
        case .all: return true
        case .own: return route.namespace == gateway.namespace
        case .selected(let selector): return selector.matches(surroundings.namespaces[route.namespace ?? ""] ?? [:])
        }
    }

    /// What is said of it in its Gateway's status.
    var conditions: [RouteCondition] {
        let known = [
            RouteCondition("Accepted", isTrue: true, "Accepted", "Listener has been accepted"),
            RouteCondition("Conflicted", isTrue: false, "NoConflicts", "No conflicts"),
            RouteCondition("ResolvedRefs", isTrue: true, "ResolvedRefs", "All references are resolved"),
        ].map { usual in faults.first { $0.type == usual.type } ?? usual }
        return known + [
            isServed
                ? RouteCondition("Programmed", isTrue: true, "Programmed", "Traffic is served")
                : RouteCondition("Programmed", isTrue: false, "Invalid", faults.first?.message ?? "")
        ]
    }

    // MARK: reading

    private static func allowed(
        _ allowed: JSON,
        _ faults: inout [RouteCondition]
    ) -> (kinds: [String], namespaces: AllowedNamespaces) {
        var kinds = routeKinds
        if let named = allowed["kinds"].array, !named.isEmpty {
            let group = ReferenceGrants.Kind.gateway.group
            let known = named.filter { $0["group"].string ?? group == group }.compactMap { $0["kind"].string }
            kinds = routeKinds.filter(known.contains)
            if kinds.count < named.count {
                let message = "only routes of kinds \(routeKinds.joined(separator: " and ")) are served"
                faults.append(RouteCondition("ResolvedRefs", isTrue: false, "InvalidRouteKinds", message))
            }
        }
        switch allowed["namespaces"]["from"].string ?? "Same" {
        case "All": return (kinds, .all)
        case "Selector":
            do throws(APIStatus) {
                return (kinds, .selected(try LabelSelector(json: allowed["namespaces"]["selector"])))
            } catch {
                faults.append(RouteCondition("Accepted", isTrue: false, "UnsupportedValue", error.message))
                return (kinds, .own)
            }
        default: return (kinds, .own)
        }
    }

    private static func certificates(
        _ tls: JSON,
        of gateway: KubeObject,
        _ surroundings: Surroundings,
        _ faults: inout [RouteCondition]
    ) -> [ServerCertificate] {
        if tls["mode"].string ?? "Terminate" != "Terminate" {
            let message = "tls.mode of a listener of protocol HTTPS must be Terminate"
            faults.append(RouteCondition("Accepted", isTrue: false, "UnsupportedValue", message))
        }
        var found: [ServerCertificate] = []
        var fault: CertificateFault?
        for reference in tls["certificateRefs"].array ?? [] {
            do throws(CertificateFault) {
                found.append(try ServerCertificate(reference, of: gateway, surroundings))
            } catch {
                fault = fault ?? error
            }
        }
        if found.isEmpty, fault == nil {
            fault = CertificateFault(
                reason: "InvalidCertificateRef",
                message: "tls.certificateRefs names no certificate"
            )
        }
        if let fault { faults.append(RouteCondition("ResolvedRefs", isTrue: false, fault.reason, fault.message)) }
        return found
    }

    /// Listeners of one Gateway must differ: by port, or by host where the protocol is one.
    private static func markConflicts(_ listeners: [GatewayListener]) -> [GatewayListener] {
        listeners.enumerated().map { index, listener in
            var listener = listener
            let others = listeners.enumerated().filter { $0.offset != index && $0.element.port == listener.port }
                .map(\.element)
            if others.contains(where: { $0.isSecure != listener.isSecure }) {
                let message = "port \(listener.port) is HTTP and HTTPS in one Gateway"
                listener.faults.append(RouteCondition("Conflicted", isTrue: true, "ProtocolConflict", message))
            } else if others.contains(where: { $0.hostname == listener.hostname }) {
                let message = "port \(listener.port) has several listeners for host \(listener.hostname.text)"
                listener.faults.append(RouteCondition("Conflicted", isTrue: true, "HostnameConflict", message))
            }
            return listener
        }
    }
}
