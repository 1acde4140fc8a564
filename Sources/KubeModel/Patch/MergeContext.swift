package import Base

/// What is known of the members at one place of a document that is merged by its kind's own rules.
enum MergeContext {
    case message(Message)
    case map(FieldType)
    /// Nothing: lists are replaced, objects merge.
    case unknown

    init(_ schema: Schema) {
        if case .message(let name) = schema, let message = MessageTable.shared[name] {
            self = .message(message)
        } else {
            self = .unknown
        }
    }

    private init(_ type: FieldType) {
        switch type {
        case .message(let name): self = MessageTable.shared[name].map { .message($0) } ?? .unknown
        case .list(let element): self = MergeContext(element)
        case .map(let value): self = .map(value)
        default: self = .unknown
        }
    }

    /// How a member merges, and what is known of the inside of it, or of its elements.
    func member(_ name: String) -> (merge: FieldMerge, inner: MergeContext) {
        switch self {
        case .message(let message):
            guard let (field, _) = message.field(name) else { return (FieldMerge(.null), .unknown) }
            return (field.merge, MergeContext(field.type))
        case .map(let value): return (FieldMerge(.null), MergeContext(value))
        case .unknown: return (FieldMerge(.null), .unknown)
        }
    }
}

/// The words with which a strategic patch steers its own application.
enum PatchDirective {
    static let patch = "$patch"
    static let retainKeys = "$retainKeys"
    static let elementOrder = "$setElementOrder/"
    static let deletedScalars = "$deleteFromPrimitiveList/"

    static func isDirective(_ member: String) -> Bool {
        member == patch || member == retainKeys || member.hasPrefix(elementOrder) || member.hasPrefix(deletedScalars)
    }
}

extension APIStatus {
    /// A patch that is not of the type that its content type promises.
    static func notAPatch(_ patch: JSON, _ goType: String) -> APIStatus {
        .badRequest("error decoding patch: json: cannot unmarshal \(patch.kindName) into Go value of type \(goType)")
    }

    /// A patch that names no element of a list that is merged by names.
    static func noMergeKey(_ element: JSON, _ key: String) -> APIStatus {
        APIStatus(.unknown, "map: \(element.goText) does not contain declared merge key: \(key)")
    }

    /// A `$patch` with a word that nobody knows.
    static func unknownDirective(_ directive: JSON, _ patch: JSON) -> APIStatus {
        APIStatus(.unknown, "unknown patch type: \(directive.goText) in map: \(patch.goText)")
    }
}

extension JSON {
    /// The value as Go prints it in errors: `map[a:1 b:[x y]]`.
    package var goText: String {
        switch self {
        case .null: "<nil>"
        case .string(let text): text
        case .array(let elements): "[\(elements.map(\.goText).joined(separator: " "))]"
        case .object(let members):
            "map[\(members.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.goText)" }.joined(separator: " "))]"
        default: text
        }
    }
}
