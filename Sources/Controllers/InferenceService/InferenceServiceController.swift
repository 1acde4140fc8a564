import Base
import KServeModel
import KubeClient
import KubeModel

/// Carries out InferenceServices in Standard mode: writes their objects, then, once, their status.
struct InferenceServiceController: Sendable {
    private let api: any KubernetesAPI
    private let caches: Caches
    private let events: EventRecorder
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
        controller.watch(caches.inferenceServices)
        for cache in caches.owned { controller.watchOwned(cache.informer, by: "InferenceService") }
        controller.watch(caches.pods) { pod in
            pod.labels[LabelKey.inferenceService].map { [ObjectKey(namespace: pod.namespace, name: $0)] } ?? []
        }
        // A runtime that changes may mend or change any service that may use it, a setting any service.
        controller.watch(caches.runtimes) { [caches] runtime in
            caches.inferenceServices.list { $0.namespace == runtime.namespace }.map(\.key)
        }
        for informer in [caches.clusterRuntimes, caches.configuration] + caches.definitions {
            controller.watch(informer) { [caches] _ in caches.inferenceServices.list().map(\.key) }
        }
        try await controller.run()
    }

    /// Brings the objects of one service to what it says.
    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let stored = caches.inferenceServices.get(key), !stored.isTerminating else { return .settled }
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
        let configuration = try readConfiguration()
        var service = InferenceService(stored)
        // Stored objects have their defaults; where no webhook gave them any, the same ones hold here.
        service.applyDefaults(configuration)
        let mode = service.deploymentMode(configuration)
        guard mode == .standard else { throw InferenceServiceController.rejection(of: mode, service.name) }
        status.json["deploymentMode"] = .string(mode.rawValue)
        if service.isStopped {
            try await deleteObjects(of: service, keeping: [])
            return status.stop()
        }
        let plan = try ServicePlan(
            service,
            runtimes: caches.runtimes(for: service.namespace),
            configuration: configuration,
            served: caches.served,
            readyCanaries: Set(service.canaries.filter { isRunning($0, of: service) }.map(\.name))
        )
        try await write(plan)
        verdict(on: plan).settle(&status, for: plan)
    }

    private func readConfiguration() throws(PlanFault) -> PlatformConfiguration {
        do {
            return try PlatformConfiguration(configMap: caches.configuration.get(PlatformConfiguration.key))
        } catch {
            throw PlanFault("InvalidConfiguration", error.description)
        }
    }

    private static func rejection(of mode: DeploymentMode, _ name: String) -> PlanFault {
        PlanFault(
            mode == .knative ? "ServerlessModeRejected" : "DeploymentModeRejected",
            "the resolved deployment mode of InferenceService '\(name)' is \(mode.rawValue), which is not available"
        )
    }

    private func isRunning(_ canary: Canary, of service: InferenceService) -> Bool {
        let name = service.workloadName(canary.predictor)
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
    /// Writes the plan's objects where they differ, then takes away what the service no longer wants.
    private func write(_ plan: ServicePlan) async throws {
        let writer = ObjectWriter(api: api)
        let namespace = plan.service.namespace
        var wanted: Set<OwnedName> = []
        for workload in plan.workloads + plan.canaries.map(\.workload) {
            let deployment = caches.get(.deployments, namespace, workload.name)
            try await writer.settle(workload.deployment, .deployments, current: deployment) { stamped in
                workload.withReplicas(stamped, over: deployment)
            }
            let objects =
                [(ResourceID.services, workload.service)]
                + (workload.autoscaler.map { [($0.resource, $0.object)] } ?? [])
            for (resource, object) in objects {
                try await writer.settle(object, resource, current: caches.get(resource, namespace, object.name))
                wanted.insert(OwnedName(resource: resource, name: object.name))
            }
            wanted.insert(OwnedName(resource: .deployments, name: workload.name))
        }
        for route in plan.routes {
            try await writer.settle(route, .httpRoutes, current: caches.get(.httpRoutes, namespace, route.name))
            wanted.insert(OwnedName(resource: .httpRoutes, name: route.name))
        }
        try await deleteObjects(of: plan.service, keeping: wanted)
    }

    private struct OwnedName: Hashable {
        let resource: ResourceID
        let name: String
    }

    private func deleteObjects(of service: InferenceService, keeping wanted: Set<OwnedName>) async throws {
        let writer = ObjectWriter(api: api)
        for cache in caches.owned {
            for object in cache.byOwner.objects(service.object.uid)
            where !wanted.contains(OwnedName(resource: cache.resource, name: object.name)) {
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
