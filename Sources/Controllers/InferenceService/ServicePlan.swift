import Base
package import KServeModel
package import KubeModel

/// Everything that an InferenceService wants of the API, decided from what it says and nothing else.
package struct ServicePlan: Sendable {
    package let service: InferenceService
    /// Predictor first; each component once.
    package let workloads: [Workload]
    package let canaries: [CanaryPlan]
    package let routes: [KubeObject]
    package let urls: ServiceURLs
    /// Which versions of the predictor run, by `canaryTrafficPercent`.
    package let rollout: StandardRollout
    /// What serves the predictor's model, where a runtime does.
    package let runtime: ServingRuntime?

    /// One canary: its objects, and what it may take of the traffic.
    package struct CanaryPlan: Sendable {
        package let name: String
        package let percent: Int
        package let workload: Workload
        package let isReady: Bool
    }

    /// All that a plan follows from.
    package struct Basis: Equatable, Sendable {
        let service: InferenceService
        let runtimes: [ServingRuntime]
        let configuration: PlatformConfiguration
        let served: ServedKinds
        let readyCanaries: Set<String>
        let versions: RememberedVersions

        /// - Parameters:
        ///   - service: what its status says is no part of it.
        ///   - runtimes: those of the service's namespace and those of the cluster.
        ///   - served: what the API serves of the kinds that not every cluster has.
        ///   - readyCanaries: names of the canaries that run.
        ///   - versions: those of the predictor that its Deployments remember.
        package init(
            _ service: InferenceService,
            runtimes: [ServingRuntime],
            configuration: PlatformConfiguration,
            served: ServedKinds = ServedKinds(),
            readyCanaries: Set<String> = [],
            versions: RememberedVersions = RememberedVersions()
        ) {
            var service = service
            service.object.status = .null
            service.object.metadata["resourceVersion"] = .null
            self.service = service
            self.runtimes = runtimes
            self.configuration = configuration
            self.served = served
            self.readyCanaries = readyCanaries
            self.versions = versions
        }
    }

    /// Decides, or says why nothing can be made.
    package init(_ basis: Basis) throws(PlanFault) {
        let (configuration, readyCanaries) = (basis.configuration, basis.readyCanaries)
        let rollout = basis.versions.rollout(of: basis.service)
        let service = rollout.applied(to: basis.service)
        let maker = PlanMaker(
            service: service,
            runtimes: basis.runtimes,
            configuration: configuration,
            served: basis.served
        )
        let stable = service.predictor.reduced(by: service.canaries, ready: readyCanaries)
        var predictor = try maker.workload(stable)
        predictor.workload.remember(rollout.stable, before: rollout.previous)
        var workloads = [predictor.workload]
        for component in service.components.dropFirst() { workloads.append(try maker.workload(component).workload) }
        var canaries: [CanaryPlan] = []
        let scalesByLoad = predictor.workload.autoscaler?.resource == .podAutoscalers
        for canary in service.canaries {
            let whole = canary.completed(from: service.predictor, scalesByLoad: scalesByLoad)
            var workload = try maker.workload(whole).workload
            if let latest = rollout.latest { workload.remember(latest) }
            let isReady = readyCanaries.contains(canary.name)
            canaries.append(
                CanaryPlan(name: canary.name, percent: canary.trafficPercent, workload: workload, isReady: isReady)
            )
        }
        let variants = ServicePlan.variants(of: service, during: rollout)
        urls = try PlanMaker.urls(of: service, configuration, variants)
        let routes = ServiceRoutes(
            owner: service,
            configuration: configuration,
            urls: urls,
            services: Dictionary(workloads.map { ($0.component, $0.service) }, uniquingKeysWith: { first, _ in first }),
            canaries: canaries.filter(\.isReady).map { ($0.workload.name, $0.percent) },
            variants: variants
        )
        self.routes = routes.all
        self.service = service
        self.workloads = workloads
        self.canaries = canaries
        self.rollout = rollout
        runtime = predictor.runtime
    }

    /// The versions that have addresses of their own.
    private static func variants(
        of service: InferenceService,
        during rollout: StandardRollout
    ) -> [ServiceRoutes.Variant] {
        guard !service.canaries.isEmpty else { return [] }
        let stable = rollout.latest == nil ? service.predictor.variant : "prev"
        let versions = [(stable, service.predictor)] + service.canaries.map { ($0.name, $0.predictor) }
        return versions.filter { !$0.0.isEmpty }.map { name, predictor in
            let backend: JSON = [
                "kind": "Service", "name": .string(service.workloadName(predictor)),
                "namespace": .string(service.namespace), "port": 80,
            ]
            return ServiceRoutes.Variant(name: name, backends: [backend])
        }
    }
}

