import Base
import KServeModel
import KubeClient
import KubeModel

/// Carries out InferenceServices: writes their objects, then, once, their status.
struct InferenceServiceController: Sendable {
    let api: any KubernetesAPI
    let caches: Caches
    private let events: EventRecorder
    private let plans = PlanBook()
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.caches = caches
        self.time = time
        events = EventRecorder(api, component: "v1beta1Controllers", time: time)
    }

    /// Works until the task is cancelled.
    func run() async throws {
        let controller = Controller("inferenceservice", time: time) { key in try await reconcile(key) }
        // In Knative mode the shares of the traffic follow from the revisions that the status remembers.
        controller.watchSpecs(caches.inferenceServices) { $0.status["components"] }
        for cache in caches.owned { controller.watchOwned(cache.informer, by: "InferenceService") }
        // Pods, and what Knative makes of a service's parts, bear its name.
        for informer in [caches.pods] + caches.owned.filter({ $0.resource == .httpRoutes }).map(\.informer) {
            controller.watch(informer) { object in
                object.labels[LabelKey.inferenceService].map { [ObjectKey(namespace: object.namespace, name: $0)] }
                    ?? []
            }
        }
        // A runtime that changes may mend or change any service that may use it, a setting any service.
        controller.watch(caches.runtimes) { [caches] runtime in
            caches.inferenceServices.list { $0.namespace == runtime.namespace }.map(\.key)
        }
        for informer in [caches.clusterRuntimes, caches.configuration, caches.scaling] + caches.definitions {
            controller.watch(informer) { [caches] _ in caches.inferenceServices.list().map(\.key) }
        }
        try await controller.run()
    }

    /// Brings the objects of one service to what it says.
    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let stored = caches.inferenceServices.get(key), !stored.isTerminating else {
            plans.forget(key)
            return .settled
        }
        var status = InferenceServiceStatus(stored, now: time.wall())
        if stored.annotations[AnnotationKey.disableAutoUpdate] == "true", status.isReady { return .settled }
        status.json["observedGeneration"] = .int(Int64(stored.generation))
        var fault: PlanFault?
        do {
            try await carryOut(stored, &status)
        } catch let found as PlanFault {
            fault = found
        } catch let foreign as ForeignObject {
            fault = PlanFault("NameTaken", foreign.description)
        } catch let refused as APIStatus where [.invalid, .badRequest, .forbidden].contains(refused.reason) {
            fault = PlanFault("ReconcileFailed", refused.message)
        }
        if let fault { status.refuse(fault) }
        try await store(status, of: stored, fault)
        if let fault { throw Terminal(fault.description) }
        return .settled
    }

    private func carryOut(_ stored: KubeObject, _ status: inout InferenceServiceStatus) async throws {
        let configuration = try caches.readConfiguration()
        var service = InferenceService(stored)
        // Stored objects have their defaults; where no webhook gave them any, the same ones hold here.
        service.applyDefaults(configuration)
        let mode = service.deploymentMode(configuration)
        switch mode {
        case .standard: break
        case .knative where caches.served.knativeServices: break
        default: throw InferenceServiceController.rejection(of: mode, service.name)
        }
        status.json["deploymentMode"] = .string(mode.rawValue)
        if service.isStopped {
            try await write([], of: service)
            return status.stop(service)
        }
        if mode == .knative { return try await carryOutKnative(service, configuration, &status) }
        let entry = try plans.plan(standardBasis(service, configuration))
        try await write(entry.objects, of: entry.plan.service)
        verdict(on: entry.plan).settle(&status, for: entry.plan)
    }

    private func standardBasis(
        _ service: InferenceService,
        _ configuration: PlatformConfiguration
    ) -> ServicePlan.Basis {
        func deployment(_ variant: String) -> KubeObject? {
            let name =
                variant.isEmpty
                ? service.workloadName(service.predictor) : WorkloadName.predictor(service.name, variant: variant)
            return caches.get(.deployments, service.namespace, name)
        }
        let names = service.canaries.isEmpty ? [StandardRollout.latestName] : service.canaries.map(\.name)
        return ServicePlan.Basis(
            service,
            runtimes: caches.runtimes(for: service.namespace),
            configuration: configuration,
            served: caches.served,
            readyCanaries: Set(names.filter { isRunning($0, of: service) }),
            versions: RememberedVersions(stable: deployment(""), latest: deployment(StandardRollout.latestName))
        )
    }

    private static func rejection(of mode: DeploymentMode, _ name: String) -> PlanFault {
        PlanFault(
            mode == .knative ? "ServerlessModeRejected" : "DeploymentModeRejected",
            "the resolved deployment mode of InferenceService '\(name)' is \(mode.rawValue), which is not available"
        )
    }

    private func isRunning(_ canary: String, of service: InferenceService) -> Bool {
        let name = WorkloadName.predictor(service.name, variant: canary)
        let deployment = caches.get(.deployments, service.namespace, name)
        if (deployment?.status["availableReplicas"].int ?? 0) > 0 { return true }
        guard let autoscaler = caches.get(.podAutoscalers, service.namespace, name) else { return false }
        return WorkloadReadiness(deployment: deployment, wokenBy: autoscaler).status == .true
    }

    private func verdict(on plan: ServicePlan) -> ServiceVerdict {
        let namespace = plan.service.namespace
        var verdict = ServiceVerdict()
        for workload in plan.workloads {
            verdict.deployments[workload.name] = caches.get(.deployments, namespace, workload.name)
            verdict.autoscalers[workload.name] = caches.get(.podAutoscalers, namespace, workload.name)
        }
        for route in plan.routes { verdict.routes[route.name] = caches.get(.httpRoutes, namespace, route.name) }
        verdict.pods = caches.pods(namespace, workload: plan.service.workloadName(plan.service.predictor))
        for canary in plan.canaries {
            verdict.canaryPods[canary.name] = caches.pods(namespace, workload: canary.workload.name)
        }
        return verdict
    }
}

extension InferenceServiceController {
    /// Writes objects where they differ, then takes away what the service no longer wants.
    func write(_ objects: [WantedObject], of service: InferenceService) async throws {
        let writer = ObjectWriter(api: api)
        var kept: [ResourceID: Set<String>] = [:]
        for wanted in objects {
            let name = wanted.object.key.name
            let current = caches.get(wanted.resource, service.namespace, name)
            try await writer.settle(wanted.object, wanted.resource, current: current) { wanted.adapt($0, current) }
            kept[wanted.resource, default: []].insert(name)
        }
        for cache in caches.owned {
            for object in cache.byOwner.objects(service.object.uid)
            where kept[cache.resource]?.contains(object.name) != true {
                try await writer.delete(object, cache.resource, of: service.object)
            }
        }
    }

    /// Stores the status where it has changed, and tells people what changed in it.
    private func store(_ status: InferenceServiceStatus, of stored: KubeObject, _ fault: PlanFault?) async throws {
        var object = stored
        object.status = status.finished()
        guard object.status != stored.status else { return }
        _ = try await api.updateStatus(.inferenceServices, object)
        for event in StatusEvent.events(from: stored, to: object, fault: fault) {
            if event.isWarning {
                await events.warning(stored, event.reason, event.message)
            } else {
                await events.normal(stored, event.reason, event.message)
            }
        }
    }
}
