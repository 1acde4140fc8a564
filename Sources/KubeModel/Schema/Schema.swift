package import Base

/// The fields of a kind: where it came from does not matter once it is read.
package enum Schema: Sendable {
    /// Anything goes.
    case any
    /// A built-in message by its name in the message table: `core.Pod`, `apps.Deployment`.
    case message(String)
    /// What a CRD says of its kind; made by `Schema(openAPI:)`.
    case custom(CustomSchema)

    /// Reads a CRD's `openAPIV3Schema`; null takes anything.
    package init(openAPI: JSON) { self = openAPI.object == nil ? .any : .custom(CustomSchema(SchemaNode(openAPI))) }
}

/// A CRD's schema, compiled.
package struct CustomSchema: Sendable {
    let root: SchemaNode

    init(_ root: SchemaNode) { self.root = root }
}

/// Bounds of what `Schema` tells.
package enum SchemaLimits {
    /// How many unknown fields are named; the rest is dropped like them, without a word.
    package static let unknownFieldsMax = 100
    /// How many faults of one object are told.
    package static let faultsMax = 100
}

extension Schema {
    /// What decoding an object tells.
    package struct Decoded: Equatable, Sendable {
        /// The object without unknown fields and, where the kind is built in, without nulls and with canonical
        /// quantities and times.
        package var value: JSON
        /// Paths of unknown fields, inner ones first: `spec.template.spec.containers[0].imagee`.
        package var unknownFields: [String] = []
        /// The first value of a wrong type, as Kubernetes' decoder tells it: of built-in kinds, and of any metadata.
        package var mismatch: String?

        package init(value: JSON) { self.value = value }
    }

    /// Takes out unknown fields and finds what the kind's own types cannot hold.
    ///
    /// - Parameter known: the object as it was decoded before; members that are the same are taken as they are.
    package func decode(_ json: JSON, over known: JSON = .null) -> Decoded {
        guard case .object(let members) = json, case .object(let before) = known else { return decodeAll(json) }
        let same = members.filter { before[$0.key] == $0.value }
        if same.isEmpty { return decodeAll(json) }
        var decoded = decodeAll(.object(members.filter { same[$0.key] == nil }))
        decoded.value = .object(same.merging(decoded.value.object ?? [:]) { own, _ in own })
        return decoded
    }

    private func decodeAll(_ json: JSON) -> Decoded {
        switch self {
        case .any: return Decoded(value: json)
        case .message(let name):
            guard let message = MessageTable.shared[name] else { return Decoded(value: json) }
            return MessageDecoder.decode(json, as: message)
        case .custom(let schema): return SchemaPruner.decode(json, by: schema.root)
        }
    }

    /// Fills in what a CRD says under `default`; built-in kinds have their own code for that.
    package func applyDefaults(to json: inout JSON) {
        if case .custom(let schema) = self { schema.root.applyDefaults(to: &json) }
    }

    /// All faults of the values, types included, as a CRD's validation tells them; none for built-in kinds.
    ///
    /// - Parameter known: the object as it was checked before; members that are the same are not checked again.
    package func faults(in json: JSON, over known: JSON = .null) -> [FieldFault] {
        guard case .custom(let schema) = self else { return [] }
        let before = known.object ?? [:]
        let same = (json.object ?? [:]).filter { before[$0.key] == $0.value }
        return SchemaValidator.faults(in: json, by: schema.root, aside: Set(same.keys))
    }
}
