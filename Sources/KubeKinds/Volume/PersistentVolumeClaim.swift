import Base
import KubeModel

/// PersistentVolumeClaims: what pods ask of storage.
enum PersistentVolumeClaimKind {
    static let type = ResourceType.builtIn(
        .persistentVolumeClaims,
        "PersistentVolumeClaim",
        message: "core.PersistentVolumeClaim",
        table: table
    ) { type in
        type.shortNames = ["pvc"]
        type.hasStatus = true
        type.applyDefaults = { claim in claim.json.update("spec") { $0.setDefault("volumeMode", "Filesystem") } }
        type.prepareForCreate = { claim in
            Finalizers.add("kubernetes.io/pvc-protection", to: &claim)
            claim.status = ["phase": "Pending"]
        }
        type.validate = validate
    }

    private static let table: [TableColumn] = [
        .name,
        .text("Status") { $0.isTerminating ? "Terminating" : $0.status.text("phase") },
        .text("Volume") { $0.spec.text("volumeName") },
        .text("Capacity") { isBound($0) ? $0.status["capacity"].text("storage") : "" },
        .text("Access Modes") { isBound($0) ? Cell.accessModes($0.status["accessModes"]) : "" },
        .text("StorageClass", storageClass),
        .text("VolumeAttributesClass") { $0.spec["volumeAttributesClassName"].string ?? "<unset>" },
        .age,
        .text("VolumeMode", wide: true) { $0.spec["volumeMode"].string ?? "<unset>" },
    ]

    private static func isBound(_ claim: KubeObject) -> Bool { !claim.spec.text("volumeName").isEmpty }

    private static func storageClass(_ claim: KubeObject) -> String {
        claim.annotations["volume.beta.kubernetes.io/storage-class"] ?? claim.spec.text("storageClassName")
    }

    private static func validate(_ claim: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        let spec = claim.spec
        let words = "at least 1 access mode is required"
        var faults = VolumeRules.accessModeFaults(spec, needed: "spec.accessModes", words)
        faults += FieldChecks.selector(spec["selector"], at: "spec.selector")
        let wanted = spec[path: ["resources", "requests", "storage"]]
        if wanted.isNull {
            faults.append(.required("spec.resources[storage]"))
        } else if let amount = Quantity(wanted), amount <= Quantity.zero {
            let text = JSON.string(amount.description)
            faults.append(.invalid("spec.resources[storage]", text, "must be greater than zero"))
        }
        faults += FieldChecks.oneOf(["Block", "Filesystem"], "volumeMode", in: spec, at: "spec")
        if let old { faults += changeFaults(from: old, to: claim) }
        return faults
    }

    /// A claim is bound once; after that it may only grow.
    private static func changeFaults(from old: KubeObject, to new: KubeObject) -> [FieldFault] {
        var allowed = new.spec
        if old.spec.text("volumeName").isEmpty { allowed["volumeName"] = old.spec["volumeName"] }
        if old.spec["storageClassName"].isNull { allowed["storageClassName"] = .null }
        let isBound = old.status["phase"].string == "Bound"
        if isBound {
            allowed[path: request] = old.spec[path: request]
            allowed["volumeAttributesClassName"] = old.spec["volumeAttributesClassName"]
        }
        guard allowed == old.spec else {
            let words =
                "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims"
            let changed = Difference.paths(from: old.spec, to: allowed, at: "spec").joined(separator: ", ")
            return [.forbidden("spec", "\(words)\nchanged: \(changed)")]
        }
        guard isBound, let before = Quantity(old.spec[path: request]), let after = Quantity(new.spec[path: request]),
            after < before
        else { return [] }
        return [.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")]
    }

    private static let request = ["resources", "requests", "storage"]
}
