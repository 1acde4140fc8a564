import Base

/// One node of a CRD's schema.
final class SchemaNode: Sendable {
    /// What a value may be.
    enum Kind: String, Sendable {
        case object, array, string, integer, number, boolean
        /// `x-kubernetes-int-or-string`
        case intOrString
        /// No type is said.
        case any
    }

    let kind: Kind
    /// `int32`, `int64` …; empty where none is said.
    let format: String
    let isNullable: Bool
    let properties: [String: SchemaNode]
    /// What members of no other name are; nil where there may be none.
    let additional: SchemaNode?
    let items: SchemaNode?
    let required: [String]
    /// A built-in message whose fields the node has besides its own (`x-roost-message`).
    let message: Message?
    /// Unknown fields stay.
    let preservesUnknown: Bool
    /// The node is an object of the API, with apiVersion, kind and metadata.
    let isEmbedded: Bool
    /// Null where there is none.
    let defaultValue: JSON
    /// What is said of values besides their types; most nodes say nothing.
    let limits: SchemaValueLimits?
    let list: ListRule
    /// Apply: the object is one value.
    let isAtomic: Bool

    init(_ json: JSON) {
        let isIntOrString = json["x-kubernetes-int-or-string"].bool ?? false
        kind = isIntOrString ? .intOrString : Kind(rawValue: json["type"].string ?? "") ?? .any
        format = json["format"].string ?? ""
        isNullable = json["nullable"].bool ?? false
        properties = (json["properties"].object ?? [:]).mapValues { SchemaNode($0) }
        items = json["items"].object == nil ? nil : SchemaNode(json["items"])
        required = json["required"].strings
        message = json["x-roost-message"].string.flatMap { MessageTable.shared[$0] }
        preservesUnknown = message == nil && json["x-kubernetes-preserve-unknown-fields"].bool ?? false
        isEmbedded = json["x-kubernetes-embedded-resource"].bool ?? false
        defaultValue = json["default"]
        limits = SchemaValueLimits(json)
        isAtomic = json["x-kubernetes-map-type"].string == "atomic"
        additional =
            switch json["additionalProperties"] {
            case .bool(true): .anything
            case .object: SchemaNode(json["additionalProperties"])
            default: nil
            }
        list =
            switch json["x-kubernetes-list-type"].string {
            case "map": .map(keys: json["x-kubernetes-list-map-keys"].strings)
            case "set": .set
            default: .atomic
            }
    }

    /// What is known of a member: its own property, the message's field, or what other members are.
    func member(_ name: String) -> Shape? {
        if let property = properties[name] { return .node(property) }
        if isEmbedded, let shape = SchemaNode.embedded[name] { return shape }
        if let field = message?.field(name)?.field { return Shape(field) }
        return additional.map { .node($0) }
    }

    private static let anything = SchemaNode(["x-kubernetes-preserve-unknown-fields": true])

    private static let embedded: [String: Shape] = [
        "apiVersion": .field(.string), "kind": .field(.string), "metadata": .field(.message("meta.ObjectMeta")),
    ]

    /// Fills in defaults where members are missing, outer ones first.
    func applyDefaults(to json: inout JSON) {
        switch json {
        case .object(var members):
            json = .null
            for (name, property) in properties {
                if members[name] == nil || members[name] == .null && !property.isNullable,
                    !property.defaultValue.isNull
                {
                    members[name] = property.defaultValue
                }
            }
            for name in members.keys {
                guard case .node(let node)? = member(name), var value = members[name] else { continue }
                members[name] = .null
                node.applyDefaults(to: &value)
                members[name] = value
            }
            json = .object(members)
        case .array(let elements):
            guard let node = items else { return }
            json = .array(
                elements.map { element in
                    var element = element
                    node.applyDefaults(to: &element)
                    return element
                }
            )
        default: return
        }
    }
}

/// What is known of a value at some place below a CRD's schema.
enum Shape: Sendable {
    case any
    case node(SchemaNode)
    /// A field of a built-in message.
    case field(FieldType, merge: FieldMerge = FieldMerge(.null))

    init(_ field: Message.Field) { self = .field(field.type, merge: field.merge) }

    /// What is known of a member of an object; nil where there is no such member.
    func member(_ name: String) -> Shape? {
        switch self {
        case .any, .field(.raw, _): return .any
        case .node(let node): return node.member(name)
        case .field(.message(let message), _): return MessageTable.shared[message]?.member(name)
        case .field(.map(let value), _): return .field(value)
        case .field: return nil
        }
    }

    /// What is known of an array's elements.
    var element: Shape {
        switch self {
        case .node(let node): node.items.map { .node($0) } ?? .any
        case .field(.list(let element), _): .field(element)
        case .any, .field: .any
        }
    }

    var isNullable: Bool {
        switch self {
        case .any, .field(.raw, _): true
        case .node(let node): node.isNullable || node.kind == .any && node.preservesUnknown
        case .field: false
        }
    }
}

extension Message {
    /// What is known of a member of such an object.
    func member(_ name: String) -> Shape? {
        if let field = field(name)?.field { return Shape(field) }
        return isObject && ["apiVersion", "kind"].contains(name) ? .field(.string) : nil
    }
}
