import Base
import KubeModel

/// Checks of single fields that many kinds make. Each gives the faults of the field `name` in `object` at `path`.
enum FieldChecks {
    /// A number that is there must not be below zero.
    static func notNegative(_ names: [String], in object: JSON, at path: String) -> [FieldFault] {
        names.compactMap { name in
            guard let value = object[name].int, value < 0 else { return nil }
            return .invalid("\(path).\(name)", object[name], Words.notNegative)
        }
    }

    /// A text that is there must be one of `supported`.
    static func oneOf(_ supported: [String], _ name: String, in object: JSON, at path: String) -> [FieldFault] {
        guard let value = object[name].string, !supported.contains(value) else { return [] }
        return [.notSupported("\(path).\(name)", object[name], supported)]
    }

    /// A text that must be there and not empty.
    static func required(_ name: String, in object: JSON, at path: String, _ detail: String = "") -> [FieldFault] {
        object.text(name).isEmpty ? [.required("\(path).\(name)", detail)] : []
    }

    /// A name that must be there and follow a rule.
    static func named(_ rule: NameRule, _ name: String, in object: JSON, at path: String) -> [FieldFault] {
        let text = object.text(name)
        guard !text.isEmpty else { return [.required("\(path).\(name)")] }
        return follows(rule, name, in: object, at: path)
    }

    /// A name that follows a rule where it is there.
    static func follows(_ rule: NameRule, _ name: String, in object: JSON, at path: String) -> [FieldFault] {
        let text = object.text(name)
        guard !text.isEmpty else { return [] }
        return rule.faults(text).map { .invalid("\(path).\(name)", .string(text), $0) }
    }

    /// A port: a number from 1 to 65535, or where `allowsName` the name of one.
    static func port(_ value: JSON, at path: String, allowsName: Bool = false) -> [FieldFault] {
        if allowsName, let name = value.string {
            return NameRule.portName.faults(name).map { .invalid(path, value, $0) }
        }
        let number = value.int ?? 0
        return (1...65535).contains(number) ? [] : [.invalid(path, .int(Int64(number)), Words.port)]
    }

    /// A field that must not change after creation.
    static func immutable(_ name: String, from old: JSON, to new: JSON, at path: String) -> [FieldFault] {
        old[name] == new[name] ? [] : [.invalid("\(path).\(name)", new[name], Words.immutable)]
    }

    /// Every element's `name` must occur once.
    static func uniqueNames(_ list: [JSON], at path: String) -> [FieldFault] {
        var seen: Set<String> = []
        return list.enumerated().compactMap { index, element in
            let name = element.text("name")
            guard !name.isEmpty, !seen.insert(name).inserted else { return nil }
            return .duplicate("\(path)[\(index)].name", .string(name))
        }
    }

    /// The faults of a `LabelSelector`.
    static func selector(_ selector: JSON, at path: String) -> [FieldFault] {
        let labels = MetadataRules.labelFaults(selector["matchLabels"].stringMap, at: "\(path).matchLabels")
        let expressions = selector.elements("matchExpressions").enumerated().flatMap { index, expression in
            requirement(expression, at: "\(path).matchExpressions[\(index)]")
        }
        return labels + expressions
    }

    private static func requirement(_ expression: JSON, at path: String) -> [FieldFault] {
        let isEmpty = expression.elements("values").isEmpty
        var faults: [FieldFault] = []
        switch expression.text("operator") {
        case "In", "NotIn":
            if isEmpty {
                faults.append(.required("\(path).values", "must be specified when `operator` is 'In' or 'NotIn'"))
            }
        case "Exists", "DoesNotExist":
            if !isEmpty {
                let words = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                faults.append(.forbidden("\(path).values", words))
            }
        default: faults.append(.invalid("\(path).operator", expression["operator"], "not a valid selector operator"))
        }
        faults += NameRule.qualifiedName.faults(expression.text("key")).map {
            .invalid("\(path).key", expression["key"], $0)
        }
        return faults
    }
}
