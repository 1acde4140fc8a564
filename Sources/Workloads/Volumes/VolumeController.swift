import Base
import KubeClient
import KubeModel

/// Says of every PersistentVolume where it stands, and takes away those that were made for a claim that is gone.
struct VolumeController: Sendable {
    private let api: any KubernetesAPI
    private let volumes: Informer
    private let claims: Informer
    private let provisioner: HostPathClass
    private let removeFolder: @Sendable (String) async throws -> Void
    private let events: EventRecorder
    private let time: any TimeSource

    init(
        _ api: any KubernetesAPI,
        _ caches: Caches,
        provisioner: HostPathClass,
        removeFolder: @escaping @Sendable (String) async throws -> Void,
        time: any TimeSource
    ) {
        self.api = api
        self.provisioner = provisioner
        self.removeFolder = removeFolder
        self.time = time
        volumes = caches[.persistentVolumes]
        claims = caches[.persistentVolumeClaims]
        events = EventRecorder(api, component: "persistentvolume-controller", time: time)
    }

    /// The controller, watching what it needs.
    func makeController() -> Controller {
        let controller = Controller("persistentvolume-controller", time: time) { try await reconcile($0) }
        controller.watch(volumes)
        controller.watch(claims) { claim in
            let name = claim.spec["volumeName"].string ?? ""
            return name.isEmpty ? [] : [ObjectKey(name: name)]
        }
        return controller
    }

    func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let volume = volumes.get(key) else { return .settled }
        let claim = try await claim(of: volume)
        switch VolumePlan.decide(volume, claim: claim) {
        case .rest:
            break
        case .setPhase(let phase):
            try await setPhase(phase, of: volume)
        case .reclaim:
            try await reclaim(volume)
        case .release:
            var released = volume
            released.metadata["finalizers"] = JSON(volume.finalizers.filter { $0 != VolumeFinalizer.volume })
            _ = try await api.update(.persistentVolumes, released)
        }
        return .settled
    }

    /// The claim that holds the volume. One that the cache does not show is asked for: a mistake would cost data.
    private func claim(of volume: KubeObject) async throws(APIStatus) -> KubeObject? {
        let reference = volume.spec["claimRef"]
        guard let name = reference["name"].string, let uid = reference["uid"].string, !uid.isEmpty else { return nil }
        let key = ObjectKey(namespace: reference["namespace"].string, name: name)
        if let known = claims.get(key), known.uid == uid { return known }
        return try await api.find(.persistentVolumeClaims, key)
    }

    private func setPhase(_ phase: String, of volume: KubeObject) async throws(APIStatus) {
        var changed = volume
        changed.status["phase"] = .string(phase)
        changed.status["lastPhaseTransitionTime"] = .string(time.wall().rfc3339)
        _ = try await api.updateStatus(.persistentVolumes, changed)
    }

    private func reclaim(_ volume: KubeObject) async throws {
        let path = volume.spec["hostPath"]["path"].string ?? ""
        guard provisioner.owns(path) else {
            let why = "folder \"\(path)\" was not given out here: delete the volume and its data by hand"
            await events.warning(volume, "VolumeFailedDelete", why)
            return
        }
        do {
            try await removeFolder(path)
        } catch {
            await events.warning(volume, "VolumeFailedDelete", "\(error)")
            throw error
        }
        try await api.delete(.persistentVolumes, volume.key, DeleteOptions(uid: volume.uid))
    }
}
