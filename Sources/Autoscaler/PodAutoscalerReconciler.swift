import Base
import KubeClient
import KubeModel
import Scaling

/// Brings the replicas of one PodAutoscaler's target to what was decided, and says how things stand.
struct PodAutoscalerReconciler: Sendable {
    private let api: any KubernetesAPI
    private let caches: Caches
    private let deciders: Deciders
    private let settings: Settings
    private let horizontal: HorizontalAutoscaling
    private let events: EventRecorder
    /// PodAutoscalers and pods by the Deployment that they are of.
    private let autoscalersByTarget: KeyIndex
    private let podsByTarget: KeyIndex
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, deciders: Deciders, time: any TimeSource) {
        self.api = api
        self.caches = caches
        self.deciders = deciders
        self.time = time
        settings = Settings(caches.settings)
        horizontal = HorizontalAutoscaling(api, caches, time: time)
        events = EventRecorder(api, component: "autoscaler", time: time)
        autoscalersByTarget = KeyIndex(caches.autoscalers) { [PodAutoscaler($0).target?.description].compactMap { $0 } }
        podsByTarget = KeyIndex(caches.pods) { [StartFault.deployment(of: $0)?.description].compactMap { $0 } }
    }

    /// The controller, watching what it needs.
    func makeController() -> Controller {
        let controller = Controller("autoscaler", time: time) { try await reconcile($0) }
        controller.watch(caches.autoscalers)
        controller.watch(caches.deployments) { autoscalers(of: $0.key) }
        controller.watch(caches.pods) { pod in
            StartFault(pod: pod) == nil ? [] : StartFault.deployment(of: pod).map(autoscalers) ?? []
        }
        controller.watch(caches.services)
        controller.watchOwned(caches.horizontal, by: "PodAutoscaler")
        caches.settings.onChange { _, _ in
            for autoscaler in caches.autoscalers.list() { controller.queue.add(autoscaler.key) }
        }
        return controller
    }

    private func autoscalers(of target: ObjectKey) -> [ObjectKey] {
        autoscalersByTarget.objects(target.description).map(\.key)
    }

    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let object = caches.autoscalers.get(key), !object.isTerminating else {
            deciders.remove(key)
            return .settled
        }
        let autoscaler = PodAutoscaler(object)
        guard let target = autoscaler.target else {
            throw Terminal("spec.scaleTargetRef: only Deployments of apps/v1 are scaled")
        }
        if autoscaler.isHorizontal {
            deciders.remove(key)
            try await write(try await horizontal.settle(autoscaler, settings.current), of: autoscaler)
            return .settled
        }
        return try await scale(autoscaler, caches.deployments.get(target))
    }

    /// Scales by load.
    private func scale(_ autoscaler: PodAutoscaler, _ target: KubeObject?) async throws -> Next {
        let now = time.wall()
        let ready = target?.status["readyReplicas"].int ?? 0
        let isServed = caches.services.get(autoscaler.key) != nil
        let scaling = autoscaler.scaling(settings.current)
        let decider = deciders.current(autoscaler.key, scaling, ready: ready, now: now)
        let state = autoscaler.state(proxiedSince: decider.proxiedSince, now: now)
        // The gateway is in the path of everything it knows of.
        let step = scaling.step(desired: isServed ? decider.desired : -1, state) { true }
        if step.applies, let target { try await rescale(target, to: step, for: autoscaler, decider) }
        deciders.conclude(autoscaler.key, wanted: step.replicas, now: now)

        let (activity, isInitialized) = scaling.conclude(
            wanted: step.replicas,
            ready: ready,
            state,
            isServed: isServed
        )
        var status = PodAutoscalerStatus(of: autoscaler.object, now: now)
        status.setScale(desired: step.replicas, actual: ready)
        status.setActivity(activity)
        status.setFault(ready == 0 && step.replicas != 0 ? fault(of: target) : nil)
        status.setInitialized(isInitialized)
        status.setServed(isServed)
        status.setExplanation(ScaleExplanation(decider, step, ready: ready, now: now))
        try await write(status.concluded(), of: autoscaler)
        return step.wakesAfter.map { .again(after: $0) } ?? .settled
    }

    private func rescale(
        _ target: KubeObject,
        to step: RevisionStep,
        for autoscaler: PodAutoscaler,
        _ decider: RevisionDecider
    ) async throws(APIStatus) {
        let current = target.spec["replicas"].int ?? 1
        guard current != step.replicas else { return }
        let patch: JSON = ["spec": ["replicas": JSON(step.replicas)]]
        _ = try await api.patch(.deployments, target.key, .merge(patch), subresource: "scale")
        let rule = step.rule == .load ? decider.decision?.rule.rawValue ?? "load" : step.rule.rawValue
        await events.normal(
            autoscaler.object,
            "SuccessfulRescale",
            "Scaled \(target.name) from \(current) to \(step.replicas); rule: \(rule)"
        )
    }

    /// Why no replica of a target comes about, where somebody tells.
    private func fault(of target: KubeObject?) -> StartFault? {
        guard let target else { return nil }
        let faults = podsByTarget.objects(target.key.description).lazy.compactMap(StartFault.init(pod:))
        return faults.first ?? StartFault(deployment: target)
    }

    private func write(_ status: JSON, of autoscaler: PodAutoscaler) async throws(APIStatus) {
        guard status != autoscaler.object.status else { return }
        var changed = autoscaler.object
        changed.status = status
        _ = try await api.updateStatus(.podAutoscalers, changed)
    }
}
