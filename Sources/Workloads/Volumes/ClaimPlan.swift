import Base
package import KubeModel

/// What is to be done for a PersistentVolumeClaim now.
package enum ClaimPlan: Equatable {
    /// Nothing.
    case rest
    /// Bring both sides to say that they belong together.
    case bind(volume: KubeObject)
    /// Make a volume of this class, then bind.
    case provision(storageClass: KubeObject)
    /// The claim names no class: it gets the default one.
    case adoptClass(String)
    /// Nothing serves it; `reason` and `message` are the event.
    case wait(reason: String, message: String, isWarning: Bool)
    /// Its volume is gone.
    case lost(message: String)
    /// Nothing uses it any more: it may go.
    case release

    /// Decides from all volumes and classes; `isUsed` says whether a pod uses the claim.
    package static func decide(
        _ claim: KubeObject,
        volumes: [KubeObject],
        classes: [KubeObject],
        isUsed: Bool
    ) -> ClaimPlan {
        if claim.isTerminating {
            return !isUsed && claim.finalizers.contains(VolumeFinalizer.claim) ? .release : .rest
        }
        if let name = claim.spec["volumeName"].string, !name.isEmpty {
            return decideBound(claim, to: name, volumes)
        }
        if let volume = VolumeMatch.find(for: claim, among: volumes) { return .bind(volume: volume) }
        return decideClass(claim, classes)
    }

    private static func decideBound(_ claim: KubeObject, to name: String, _ volumes: [KubeObject]) -> ClaimPlan {
        if let volume = VolumeMatch.find(for: claim, among: volumes) {
            return isSettled(claim, volume) ? .rest : .bind(volume: volume)
        }
        let isBound = claim.annotations[VolumeAnnotation.bindCompleted] != nil
        guard isBound else {
            return volumes.contains { $0.name == name }
                ? .wait(
                    reason: "FailedBinding",
                    message: "volume \"\(name)\" already bound to a different claim.",
                    isWarning: true
                ) : .rest
        }
        if claim.status["phase"].string == "Lost" { return .rest }
        return .lost(message: "Bound claim has lost its PersistentVolume. Data on the volume is lost!")
    }

    private static func decideClass(_ claim: KubeObject, _ classes: [KubeObject]) -> ClaimPlan {
        guard let name = VolumeMatch.className(of: claim) else {
            let byDefault = classes.first { $0.annotations[VolumeAnnotation.defaultClass] == "true" }
            return byDefault.map { .adoptClass($0.name) } ?? noVolume
        }
        if name.isEmpty { return noVolume }
        guard let storageClass = classes.first(where: { $0.name == name }) else {
            return .wait(
                reason: "ProvisioningFailed",
                message: "storageclass.storage.k8s.io \"\(name)\" not found",
                isWarning: true
            )
        }
        let provisioner = storageClass["provisioner"].string ?? ""
        if provisioner == HostPathClass.provisioner { return .provision(storageClass: storageClass) }
        if provisioner == "kubernetes.io/no-provisioner" { return noVolume }
        return .wait(
            reason: "ExternalProvisioning",
            message: "Waiting for a volume to be created either by the external provisioner '\(provisioner)' or "
                + "manually by the system administrator. If volume creation is delayed, please verify that the "
                + "provisioner is running and correctly registered.",
            isWarning: false
        )
    }

    private static let noVolume = ClaimPlan.wait(
        reason: "FailedBinding",
        message: "no persistent volumes available for this claim and no storage class is set",
        isWarning: false
    )

    /// Whether both sides already say that they belong together.
    private static func isSettled(_ claim: KubeObject, _ volume: KubeObject) -> Bool {
        volume.spec["claimRef"]["uid"].string == claim.uid && claim == bound(claim, to: volume)
    }
}

extension ClaimPlan {
    /// The volume, held for the claim.
    package static func reserved(_ volume: KubeObject, for claim: KubeObject) -> KubeObject {
        var volume = volume
        let wasFree = volume.spec["claimRef"].isNull
        if volume.spec["claimRef"]["uid"].string != claim.uid {
            volume.spec["claimRef"] = [
                "kind": "PersistentVolumeClaim", "apiVersion": "v1", "namespace": JSON(claim.namespace),
                "name": .string(claim.name), "uid": .string(claim.uid),
                "resourceVersion": .string(claim.resourceVersion),
            ]
        }
        if wasFree { volume.annotate(VolumeAnnotation.boundByController, "yes") }
        return volume
    }

    /// The claim, bound to the volume: spec, annotations and status.
    package static func bound(_ claim: KubeObject, to volume: KubeObject) -> KubeObject {
        var claim = claim
        if claim.spec["volumeName"].string != volume.name {
            claim.spec["volumeName"] = .string(volume.name)
            claim.annotate(VolumeAnnotation.boundByController, "yes")
        }
        claim.annotate(VolumeAnnotation.bindCompleted, "yes")
        claim.status["phase"] = "Bound"
        claim.status["accessModes"] = volume.spec["accessModes"]
        claim.status["capacity"] = volume.spec["capacity"]
        return claim
    }
}

extension KubeObject {
    /// Sets one annotation.
    mutating func annotate(_ name: String, _ value: String) {
        metadata[path: ["annotations", name]] = .string(value)
    }
}
