import Base

/// Takes out of an object of a CRD what its schema does not know.
struct SchemaPruner {
    private var unknown: [String] = []

    static func decode(_ json: JSON, by root: SchemaNode) -> Schema.Decoded {
        guard case .object(var members) = json else { return Schema.Decoded(value: json) }
        var pruner = SchemaPruner()
        var kept: [String: JSON] = [:]
        for name in ["apiVersion", "kind"] { kept[name] = members.removeValue(forKey: name) }
        let metadata = members.removeValue(forKey: "metadata").map { metadata -> Schema.Decoded in
            MessageDecoder.decode(metadata, asMember: "metadata", message: "meta.ObjectMeta")
        }
        kept["metadata"] = metadata?.value
        pruner.unknown = metadata?.unknownFields ?? []
        let rest = pruner.prune(.object(members), .node(root), "")
        var decoded = Schema.Decoded(value: .object(kept.merging(rest.object ?? [:]) { own, _ in own }))
        decoded.unknownFields = Array(pruner.unknown.prefix(SchemaLimits.unknownFieldsMax))
        decoded.mismatch = metadata?.mismatch
        return decoded
    }

    private mutating func prune(_ value: JSON, _ shape: Shape, _ path: String) -> JSON {
        switch value {
        case .object(let members): return object(members, shape, path)
        case .array(let elements):
            var kept: [JSON] = []
            kept.reserveCapacity(elements.count)
            for (index, element) in elements.enumerated() {
                kept.append(prune(element, shape.element, "\(path)[\(index)]"))
            }
            return .array(kept)
        default: return value
        }
    }

    private mutating func object(_ members: [String: JSON], _ shape: Shape, _ path: String) -> JSON {
        if case .any = shape { return .object(members) }
        var kept: [String: JSON] = [:]
        var unknownHere: [String] = []
        for name in members.keys.sorted() {
            guard let value = members[name] else { continue }
            let inner = path.isEmpty ? name : "\(path).\(name)"
            if let member = shape.member(name) {
                // Null for what may not be null is the same as nothing.
                if !value.isNull || member.isNullable { kept[name] = prune(value, member, inner) }
            } else if shape.preservesUnknown {
                kept[name] = value
            } else {
                unknownHere.append(inner)
            }
        }
        if unknown.count < SchemaLimits.unknownFieldsMax { unknown += unknownHere }
        return .object(kept)
    }
}

extension Shape {
    fileprivate var preservesUnknown: Bool {
        switch self {
        case .any: true
        case .node(let node): node.preservesUnknown || node.kind != .object && node.kind != .any
        case .field(let type, _): type.isScalar
        }
    }
}

extension FieldType {
    /// Whether objects and arrays have no business here; their inside is left to the fault about their type.
    fileprivate var isScalar: Bool {
        switch self {
        case .message, .map, .list: false
        default: true
        }
    }
}
