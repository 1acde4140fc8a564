import Base
import KServeModel
import KubeModel

/// The HTTPRoutes of an InferenceService: one for the whole, one for each component.
struct ServiceRoutes {
    let owner: InferenceService
    let configuration: PlatformConfiguration
    let urls: ServiceURLs
    /// The Service of each component.
    let services: [Component.Kind: KubeObject]
    /// Canaries that take traffic now: their Services' names and shares.
    var canaries: [(service: String, percent: Int)] = []
    /// Versions that can be asked for by an address or a header of their own.
    var variants: [Variant] = []
    /// The backends of a component, where they are not its Service.
    var shares: [Component.Kind: [JSON]] = [:]
    /// Seconds until a component that names no timeout must have begun its answer.
    var timeoutDefault = 60

    /// A version, or a revision with a tag.
    struct Variant {
        let name: String
        let backends: [JSON]
    }

    /// All routes; none for a service that only callers inside the cluster reach.
    var all: [KubeObject] {
        guard isPublic else { return [] }
        return [whole(hosts: [urls.host] + urls.additionalHosts)] + owner.components.compactMap(route(of:)) + tags
    }

    /// A route for each version that has an address of its own.
    var tags: [KubeObject] {
        variants.compactMap { variant in
            guard let host = urls.tagHosts[variant.name] else { return nil }
            let match: JSON = ["path": ["type": "RegularExpression", "value": "^/.*$"]]
            let rules = [rule(owner.predictor, match, to: variant.backends)]
            return route("\(owner.name)-tag-\(variant.name)", hosts: [host], rules: rules)
        }
    }

    /// Whether there is a way in from outside.
    var isPublic: Bool {
        !owner.isClusterLocal && !configuration.ingress.isCreationDisabled
            && configuration.ingress.domain != "svc.cluster.local"
    }

    /// The route of the service's own names.
    func whole(hosts: [String]) -> KubeObject {
        var rules: [JSON] = []
        if let explainer = owner.explainer {
            rules += backends(of: explainer, path: #"^/v1/models/[\w-]+:explain$"#)
        }
        rules += fallback(to: owner.entry)
        var hosts = hosts
        if !urls.path.isEmpty {
            hosts.append(configuration.ingress.domain)
            rules += pathRules
        }
        return route(owner.name, hosts: hosts, rules: rules)
    }

    private func route(of component: Component) -> KubeObject? {
        guard let host = urls.componentHosts[component.kind] else { return nil }
        return route("\(owner.name)-\(component.kind.rawValue)", hosts: [host], rules: fallback(to: component))
    }

    private func route(_ name: String, hosts: [String], rules: [JSON]) -> KubeObject {
        let gateway = configuration.ingress.gateway
        var annotations = owner.object.annotations.filter { !configuration.disallowedAnnotations.contains($0.key) }
        let observability = Observability(owner.entry, of: owner, configuration)
        if observability.logsAccess == true { annotations[AnnotationKey.accessLog] = "true" }
        let labels = owner.object.labels.filter { !configuration.disallowedLabels.contains($0.key) }
        var route = KubeObject(.httpRoutes, kind: "HTTPRoute", namespace: owner.namespace, name: name)
        if !labels.isEmpty { route.metadata["labels"] = JSON(labels) }
        if !annotations.isEmpty { route.metadata["annotations"] = JSON(annotations) }
        route.setController(owner.object)
        route.spec = [
            "parentRefs": [
                [
                    "group": "gateway.networking.k8s.io", "kind": "Gateway",
                    "namespace": .string(gateway.namespace ?? ""), "name": .string(gateway.name),
                ]
            ],
            "hostnames": JSON(hosts), "rules": .array(rules),
        ]
        return route
    }
}

extension ServiceRoutes {
    /// Rules under the platform's own domain, by path.
    private var pathRules: [JSON] {
        var path = urls.path
        while path.hasSuffix("/") { path.removeLast() }
        let explain = owner.explainer.map { backends(of: $0, path: path + #"(/v1/models/[\w-]+:explain)$"#) } ?? []
        return explain + backends(of: owner.entry, path: path + "/")
    }

    /// Everything to a component: gRPC to its own port where it has one beside REST.
    private func fallback(to component: Component) -> [JSON] {
        let ports = services[component.kind].map { ServicePorts($0) }
        let chosen = component.kind == .predictor ? rulesByHeader : []
        guard let grpc = ports?.grpc, let rest = ports?.rest else {
            return chosen + backends(of: component, path: "^/.*$")
        }
        let match: JSON = [
            "path": ["type": "RegularExpression", "value": #"^/inference\.GRPCInferenceService/.*$"#],
            "headers": [["type": "RegularExpression", "name": "content-type", "value": "^application/grpc.*"]],
        ]
        return chosen + [rule(component, match, port: grpc)] + backends(of: component, path: "^/.*$", port: rest)
    }

    /// Requests that name a version by a header.
    private var rulesByHeader: [JSON] {
        let headers = owner.variantHeaders
        return variants.compactMap { variant in
            guard let matches = headers[variant.name] else { return nil }
            let match: JSON = [
                "path": ["type": "RegularExpression", "value": "^/.*$"], "headers": .array(matches),
            ]
            return rule(owner.predictor, match, to: variant.backends)
        }
    }

    private func backends(of component: Component, path: String, port: Int = 80) -> [JSON] {
        [rule(component, ["path": ["type": "RegularExpression", "value": .string(path)]], port: port)]
    }

    private func rule(_ component: Component, _ match: JSON, port: Int) -> JSON {
        rule(component, match, to: references(component, port: port))
    }

    private func rule(_ component: Component, _ match: JSON, to backends: [JSON]) -> JSON {
        var rule: JSON = [
            "matches": [match],
            "filters": [
                [
                    "type": "RequestHeaderModifier",
                    "requestHeaderModifier": [
                        "set": [
                            ["name": "KServe-Isvc-Name", "value": .string(owner.name)],
                            ["name": "KServe-Isvc-Namespace", "value": .string(owner.namespace)],
                        ]
                    ],
                ]
            ],
            "backendRefs": .array(backends),
        ]
        if !configuration.ingress.isTimeoutDisabled {
            rule["timeouts"] = ["request": .string("\(component.timeoutSeconds ?? timeoutDefault)s")]
        }
        return rule
    }

    /// The component's Service; a predictor's shares its traffic with the canaries that are ready.
    private func references(_ component: Component, port: Int) -> [JSON] {
        if let shared = shares[component.kind] { return shared }
        func reference(_ name: String, weight: Int?) -> JSON {
            var reference: JSON = [
                "kind": "Service", "name": .string(name), "namespace": .string(owner.namespace),
                "port": .int(Int64(port)),
            ]
            reference["weight"] = JSON(weight)
            return reference
        }
        let name = owner.workloadName(component)
        guard component.kind == .predictor, !owner.canaries.isEmpty else { return [reference(name, weight: nil)] }
        let shared = canaries.reduce(0) { $0 + $1.percent }
        return [reference(name, weight: 100 - shared)] + canaries.map { reference($0.service, weight: $0.percent) }
    }
}
