import Base

/// Finds the faults of an object of a CRD, in the words of Kubernetes' validation.
struct SchemaValidator {
    private var found: [FieldFault] = []
    /// Members of the whole object that need no look.
    private let aside: Set<String>

    static func faults(in json: JSON, by root: SchemaNode, aside: Set<String>) -> [FieldFault] {
        var validator = SchemaValidator(aside: aside)
        var json = json
        json["metadata"] = .null
        validator.check(json, .node(root), "")
        return Array(validator.found.prefix(SchemaLimits.faultsMax))
    }

    private mutating func check(_ value: JSON, _ shape: Shape, _ path: String) {
        guard found.count < SchemaLimits.faultsMax else { return }
        switch shape {
        case .any: return
        case .node(let node): check(value, node, path)
        case .field(let type, _): check(value, type, path)
        }
    }

    private mutating func check(_ value: JSON, _ node: SchemaNode, _ path: String) {
        if value.isNull, node.isNullable { return }
        guard checkType(value, node.kind, node.format, path) else { return }
        found += node.limits?.faults(value, at: path) ?? []
        descend(value, .node(node), required: node.required, path)
    }

    private mutating func check(_ value: JSON, _ type: FieldType, _ path: String) {
        guard let (kind, format) = type.schemaKind, checkType(value, kind, format, path) else { return }
        if case .quantity = type, case .string(let text) = value, let pattern = SchemaValidator.quantity {
            if !pattern.matches(text) {
                found.append(.invalid(path, value, "\(path) in body should match '\(pattern.text)'"))
            }
        }
        var required: [String] = []
        if case .message(let name) = type { required = MessageTable.shared[name]?.required ?? [] }
        descend(value, .field(type), required: required, path)
    }

    private mutating func descend(_ value: JSON, _ shape: Shape, required: [String], _ path: String) {
        switch value {
        case .object(let members):
            func inner(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
            for name in required where members[name] == nil { found.append(.required(inner(name))) }
            for name in members.keys.sorted() where !path.isEmpty || !aside.contains(name) {
                if let value = members[name], let member = shape.member(name) { check(value, member, inner(name)) }
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() { check(element, shape.element, "\(path)[\(index)]") }
        default: return
        }
    }

    private static let quantity = Pattern(
        #"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$"#
    )
}

extension SchemaValidator {
    /// Whether a value is of a type; tells the fault where it is not.
    private mutating func checkType(_ value: JSON, _ kind: SchemaNode.Kind, _ format: String, _ path: String) -> Bool {
        guard !kind.takes(value) else { return checkRange(value, kind, format, path) }
        let wanted = kind == .intOrString ? "integer,string" : kind.rawValue
        switch value {
        case .string, .array: tell(wanted, value.schemaType, path)
        default:
            // Kubernetes compares formats where the schema has one.
            if format.isEmpty { tell(wanted, value.schemaType, path) } else { tell(format, value.schemaFormat, path) }
        }
        if case .double = value, !format.isEmpty { tellRange(kind, format, path) }
        return false
    }

    private mutating func checkRange(_ value: JSON, _ kind: SchemaNode.Kind, _ format: String, _ path: String) -> Bool {
        guard kind == .integer, format == "int32", let number = value.int, Int32(exactly: number) == nil else {
            return true
        }
        tellRange(kind, format, path)
        return false
    }

    private mutating func tell(_ wanted: String, _ got: String, _ path: String) {
        let text = JSON.string(got).text
        let message = "Invalid value: \(text): \(path) in body must be of type \(wanted): \(text)"
        found.append(FieldFault(.typeInvalid, path, message))
    }

    private mutating func tellRange(_ kind: SchemaNode.Kind, _ format: String, _ path: String) {
        let detail = "Checked value must be of type \(kind.rawValue) with format \(format) in \(path)"
        found.append(.invalid("<nil>", "", detail))
    }
}

extension SchemaNode.Kind {
    fileprivate func takes(_ value: JSON) -> Bool {
        switch (self, value) {
        case (.any, _), (.object, .object), (.array, .array), (.string, .string), (.boolean, .bool), (.number, .int),
            (.number, .double), (.integer, .int), (.intOrString, .int), (.intOrString, .string):
            true
        case (.integer, .double), (.intOrString, .double): value.int != nil
        default: false
        }
    }
}

extension JSON {
    /// What a schema calls the type of this value.
    fileprivate var schemaType: String {
        switch self {
        case .bool: "boolean"
        case .int: "integer"
        default: kindName
        }
    }

    /// What a schema calls the format of this value.
    fileprivate var schemaFormat: String {
        switch self {
        case .int: "int64"
        case .double: "float64"
        default: ""
        }
    }
}

extension FieldType {
    /// The field as a CRD would declare it; nil where anything goes.
    fileprivate var schemaKind: (SchemaNode.Kind, format: String)? {
        switch self {
        case .string, .bytes, .time, .microTime, .duration: (.string, "")
        case .bool: (.boolean, "")
        case .int32: (.integer, "int32")
        case .int64: (.integer, "int64")
        case .double: (.number, "")
        case .quantity, .intOrString: (.intOrString, "")
        case .raw: nil
        case .list: (.array, "")
        case .map, .message: (.object, "")
        }
    }
}
