import Base
package import KServeModel
package import KubeModel

/// Everything that an InferenceService in Knative mode wants of the API, decided from what it says and what its Knative
/// Services report.
package struct KnativePlan {
    package let service: InferenceService
    /// Predictor first; each component once.
    package let parts: [Part]
    package let canaries: [CanaryPart]
    /// The service's own routes; none while nobody knows which revisions have the traffic.
    package let routes: [KubeObject]
    /// The name inside the cluster.
    package let alias: KubeObject
    /// `status.url`; nil while the entry has none.
    package let url: String?
    /// What serves the predictor's model, where a runtime does.
    package let runtime: ServingRuntime?

    /// One component: its Knative Service as it should be.
    package struct Part {
        package let component: Component.Kind
        package let wanted: KubeObject
    }

    /// One version beside the predictor.
    package struct CanaryPart {
        package let name: String
        package let percent: Int
        package let part: Part
        package let isReady: Bool
    }

    /// `status.address.url`
    package var address: String { "http://\(service.name).\(service.namespace).svc.cluster.local" }

    /// Decides, or says why nothing can be made.
    ///
    /// - Parameters:
    ///   - histories: the revisions of each Knative Service, by its name.
    ///   - found: the Knative Services and the HTTPRoutes that are there.
    package init(
        _ service: InferenceService,
        runtimes: [ServingRuntime],
        configuration: PlatformConfiguration,
        served: ServedKinds = ServedKinds(),
        histories: [String: RevisionHistory],
        found: KnativeObjects
    ) throws(PlanFault) {
        let maker = PlanMaker(service: service, runtimes: runtimes, configuration: configuration, served: served)
        func part(_ component: Component) throws(PlanFault) -> (part: Part, runtime: ServingRuntime?) {
            let blueprint = try maker.blueprint(component)
            let history = histories[blueprint.builder.name] ?? RevisionHistory()
            let wanted = blueprint.builder.knativeService(pod: blueprint.pod, history: history)
            return (Part(component: component.kind, wanted: wanted), blueprint.runtime)
        }
        let predictor = try part(service.predictor)
        var parts = [predictor.part]
        for component in service.components.dropFirst() { parts.append(try part(component).part) }
        var canaries: [CanaryPart] = []
        for canary in service.canaries {
            let part = try part(canary.completed(from: service.predictor, scalesByLoad: true)).part
            let isReady = found.isReady(part.wanted.name)
            canaries.append(
                CanaryPart(name: canary.name, percent: canary.trafficPercent, part: part, isReady: isReady)
            )
        }
        let backends = KnativeBackends(parts: parts, canaries: canaries, found: found, service: service)
        let entry = parts.first { $0.component == service.entry.kind } ?? predictor.part
        url = found.url(entry.wanted.name).map { KnativePlan.publicURL($0, of: entry.wanted.name, service.name) }
        routes = try KnativePlan.routes(service, configuration, backends, url: url)
        alias = KnativePlan.alias(of: service)
        self.service = service
        self.parts = parts
        self.canaries = canaries
        runtime = predictor.runtime
    }

    /// The address of a component's Knative Service with the InferenceService's name in place of its own.
    private static func publicURL(_ url: String, of part: String, _ service: String) -> String {
        guard let name = url.firstRange(of: part) else { return url }
        return url[..<name.lowerBound] + service + url[name.upperBound...]
    }

    private static func routes(
        _ service: InferenceService,
        _ configuration: PlatformConfiguration,
        _ backends: KnativeBackends,
        url: String?
    ) throws(PlanFault) -> [KubeObject] {
        guard let url, let shares = backends.complete else { return [] }
        let variants = backends.variants
        let urls = try PlanMaker.urls(of: service, configuration, variants)
        var routes = ServiceRoutes(owner: service, configuration: configuration, urls: urls, services: [:])
        routes.shares = shares
        routes.timeoutDefault = 300
        routes.variants = variants
        let host = url.split(separator: "/").last.map(String.init) ?? ""
        let local = "\(service.name).\(service.namespace)"
        let inside = ["\(local).svc.cluster.local", "\(local).svc", local]
        let isPublic = routes.isPublic && !host.hasSuffix(".svc.cluster.local")
        return [routes.whole(hosts: (isPublic ? [host] + urls.additionalHosts : []) + inside)]
            + (isPublic ? routes.tags : [])
    }

    /// The Service `{isvc}`: callers inside the cluster find the gateway under the service's own name.
    private static func alias(of service: InferenceService) -> KubeObject {
        var alias = KubeObject(.services, kind: "Service", namespace: service.namespace, name: service.name)
        alias.setController(service.object)
        alias.spec = [
            "type": "ExternalName", "externalName": "istio-ingressgateway.istio-system.svc.cluster.local",
            "sessionAffinity": "None",
        ]
        return alias
    }
}
