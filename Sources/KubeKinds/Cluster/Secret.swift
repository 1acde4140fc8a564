import Base
import KubeModel

/// Secrets: named bytes, with a type that says what they must hold.
enum SecretKind {
    static let type = ResourceType.builtIn(.secrets, "Secret", message: "core.Secret", table: table) { type in
        type.selectableFields = ["type"]
        type.applyDefaults = applyDefaults
        type.validate = validate
    }

    private static let table: [TableColumn] = [
        .name,
        .text("Type") { $0.json.text("type") },
        .number("Data") { $0["data"].object?.count ?? 0 },
        .age,
    ]

    /// `stringData` is for writing only: its texts go into `data`.
    private static func applyDefaults(_ secret: inout KubeObject) {
        secret.json.setDefault("type", "Opaque")
        if secret["type"] == "" { secret["type"] = "Opaque" }
        for (key, text) in secret["stringData"].stringMap {
            secret.json[path: ["data", key]] = .string(Base64.encode(text.utf8))
        }
        secret["stringData"] = .null
    }

    private static func validate(_ secret: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        var faults = DataRules.faults(of: secret, lists: ["data"])
        for key in neededKeys[secret.json.text("type")] ?? [] where secret["data"][key].isNull {
            faults.append(.required("data[\(key)]"))
        }
        if secret["type"] == "kubernetes.io/service-account-token",
            secret.annotations["kubernetes.io/service-account.name"] ?? "" == ""
        {
            faults.append(.required("metadata.annotations[kubernetes.io/service-account.name]"))
        }
        guard let old else { return faults }
        if old["type"] != secret["type"] { faults.append(.invalid("type", secret["type"], Words.immutable)) }
        return faults + DataRules.changeFaults(from: old, to: secret, lists: ["data"])
    }

    private static let neededKeys = [
        "kubernetes.io/dockercfg": [".dockercfg"],
        "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
        "kubernetes.io/ssh-auth": ["ssh-privatekey"],
        "kubernetes.io/tls": ["tls.crt", "tls.key"],
    ]
}
