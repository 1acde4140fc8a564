import Base
import KubeModel

/// Nodes: the machines that run pods.
enum NodeKind {
    static let type = ResourceType.builtIn(
        .nodes,
        "Node",
        message: "core.Node",
        isNamespaced: false,
        table: table
    ) { type in
        type.shortNames = ["no"]
        type.hasStatus = true
        type.selectableFields = ["spec.unschedulable"]
        type.applyDefaults = { $0.json.setDefault("spec", .emptyObject) }
    }

    private static let table: [TableColumn] = [
        .name,
        .text("Status", state),
        .text("Roles", roles),
        .age,
        .text("Version") { $0.status["nodeInfo"].text("kubeletVersion") },
        .text("Internal-IP", wide: true) { address("InternalIP", of: $0) },
        .text("External-IP", wide: true) { address("ExternalIP", of: $0) },
        .text("OS-Image", wide: true) { known($0.status["nodeInfo"].text("osImage")) },
        .text("Kernel-Version", wide: true, kernel),
        .text("Container-Runtime", wide: true) { known($0.status["nodeInfo"].text("containerRuntimeVersion")) },
    ]

    private static func state(_ node: KubeObject) -> String {
        let word: String
        switch Conditions(node.status["conditions"]).status("Ready") {
        case .true: word = "Ready"
        case .none: word = "Unknown"
        default: word = "NotReady"
        }
        return node.spec["unschedulable"].bool == true ? "\(word),SchedulingDisabled" : word
    }

    private static func roles(_ node: KubeObject) -> String {
        let prefix = "node-role.kubernetes.io/"
        let roles = node.labels.compactMap { key, value in
            if key.hasPrefix(prefix), key.count > prefix.count { return String(key.dropFirst(prefix.count)) }
            return key == "kubernetes.io/role" && !value.isEmpty ? value : nil
        }
        return Set(roles).sorted().joined(separator: ",").orNone
    }

    private static func address(_ type: String, of node: KubeObject) -> String {
        (node.status.elements("addresses").first { $0["type"].string == type }?.text("address") ?? "").orNone
    }

    private static func kernel(_ node: KubeObject) -> String {
        let info = node.status["nodeInfo"]
        let architecture = info.text("architecture")
        return known(info.text("kernelVersion")) + (architecture.isEmpty ? "" : " (\(architecture))")
    }

    private static func known(_ text: String) -> String { text.isEmpty ? "<unknown>" : text }
}
