import Base
import KubeModel

/// ConfigMaps: named texts and files.
enum ConfigMapKind {
    static let type = ResourceType.builtIn(.configMaps, "ConfigMap", message: "core.ConfigMap", table: table) { type in
        type.shortNames = ["cm"]
        type.validate = validate
    }

    private static let table: [TableColumn] = [
        .name,
        .number("Data") { ($0["data"].object?.count ?? 0) + ($0["binaryData"].object?.count ?? 0) },
        .age,
    ]

    private static func validate(_ map: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        var faults = DataRules.faults(of: map, lists: ["data", "binaryData"])
        for key in (map["binaryData"].object ?? [:]).keys.sorted() where !map["data"][key].isNull {
            faults.append(.invalid("data", .string(key), "duplicate of key present in binaryData"))
        }
        if let old { faults += DataRules.changeFaults(from: old, to: map, lists: ["data", "binaryData"]) }
        return faults
    }
}

/// What ConfigMaps and Secrets have in common: keys that can be files, a bound on the whole, and a seal.
enum DataRules {
    static func faults(of object: KubeObject, lists: [String]) -> [FieldFault] {
        var faults: [FieldFault] = []
        var bytes = 0
        for list in lists {
            for (key, value) in (object[list].object ?? [:]).sorted(by: { $0.key < $1.key }) {
                faults += NameRule.configMapKey.faults(key).map { .invalid("\(list)[\(key)]", .string(key), $0) }
                bytes += value.string?.utf8.count ?? 0
            }
        }
        guard bytes > Limits.dataBytes else { return faults }
        let words = "Too long: may not be more than \(Limits.dataBytes) bytes"
        return faults + [FieldFault(.tooLong, lists.count == 1 ? lists[0] : "", words)]
    }

    /// A sealed object keeps its data and its seal.
    static func changeFaults(from old: KubeObject, to new: KubeObject, lists: [String]) -> [FieldFault] {
        guard old["immutable"].bool == true else { return [] }
        let words = "field is immutable when `immutable` is set"
        var faults: [FieldFault] = []
        if new["immutable"].bool != true { faults.append(.forbidden("immutable", words)) }
        for list in lists where old[list] != new[list] { faults.append(.forbidden(list, words)) }
        return faults
    }
}
