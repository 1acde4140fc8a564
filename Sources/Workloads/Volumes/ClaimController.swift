import Base
import KubeClient
import KubeModel

/// Brings every PersistentVolumeClaim together with a volume, and lets it go when no pod uses it any more.
struct ClaimController: Sendable {
    private let api: any KubernetesAPI
    private let claims: Informer
    private let volumes: Informer
    private let classes: Informer
    private let pods: Informer
    private let provisioner: HostPathClass
    private let events: EventRecorder
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, _ caches: Caches, provisioner: HostPathClass, time: any TimeSource) {
        self.api = api
        self.provisioner = provisioner
        self.time = time
        claims = caches[.persistentVolumeClaims]
        volumes = caches[.persistentVolumes]
        classes = caches[.storageClasses]
        pods = caches[.pods]
        events = EventRecorder(api, component: "persistentvolume-controller", time: time)
    }

    /// The controller, watching what it needs. One worker: two would give one volume away twice.
    func makeController() -> Controller {
        let controller = Controller("persistentvolumeclaim-controller", workers: 1, time: time) {
            try await reconcile($0)
        }
        controller.watch(claims)
        // A volume or a class may serve any claim that waits.
        let addOpen: Informer.Handler = { before, after in
            if before?.spec == after?.spec, before?.status["phase"] == after?.status["phase"] { return }
            for claim in claims.list() { controller.queue.add(claim.key) }
        }
        volumes.onChange(addOpen)
        classes.onChange { before, after in
            if before == nil || after == nil { for claim in claims.list() { controller.queue.add(claim.key) } }
        }
        controller.watch(pods) { pod in
            ClaimUse.names(of: pod).map { ObjectKey(namespace: pod.namespace, name: $0) }
        }
        return controller
    }

    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let claim = claims.get(key) else { return .settled }
        let plan = ClaimPlan.decide(
            claim,
            volumes: volumes.list(),
            classes: classes.list(),
            isUsed: ClaimUse.isUsed(claim, by: pods.list(in: key.namespace))
        )
        try await perform(plan, on: claim)
        return .settled
    }

    private func perform(_ plan: ClaimPlan, on claim: KubeObject) async throws(APIStatus) {
        switch plan {
        case .rest:
            break
        case .bind(let volume):
            try await bind(claim, to: volume)
        case .provision(let storageClass):
            try await provision(claim, storageClass)
        case .adoptClass(let name):
            _ = try await api.patch(
                .persistentVolumeClaims,
                claim.key,
                .merge(["metadata": ["uid": .string(claim.uid)], "spec": ["storageClassName": .string(name)]])
            )
        case .wait(let reason, let message, let isWarning):
            await tell(claim, reason, message, isWarning: isWarning)
        case .lost(let message):
            var lost = claim
            lost.status["phase"] = "Lost"
            _ = try await api.updateStatus(.persistentVolumeClaims, lost)
            await tell(claim, "ClaimLost", message, isWarning: true)
        case .release:
            var released = claim
            released.metadata["finalizers"] = JSON(claim.finalizers.filter { $0 != VolumeFinalizer.claim })
            _ = try await api.update(.persistentVolumeClaims, released)
        }
    }

    /// First the volume says whose it is, then the claim: stopped in between, the next run finds the volume promised.
    private func bind(_ claim: KubeObject, to volume: KubeObject) async throws(APIStatus) {
        let reserved = ClaimPlan.reserved(volume, for: claim)
        if reserved != volume { _ = try await api.update(.persistentVolumes, reserved) }
        let bound = ClaimPlan.bound(claim, to: volume)
        var written = claim
        if bound.spec != claim.spec || bound.annotations != claim.annotations {
            written = try await api.update(.persistentVolumeClaims, bound)
        }
        guard written.status != bound.status else { return }
        written.status = bound.status
        _ = try await api.updateStatus(.persistentVolumeClaims, written)
    }

    private func provision(_ claim: KubeObject, _ storageClass: KubeObject) async throws(APIStatus) {
        let volume = provisioner.makeVolume(for: claim, storageClass)
        do throws(APIStatus) {
            _ = try await api.create(.persistentVolumes, volume)
        } catch {
            // Made before and not in the cache yet; it comes, and with it the claim's next turn.
            if error.reason == .alreadyExists { return }
            await tell(claim, "ProvisioningFailed", error.message, isWarning: true)
            throw error
        }
        await tell(claim, "ProvisioningSucceeded", "Successfully provisioned volume \(volume.name)", isWarning: false)
    }

    private func tell(_ claim: KubeObject, _ reason: String, _ message: String, isWarning: Bool) async {
        if isWarning {
            await events.warning(claim, reason, message)
        } else {
            await events.normal(claim, reason, message)
        }
    }
}
