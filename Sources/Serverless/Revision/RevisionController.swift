import Base
import KubeClient
import KubeModel
import Scaling

/// Carries out Revisions: a Deployment, a Service in front of its pods, and what scales it.
struct RevisionController: Sendable {
    private let api: any KubernetesAPI
    private let caches: Caches
    private let events: EventRecorder
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.caches = caches
        self.time = time
        events = EventRecorder(api, component: "revision-controller", time: time)
    }

    /// Works until the task is cancelled.
    func run() async throws {
        let controller = Controller("revision", time: time) { key in try await reconcile(key) }
        controller.watch(caches.revisions)
        for informer in [caches.deployments, caches.autoscalers, caches.kubeServices] {
            controller.watchOwned(informer, by: "Revision")
        }
        controller.watch(caches.pods) { pod in
            pod.labels[ServingLabel.revision].map { [ObjectKey(namespace: pod.namespace, name: $0)] } ?? []
        }
        controller.watch(caches.configMaps) { [caches] _ in caches.revisions.list().map(\.key) }
        try await controller.run()
    }

    private func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let stored = caches.revisions.get(key), !stored.isTerminating else { return .settled }
        let revision = Revision(stored)
        var verdict = RevisionVerdict(stored, now: time.wall())
        var fault: Terminal?
        do {
            try await carryOut(revision, &verdict)
        } catch let foreign as ForeignObject {
            verdict.refuse(foreign.kind, foreign.key.name)
            fault = Terminal(foreign.description)
        } catch let refused as APIStatus where [.invalid, .badRequest, .forbidden].contains(refused.reason) {
            verdict.refuse(refused.message)
            fault = Terminal(refused.message)
        }
        try await StatusWriter(api: api).store(verdict.json, of: stored, .knativeRevisions)
        if verdict.isReady, !revision.isReady {
            await events.normal(stored, "RevisionReady", "Revision becomes ready upon all resources being ready")
        }
        if let fault { throw fault }
        return .settled
    }

    private func carryOut(_ revision: Revision, _ verdict: inout RevisionVerdict) async throws {
        let settings = caches.settings
        let objects = RevisionObjects(revision, progressDeadline: settings.progressDeadline)
        let writer = ObjectWriter(api: api)
        let deploymentKey = ObjectKey(namespace: revision.namespace, name: revision.deploymentName)
        let key = revision.object.key
        let deployment = caches.deployments.get(deploymentKey)
        try await writer.settle(objects.deployment, .deployments, current: deployment) { stamped in
            withReplicas(stamped, of: revision, over: deployment, settings)
        }
        if let deployment {
            verdict.follow(deployment, pod: caches.pod(of: revision.object))
        } else {
            verdict.startDeploying()
        }
        try await writer.settle(objects.service, .services, current: caches.kubeServices.get(key))
        let autoscaler = caches.autoscalers.get(key)
        // Pods that cannot run are not waited for: the autoscaler lets them go.
        let isIdle = deployment?.spec["replicas"].int ?? 0 > 0 && deployment?.status["readyReplicas"].int ?? 0 == 0
        let wanted = objects.autoscaler(
            class: settings.autoscaler.podAutoscalerClass,
            hasFailed: verdict.isBroken && isIdle
        )
        verdict.follow(autoscaler: autoscaler)
        try await writer.settle(wanted, .podAutoscalers, current: autoscaler)
    }

    /// A new Deployment begins with the initial scale; after that its replicas are the autoscaler's.
    private func withReplicas(
        _ deployment: KubeObject,
        of revision: Revision,
        over current: KubeObject?,
        _ settings: ServerlessSettings
    ) -> KubeObject {
        let scaling = RevisionScaling(
            annotations: revision.object.annotations,
            containerConcurrency: revision.containerConcurrency,
            reachability: .unknown,
            config: settings.autoscaler
        )
        var deployment = deployment
        deployment.spec["replicas"] = current?.spec["replicas"] ?? .int(Int64(scaling.decider.initialScale))
        return deployment
    }
}
