import Base
import KubeModel

/// PersistentVolumes: storage that claims can be bound to.
enum PersistentVolumeKind {
    static let type = ResourceType.builtIn(
        .persistentVolumes,
        "PersistentVolume",
        message: "core.PersistentVolume",
        isNamespaced: false,
        table: table
    ) { type in
        type.shortNames = ["pv"]
        type.hasStatus = true
        type.applyDefaults = { volume in
            volume.json.update("spec") { spec in
                spec.setDefault("persistentVolumeReclaimPolicy", "Retain")
                spec.setDefault("volumeMode", "Filesystem")
                spec.update("hostPath") { $0.setDefault("type", "") }
            }
        }
        type.prepareForCreate = { volume in
            Finalizers.add("kubernetes.io/pv-protection", to: &volume)
            volume.status = ["phase": "Pending"]
            volume.status["lastPhaseTransitionTime"] = volume.metadata["creationTimestamp"]
        }
        type.validate = validate
    }

    private static let table: [TableColumn] = [
        .name,
        .text("Capacity") { $0.spec["capacity"].text("storage") },
        .text("Access Modes") { Cell.accessModes($0.spec["accessModes"]) },
        .text("Reclaim Policy") { $0.spec.text("persistentVolumeReclaimPolicy") },
        .text("Status") { $0.isTerminating ? "Terminating" : $0.status.text("phase") },
        .text("Claim") { volume in
            let claim = volume.spec["claimRef"]
            return claim.isNull ? "" : "\(claim.text("namespace"))/\(claim.text("name"))"
        },
        .text("StorageClass") { $0.spec.text("storageClassName") },
        .text("VolumeAttributesClass") { $0.spec["volumeAttributesClassName"].string ?? "<unset>" },
        .text("Reason") { $0.status.text("reason") },
        .age,
        .text("VolumeMode", wide: true) { $0.spec["volumeMode"].string ?? "<unset>" },
    ]

    /// Members of the spec that are no source of storage.
    private static let ownMembers: Set<String> = [
        "capacity", "accessModes", "claimRef", "persistentVolumeReclaimPolicy", "storageClassName", "mountOptions",
        "volumeMode", "nodeAffinity", "volumeAttributesClassName",
    ]

    private static func sources(_ spec: JSON) -> [String: JSON] {
        (spec.object ?? [:]).filter { !ownMembers.contains($0.key) }
    }

    private static func validate(_ volume: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        let spec = volume.spec
        var faults = VolumeRules.accessModeFaults(spec, needed: "spec.accessModes")
        faults += capacityFaults(spec["capacity"])
        let given = sources(spec).keys.sorted()
        if given.isEmpty { faults.append(.required("spec", "must specify a volume type")) }
        for extra in given.dropFirst() {
            faults.append(.forbidden("spec.\(extra)", "may not specify more than 1 volume type"))
        }
        if !spec["hostPath"].isNull {
            faults += FieldChecks.required("path", in: spec["hostPath"], at: "spec.hostPath")
        }
        let policies = ["Delete", "Recycle", "Retain"]
        faults += FieldChecks.oneOf(policies, "persistentVolumeReclaimPolicy", in: spec, at: "spec")
        faults += FieldChecks.oneOf(["Block", "Filesystem"], "volumeMode", in: spec, at: "spec")
        guard let old else { return faults }
        if sources(old.spec) != sources(spec) {
            let words = "spec.persistentvolumesource is immutable after creation"
            faults.append(.forbidden("spec.persistentvolumesource", words))
        }
        return faults + FieldChecks.immutable("volumeMode", from: old.spec, to: spec, at: "spec")
    }

    private static func capacityFaults(_ capacity: JSON) -> [FieldFault] {
        let names = (capacity.object ?? [:]).keys.sorted()
        if names.isEmpty { return [.required("spec.capacity")] }
        guard names == ["storage"] else {
            return [
                FieldFault.notSupported("spec.capacity", .string(names.first { $0 != "storage" } ?? ""), ["storage"])
            ]
        }
        guard let amount = Quantity(capacity["storage"]), amount <= Quantity.zero else { return [] }
        return [.invalid("spec.capacity[storage]", .string(amount.description), "must be greater than zero")]
    }
}

/// What volumes and claims have in common.
enum VolumeRules {
    /// The modes that storage is asked for: at least one, each known, the exclusive one alone.
    static func accessModeFaults(_ spec: JSON, needed path: String, _ detail: String = "") -> [FieldFault] {
        let modes = spec["accessModes"].strings
        if modes.isEmpty { return [.required(path, detail)] }
        let known = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"]
        let unknown = modes.filter { !known.contains($0) }
        if !unknown.isEmpty { return unknown.map { .notSupported("spec.accessModes", .string($0), known) } }
        guard modes.count > 1, modes.contains("ReadWriteOncePod") else { return [] }
        return [.forbidden("spec.accessModes", "may not use ReadWriteOncePod with other access modes")]
    }
}

/// Finalizers that a kind's objects have from birth.
enum Finalizers {
    static func add(_ finalizer: String, to object: inout KubeObject) {
        guard !object.finalizers.contains(finalizer) else { return }
        object.metadata["finalizers"] = JSON(object.finalizers + [finalizer])
    }
}
