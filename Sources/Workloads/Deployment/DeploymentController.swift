import Base
import KubeClient
import KubeModel

/// Brings the ReplicaSets of each Deployment to what its template and its size ask for.
struct DeploymentController: Sendable {
    private let api: any KubernetesAPI
    private let deployments: Informer
    private let sets: Informer
    private let pods: Informer
    private let setsByOwner: ClaimIndex
    private let podsByOwner: ClaimIndex
    private let events: EventRecorder
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, time: any TimeSource) {
        self.api = api
        self.time = time
        deployments = caches[.deployments]
        sets = caches[.replicaSets]
        pods = caches[.pods]
        setsByOwner = caches.claims(on: .replicaSets)
        podsByOwner = caches.claims(on: .pods)
        events = EventRecorder(api, component: "deployment-controller", time: time)
    }

    /// The controller, watching what it needs.
    func makeController() -> Controller {
        let controller = Controller("deployment-controller", time: time) { try await reconcile($0) }
        controller.watchSpecs(deployments)
        controller.watchOwned(sets, by: "Deployment")
        // Recreate waits for the last old pod to go; everything else is told by the ReplicaSets.
        pods.onChange { before, after in
            guard after == nil, let owner = before?.controller, owner.kind == "ReplicaSet",
                let set = sets.get(ObjectKey(namespace: before?.namespace, name: owner.name)),
                let deployment = set.controller
            else { return }
            controller.queue.add(ObjectKey(namespace: set.namespace, name: deployment.name))
        }
        return controller
    }

    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let object = deployments.get(key) else { return .settled }
        let selector = try LabelSelector(json: object.spec["selector"])
        let claims = Claims.decide(object, selector: selector, setsByOwner.candidates(for: object))
        let owned = try await Adoption(api: api).settle(claims, of: object, in: .replicaSets).map { ReplicaSet($0) }
        let deployment = Deployment(object)
        let plan = DeploymentPlan.decide(deployment, sets: owned, hasPods: hasPods, now: time.wall())
        for step in plan.steps { try await perform(step, for: deployment) }
        try await write(plan, to: object)
        return plan.recheck.map { .again(after: $0) } ?? .settled
    }

    private func hasPods(_ set: ReplicaSet) -> Bool {
        podsByOwner.controlled(by: set.uid).contains { !Pod($0).isFinished }
    }

    private func perform(_ step: DeploymentPlan.Step, for deployment: Deployment) async throws {
        switch step {
        case .create(let set):
            try await create(set, for: deployment)
        case .update(let set, let was):
            _ = try await api.update(.replicaSets, set.object)
            await tellScaling(deployment.object, set, from: was.replicas)
        case .delete(let set):
            let options = DeleteOptions(uid: set.uid, resourceVersion: set.object.resourceVersion)
            try await api.delete(.replicaSets, set.object.key, options)
        }
    }

    private func create(_ set: ReplicaSet, for deployment: Deployment) async throws {
        do throws(APIStatus) {
            _ = try await api.create(.replicaSets, set.object)
        } catch {
            guard error.reason == .alreadyExists else {
                let why = "Failed to create new replica set \"\(set.name)\": \(error.message)"
                if !error.isOfTerminatingNamespace {
                    await events.warning(deployment.object, "ReplicaSetCreateError", why)
                }
                throw error
            }
            try await resolveCollision(set, for: deployment)
            throw error
        }
        await tellScaling(deployment.object, set, from: 0)
    }

    /// The name is taken: by what was just made and is not in the cache yet, or by another template of the same hash.
    private func resolveCollision(_ set: ReplicaSet, for deployment: Deployment) async throws(APIStatus) {
        guard let taken = try await api.find(.replicaSets, set.object.key) else { return }
        let isOurs = taken.controller?.uid == deployment.object.uid
        if isOurs, Revisions.isSame(taken.spec["template"], set.object.spec["template"]) { return }
        var object = deployment.object
        object.status["collisionCount"] = .int(Int64(deployment.collisionCount + 1))
        _ = try await api.updateStatus(.deployments, object)
    }

    private func tellScaling(_ deployment: KubeObject, _ set: ReplicaSet, from before: Int) async {
        guard set.replicas != before else { return }
        let direction = set.replicas > before ? "up" : "down"
        let message = "Scaled \(direction) replica set \(set.name) from \(before) to \(set.replicas)"
        await events.normal(deployment, "ScalingReplicaSet", message)
    }

    /// Writes status and revision together: a revision is no change of the Deployment that asks for a new generation.
    private func write(_ plan: DeploymentPlan, to object: KubeObject) async throws(APIStatus) {
        var changed = object
        changed.status = plan.status
        if let revision = plan.revision { changed.annotate(Annotation.revision, String(revision)) }
        guard changed != object else { return }
        _ = try await api.updateStatus(.deployments, changed)
    }
}
