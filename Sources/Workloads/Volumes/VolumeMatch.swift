import Base
import KubeModel

/// Which PersistentVolume serves a claim.
enum VolumeMatch {
    /// The volume made for the claim, or the smallest free one that has what the claim asks for.
    static func find(for claim: KubeObject, among volumes: [KubeObject]) -> KubeObject? {
        if let name = claim.spec["volumeName"].string, !name.isEmpty {
            return volumes.first { $0.name == name && mayServe($0, claim) }
        }
        if let promised = volumes.first(where: { !$0["spec"]["claimRef"].isNull && isReserved($0, for: claim) }) {
            return promised
        }
        return volumes.filter { $0.spec["claimRef"].isNull && suits($0, claim) }
            .min { (capacity(of: $0), $0.name) < (capacity(of: $1), $1.name) }
    }

    /// Whether the volume is held for this claim and no other.
    static func isReserved(_ volume: KubeObject, for claim: KubeObject) -> Bool {
        let reference = volume.spec["claimRef"]
        guard reference["name"].string == claim.name, reference["namespace"].string == claim.namespace else {
            return false
        }
        return [nil, "", claim.uid].contains(reference["uid"].string)
    }

    /// The class that an object asks for; nil where it leaves that open.
    static func className(of object: KubeObject) -> String? {
        object.annotations["volume.beta.kubernetes.io/storage-class"] ?? object.spec["storageClassName"].string
    }

    private static func mayServe(_ volume: KubeObject, _ claim: KubeObject) -> Bool {
        volume.spec["claimRef"].isNull || isReserved(volume, for: claim)
    }

    /// Whether a free volume has the class, the modes, the labels and the room that the claim asks for.
    private static func suits(_ volume: KubeObject, _ claim: KubeObject) -> Bool {
        guard !volume.isTerminating, volume.status["phase"].string != "Failed",
            (className(of: volume) ?? "") == (className(of: claim) ?? ""),
            (volume.spec["volumeMode"].string ?? "Filesystem") == (claim.spec["volumeMode"].string ?? "Filesystem"),
            Set(claim.spec["accessModes"].strings).isSubset(of: volume.spec["accessModes"].strings)
        else { return false }
        let selector = claim.spec["selector"]
        // A selector that cannot be read selects nothing.
        if !selector.isNull, (try? LabelSelector(json: selector))?.matches(volume.labels) != true { return false }
        return capacity(of: volume) >= request(of: claim)
    }

    private static func capacity(of volume: KubeObject) -> Quantity {
        Quantity(volume.spec["capacity"]["storage"]) ?? .zero
    }

    private static func request(of claim: KubeObject) -> Quantity {
        Quantity(claim.spec["resources"]["requests"]["storage"]) ?? .zero
    }
}

/// The annotations by which volumes and claims remember how they came together.
enum VolumeAnnotation {
    static let boundByController = "pv.kubernetes.io/bound-by-controller"
    static let bindCompleted = "pv.kubernetes.io/bind-completed"
    static let provisionedBy = "pv.kubernetes.io/provisioned-by"
    static let provisioner = "volume.kubernetes.io/storage-provisioner"
    static let defaultClass = "storageclass.kubernetes.io/is-default-class"
}

/// The finalizers that keep volumes and claims in use from going.
enum VolumeFinalizer {
    static let claim = "kubernetes.io/pvc-protection"
    static let volume = "kubernetes.io/pv-protection"
}