/// The versions of a Standard service's predictor that its Deployments tell of.
package struct RememberedVersions: Equatable, Sendable {
    /// As the Deployments' annotations tell them.
    private let rolledOut: String?
    private let previous: String?
    private let shared: String?

    /// - Parameters:
    ///   - stable: the predictor's Deployment.
    ///   - latest: the Deployment of the version that has a share.
    package init(stable: KubeObject? = nil, latest: KubeObject? = nil) {
        rolledOut = stable?.annotations[AnnotationKey.version]
        previous = stable?.annotations[AnnotationKey.previousVersion]
        shared = latest?.annotations[AnnotationKey.version]
    }

    func rollout(of service: InferenceService) -> StandardRollout {
        StandardRollout(
            service.predictor,
            isSplit: service.canaries.isEmpty,
            rolledOut: PredictorVersion(rolledOut),
            previous: PredictorVersion(previous),
            shared: PredictorVersion(shared)
        )
    }
}

/// What all components of one plan are made from.
struct PlanMaker {
    let service: InferenceService
    let runtimes: [ServingRuntime]
    let configuration: PlatformConfiguration
    let served: ServedKinds

    /// One component's pod, and what makes the objects around it.
    struct Blueprint {
        let builder: WorkloadBuilder
        let pod: JSON
        var runtime: ServingRuntime? { builder.runtime }
    }

    func workload(_ component: Component) throws(PlanFault) -> (workload: Workload, runtime: ServingRuntime?) {
        let blueprint = try blueprint(component)
        return (blueprint.builder.workload(pod: blueprint.pod), blueprint.runtime)
    }

    /// The addresses of a service and of its versions.
    static func urls(
        of service: InferenceService,
        _ configuration: PlatformConfiguration,
        _ variants: [ServiceRoutes.Variant]
    ) throws(PlanFault) -> ServiceURLs {
        do throws(TemplateDefect) {
            return try ServiceURLs(service, configuration, tags: variants.map(\.name))
        } catch {
            throw PlanFault("InvalidDomain", error.description)
        }
    }

    func blueprint(_ component: Component) throws(PlanFault) -> Blueprint {
        let settled = try settledModel(component)
        var pod = try ComponentPod.spec(component, of: service, settled)
        try ModelStorage(component, of: service, configuration).mount(into: &pod)
        let builder = WorkloadBuilder(
            owner: service,
            component: component,
            configuration: configuration,
            runtime: settled?.runtime,
            serverLabels: settled?.owner.labels.filter { service.object.labels[$0.key] == nil } ?? [:],
            served: served,
            observability: Observability(component, of: service, configuration)
        )
        let agent = AgentContainer(
            component: component,
            service: service,
            configuration: configuration,
            annotations: builder.annotations
        )
        try agent.add(to: &pod)
        builder.tellWhatToTell(&pod)
        return Blueprint(builder: builder, pod: pod)
    }

    private func settledModel(_ component: Component) throws(PlanFault) -> SettledModel? {
        guard component.kind == .predictor, let model = component.model else { return nil }
        if !model.storage.isNull, model.storageURI == nil {
            throw PlanFault("NotSupported", "spec.predictor.model.storage is not supported, use storageUri")
        }
        do throws(RuntimeRefusal) {
            let hasWorkers = !component.json["workerSpec"].isNull
            let runtime = try RuntimeSelection.select(for: model, hasWorkers: hasWorkers, among: runtimes)
            return SettledModel(model, of: service, runtime: runtime)
        } catch {
            throw PlanFault(error)
        }
    }
}

extension Component {
    /// A stable predictor that gives up the replicas that ready canaries run in its place; one stays at least.
    fileprivate func reduced(by canaries: [Canary], ready: Set<String>) -> Component {
        let taken = canaries.filter { ready.contains($0.name) }.reduce(0) { $0 + $1.replicas(beside: self) }
        guard taken > 0, let least = minReplicas, least > 1 else { return self }
        var json = json
        json["minReplicas"] = .int(Int64(max(1, least - taken)))
        return Component(kind, json)
    }
}
