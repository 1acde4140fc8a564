import Base
import KubeModel

/// StorageClasses: where claims find storage that is made for them.
enum StorageClassKind {
    static let type = ResourceType.builtIn(
        ResourceID("storage.k8s.io", "v1", "storageclasses"),
        "StorageClass",
        message: "stor.StorageClass",
        isNamespaced: false,
        table: table
    ) { type in
        type.shortNames = ["sc"]
        type.applyDefaults = { storage in
            storage.json.setDefault("reclaimPolicy", "Delete")
            storage.json.setDefault("volumeBindingMode", "Immediate")
        }
        type.validate = validate
    }

    private static let table: [TableColumn] = [
        TableColumn("Name", format: "name") { storage, _ in
            let isDefault = storage.annotations["storageclass.kubernetes.io/is-default-class"] == "true"
            return .string(isDefault ? "\(storage.name) (default)" : storage.name)
        },
        .text("Provisioner") { $0.json.text("provisioner") },
        .text("ReclaimPolicy") { $0["reclaimPolicy"].string ?? "Delete" },
        .text("VolumeBindingMode") { $0["volumeBindingMode"].string ?? "Immediate" },
        TableColumn("AllowVolumeExpansion") { storage, _ in .bool(storage["allowVolumeExpansion"].bool ?? false) },
        .age,
    ]

    private static func validate(_ storage: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        var faults: [FieldFault] = []
        if storage.json.text("provisioner").isEmpty { faults.append(.required("provisioner")) }
        if !["Delete", "Retain"].contains(storage.json.text("reclaimPolicy")) {
            faults.append(.notSupported("reclaimPolicy", storage["reclaimPolicy"], ["Delete", "Retain"]))
        }
        let modes = ["Immediate", "WaitForFirstConsumer"]
        if !modes.contains(storage.json.text("volumeBindingMode")) {
            faults.append(.notSupported("volumeBindingMode", storage["volumeBindingMode"], modes))
        }
        guard let old else { return faults }
        for name in ["parameters", "provisioner", "reclaimPolicy"] where old[name] != storage[name] {
            faults.append(.forbidden(name, "updates to \(name) are forbidden."))
        }
        if old["volumeBindingMode"] != storage["volumeBindingMode"] {
            faults.append(.invalid("volumeBindingMode", storage["volumeBindingMode"], Words.immutable))
        }
        return faults
    }
}
