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

    /// All routes; none for a service that only callers inside the cluster reach.
    var all: [KubeObject] {
        guard isPublic else { return [] }
        return [whole] + owner.components.compactMap(route(of:))
    }

    /// Whether there is a way in from outside.
    var isPublic: Bool {
        !owner.isClusterLocal && !configuration.ingress.isCreationDisabled
            && configuration.ingress.domain != "svc.cluster.local"
    }

    private var whole: KubeObject {
        var rules: [JSON] = []
        if let explainer = owner.explainer {
            rules += backends(of: explainer, path: #"^/v1/models/[\w-]+:explain$"#)
        }
        rules += fallback(to: owner.entry)
        var hosts = [urls.host] + urls.additionalHosts
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
        let annotations = owner.object.annotations.filter { !configuration.disallowedAnnotations.contains($0.key) }
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
        guard let grpc = ports?.grpc, let rest = ports?.rest else { return backends(of: component, path: "^/.*$") }
        let match: JSON = [
            "path": ["type": "RegularExpression", "value": #"^/inference\.GRPCInferenceService/.*$"#],
            "headers": [["type": "RegularExpression", "name": "content-type", "value": "^application/grpc.*"]],
        ]
        return [rule(component, match, port: grpc)] + backends(of: component, path: "^/.*$", port: rest)
    }

    private func backends(of component: Component, path: String, port: Int = 80) -> [JSON] {
        [rule(component, ["path": ["type": "RegularExpression", "value": .string(path)]], port: port)]
    }

    private func rule(_ component: Component, _ match: JSON, port: Int) -> JSON {
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
            "backendRefs": .array(references(component, port: port)),
        ]
        if !configuration.ingress.isTimeoutDisabled {
            rule["timeouts"] = ["request": .string("\(component.timeoutSeconds ?? 60)s")]
        }
        return rule
    }

    /// The component's Service; a predictor's shares its traffic with the canaries that are ready.
    private func references(_ component: Component, port: Int) -> [JSON] {
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
