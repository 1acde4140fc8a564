import Base
package import KubeModel

/// What is to be done for a PersistentVolume now.
package enum VolumePlan: Equatable {
    case rest
    /// Its phase is to say where it stands.
    case setPhase(String)
    /// Its claim is gone and its class says that it goes too, with what it holds.
    case reclaim
    /// It is deleted and nobody holds it: it may go.
    case release

    /// Decides from the claim that the volume's claimRef names, nil where there is none.
    package static func decide(_ volume: KubeObject, claim: KubeObject?) -> VolumePlan {
        let phase = phase(of: volume, claim)
        if volume.isTerminating {
            return phase != "Bound" && volume.finalizers.contains(VolumeFinalizer.volume) ? .release : .rest
        }
        if volume.status["phase"].string != phase { return .setPhase(phase) }
        return phase == "Released" && isOurs(volume) ? .reclaim : .rest
    }

    private static func phase(of volume: KubeObject, _ claim: KubeObject?) -> String {
        let reference = volume.spec["claimRef"]
        guard let uid = reference["uid"].string, !uid.isEmpty else { return "Available" }
        return claim?.uid == uid ? "Bound" : "Released"
    }

    /// Whether the volume was made here, and is to go with its claim.
    private static func isOurs(_ volume: KubeObject) -> Bool {
        volume.spec["persistentVolumeReclaimPolicy"].string == "Delete"
            && volume.annotations[VolumeAnnotation.provisionedBy] == HostPathClass.provisioner
    }
}

/// The default StorageClass: every claim gets a folder of its own.
package struct HostPathClass {
    static let provisioner = "roost.dev/hostpath"

    /// The folder that holds the volumes' folders.
    let folder: String

    /// The class of volumes below `folder`.
    package init(folder: String) { self.folder = folder }

    /// The StorageClass that stands for it.
    package static func makeStorageClass() -> KubeObject {
        var object = KubeObject(.storageClasses, kind: "StorageClass", name: "standard")
        object.annotate(VolumeAnnotation.defaultClass, "true")
        object["provisioner"] = .string(provisioner)
        object["reclaimPolicy"] = "Delete"
        object["volumeBindingMode"] = "Immediate"
        return object
    }

    /// The volume for a claim, held for it from the start; its name follows from the claim, so that it is made once.
    package func makeVolume(for claim: KubeObject, _ storageClass: KubeObject) -> KubeObject {
        let name = "pvc-\(claim.uid)"
        var volume = KubeObject(.persistentVolumes, kind: "PersistentVolume", name: name)
        volume.annotate(VolumeAnnotation.provisionedBy, HostPathClass.provisioner)
        volume.spec = [
            "capacity": ["storage": claim.spec["resources"]["requests"]["storage"]],
            "accessModes": claim.spec["accessModes"],
            "volumeMode": .string(claim.spec["volumeMode"].string ?? "Filesystem"),
            "storageClassName": .string(storageClass.name),
            "persistentVolumeReclaimPolicy": .string(storageClass["reclaimPolicy"].string ?? "Delete"),
            "hostPath": ["path": .string(path(for: claim)), "type": "DirectoryOrCreate"],
        ]
        return ClaimPlan.reserved(volume, for: claim)
    }

    /// Whether a path is one that this class gave out.
    package func owns(_ path: String) -> Bool { path.hasPrefix("\(folder)/pvc-") && !path.contains("/..") }

    private func path(for claim: KubeObject) -> String {
        "\(folder)/pvc-\(claim.uid)_\(claim.namespace ?? "default")_\(claim.name)"
    }
}

extension ResourceID {
    static let storageClasses = ResourceID("storage.k8s.io", "v1", "storageclasses")
}
