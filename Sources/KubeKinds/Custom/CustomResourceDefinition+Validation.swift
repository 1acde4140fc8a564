import Base
import KubeModel

/// The rules of a CustomResourceDefinition; those of its schemas are the reader's of schemas.
enum CustomResourceDefinitionValidation {
    static func faults(_ definition: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        let spec = definition.spec
        let group = spec.text("group")
        let plural = spec["names"].text("plural")
        var faults: [FieldFault] = []
        if definition.name != "\(plural).\(group)" {
            let words = "must be spec.names.plural+\".\"+spec.group"
            faults.append(.invalid("metadata.name", .string(definition.name), words))
        }
        faults += groupFaults(group)
        let scopes = ["Cluster", "Namespaced"]
        if spec.text("scope").isEmpty {
            faults.append(.required("spec.scope"))
        } else {
            faults += FieldChecks.oneOf(scopes, "scope", in: spec, at: "spec")
        }
        faults += versionFaults(spec["versions"])
        faults += nameFaults(spec["names"])
        if let old { faults += changeFaults(from: old.spec, to: spec) }
        return faults
    }

    private static func groupFaults(_ group: String) -> [FieldFault] {
        if group.isEmpty { return [.required("spec.group")] }
        var faults = NameRule.dns1123Subdomain.faults(group).map {
            FieldFault.invalid("spec.group", .string(group), $0)
        }
        if !group.contains(".") {
            faults.append(.invalid("spec.group", .string(group), "should be a domain with at least one dot"))
        }
        return faults
    }

    private static func versionFaults(_ versions: JSON) -> [FieldFault] {
        var faults: [FieldFault] = []
        let list = versions.array ?? []
        let names = list.map { $0.text("name") }
        if Set(names).count != names.count {
            faults.append(.invalid("spec.versions", JSON(names), "must contain unique version names"))
        }
        if list.count(where: { $0["storage"].bool == true }) != 1 {
            let words = "must have exactly one version marked as storage version"
            faults.append(.invalid("spec.versions", JSON(names), words))
        }
        for (index, version) in list.enumerated() {
            let path = "spec.versions[\(index)]"
            faults += NameRule.dns1035Label.faults(version.text("name")).map {
                .invalid("\(path).name", .string(version.text("name")), $0)
            }
            faults += schemaFaults(version[path: ["schema", "openAPIV3Schema"]], at: "\(path).schema.openAPIV3Schema")
            for (place, column) in version.elements("additionalPrinterColumns").enumerated() {
                faults += columnFaults(column, at: "\(path).additionalPrinterColumns[\(place)]")
            }
        }
        return faults
    }

    private static func schemaFaults(_ schema: JSON, at path: String) -> [FieldFault] {
        if schema.isNull { return [.required(path, "schemas are required")] }
        guard schema["type"].string != "object" else { return [] }
        if schema.text("type").isEmpty { return [.required("\(path).type", "must not be empty at the root")] }
        return [.invalid("\(path).type", schema["type"], "must be object at the root")]
    }

    private static func columnFaults(_ column: JSON, at path: String) -> [FieldFault] {
        var faults = FieldChecks.required("name", in: column, at: path)
        let types = ["boolean", "date", "integer", "number", "string"]
        if column.text("type").isEmpty {
            faults.append(.required("\(path).type", "must be one of \(types.joined(separator: ","))"))
        } else if !types.contains(column.text("type")) {
            let words = "must be one of \(types.joined(separator: ","))"
            faults.append(.invalid("\(path).type", column["type"], words))
        }
        let text = column.text("jsonPath")
        if text.isEmpty {
            faults.append(.required("\(path).jsonPath"))
        } else if !text.hasPrefix(".") || JSONPath(text) == nil {
            faults.append(.invalid("\(path).jsonPath", .string(text), "must be a json path in dot notation"))
        }
        return faults
    }

    private static func nameFaults(_ names: JSON) -> [FieldFault] {
        var faults = FieldChecks.named(.dns1035Label, "plural", in: names, at: "spec.names")
        faults += FieldChecks.follows(.dns1035Label, "singular", in: names, at: "spec.names")
        for member in ["kind", "listKind"] {
            let name = names.text(member)
            if name.isEmpty {
                faults.append(.required("spec.names.\(member)"))
            } else {
                faults += NameRule.dns1035Label.faults(name.lowercased()).map {
                    .invalid(
                        "spec.names.\(member)",
                        .string(name),
                        "may have mixed case, but should otherwise match: \($0)"
                    )
                }
            }
        }
        if !names.text("kind").isEmpty, names["kind"] == names["listKind"] {
            let words = "kind and listKind may not be the same"
            faults.append(.invalid("spec.names.listKind", names["listKind"], words))
        }
        for list in ["shortNames", "categories"] {
            for (index, name) in names[list].strings.enumerated() {
                faults += NameRule.dns1035Label.faults(name).map {
                    .invalid("spec.names.\(list)[\(index)]", .string(name), $0)
                }
            }
        }
        return faults
    }

    /// What objects are stored under must stay.
    private static func changeFaults(from old: JSON, to new: JSON) -> [FieldFault] {
        ["group", "scope"].flatMap { FieldChecks.immutable($0, from: old, to: new, at: "spec") }
            + ["kind", "plural"].flatMap {
                FieldChecks.immutable($0, from: old["names"], to: new["names"], at: "spec.names")
            }
    }
}
