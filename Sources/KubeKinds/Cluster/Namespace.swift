import Base
import KubeModel

/// Namespaces: rooms for names.
enum NamespaceKind {
    static let type = ResourceType.builtIn(
        .namespaces,
        "Namespace",
        message: "core.Namespace",
        isNamespaced: false,
        names: .dns1123Label,
        table: [.name, .text("Status") { $0.status.text("phase") }, .age]
    ) { type in
        type.shortNames = ["ns"]
        type.hasStatus = true
        type.selectableFields = ["status.phase"]
        type.applyDefaults = { namespace in
            guard !namespace.name.isEmpty else { return }
            namespace.json[path: ["metadata", "labels", "kubernetes.io/metadata.name"]] = .string(namespace.name)
        }
        type.prepareForCreate = { namespace in
            namespace.spec["finalizers"] = ["kubernetes"]
            namespace.status = ["phase": "Active"]
        }
        type.prepareForUpdate = { namespace, old in namespace.spec["finalizers"] = old.spec["finalizers"] }
    }
}
