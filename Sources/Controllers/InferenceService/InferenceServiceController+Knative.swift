import Base
import KServeModel
import KubeModel

extension InferenceServiceController {
    /// Carries out a service in Knative mode: a Knative Service for each component, and the routes to their revisions.
    func carryOutKnative(
        _ service: InferenceService,
        _ configuration: PlatformConfiguration,
        _ status: inout InferenceServiceStatus
    ) async throws {
        let found = knativeObjects(of: service)
        var histories: [String: RevisionHistory] = [:]
        for component in service.components {
            let known = status.json["components"][component.kind.rawValue]
            histories[service.workloadName(component)] = RevisionHistory(known)
        }
        let plan = try KnativePlan(
            service,
            runtimes: caches.runtimes(for: service.namespace),
            configuration: configuration,
            served: caches.served,
            histories: histories,
            found: found
        )
        let services = (plan.parts + plan.canaries.map(\.part)).map(\.wanted)
        try await write(
            services.map { WantedObject(.knativeServices, $0) } + [WantedObject(.services, plan.alias)]
                + plan.routes.map { WantedObject(.httpRoutes, $0) },
            of: service
        )
        KnativeVerdict(found).settle(&status, for: plan)
    }

    private func knativeObjects(of service: InferenceService) -> KnativeObjects {
        var found = KnativeObjects()
        let namespace = service.namespace
        let predictor = service.workloadName(service.predictor)
        let canaries = service.canaries.map { ($0.name, service.workloadName($0.predictor)) }
        let parts = service.components.map(service.workloadName) + canaries.map(\.1)
        for name in parts { found.services[name] = caches.get(.knativeServices, namespace, name) }
        let tags = found.services[predictor]?.status["traffic"].array?.compactMap { $0["tag"].string } ?? []
        let variants = tags + canaries.map(\.0) + [service.predictor.variant]
        for name in parts + [service.name] + variants.map({ "\(service.name)-tag-\($0)" }) {
            found.routes[name] = caches.get(.httpRoutes, namespace, name)
        }
        func pods(_ name: String) -> [KubeObject] {
            guard let revision = found.services[name]?.status["latestCreatedRevisionName"].string else { return [] }
            return caches.pods(namespace, app: revision)
        }
        found.pods = pods(predictor)
        for (name, workload) in canaries { found.canaryPods[name] = pods(workload) }
        return found
    }
}
