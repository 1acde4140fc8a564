/// A JSON value as the control plane handles it: Kubernetes objects, patches, configuration.
///
/// Objects are written with their members in name order, as Kubernetes' own servers write maps. The data plane
/// does not build these trees; it scans numbers straight into its buffers (see `NumberScanner`).
package enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// What a person calls this kind of value, for messages.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int, .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    /// An object without members.
    package static var emptyObject: JSON { .object([:]) }
}

extension JSON {
    /// The text of a string, nil for anything else.
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The value of a boolean, nil for anything else.
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements of an array, nil for anything else.
    package var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    /// The members of an object, nil for anything else.
    package var object: [String: JSON]? { if case .object(let value) = self { value } else { nil } }
    /// Whether this is null.
    package var isNull: Bool { if case .null = self { true } else { false } }

    /// The value of an integer, also one spelt `3.0`; nil for anything else.
    package var int: Int? {
        switch self {
        case .int(let value): Int(value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The value of a number, nil for anything else.
    package var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The string elements of an array; elements of other kinds are left out.
    package var strings: [String] { array?.compactMap(\.string) ?? [] }

    /// The string members of an object; members of other kinds are left out.
    package var stringMap: [String: String] { object?.compactMapValues(\.string) ?? [:] }
}

extension JSON {
    /// The member called `name`: null where there is none or this is no object.
    ///
    /// Setting null removes the member; setting on something that is no object makes it one.
    package subscript(name: String) -> JSON {
        get {
            guard case .object(let members) = self else { return .null }
            return members[name] ?? .null
        }
        set {
            if case .object(var members) = self {
                self = .null  // gives up the storage, so that the change below does not copy it
                members[name] = newValue.isNull ? nil : newValue
                self = .object(members)
            } else if !newValue.isNull {
                self = .object([name: newValue])
            }
        }
    }

    /// The element at `index`: null where there is none or this is no array.
    package subscript(index: Int) -> JSON {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return .null }
        return elements[index]
    }

    /// The value at a path of member names; setting makes the objects on the way.
    package subscript(path path: [String]) -> JSON {
        get { path.reduce(self) { $0[$1] } }
        set {
            guard let first = path.first else {
                self = newValue
                return
            }
            let rest = Array(path.dropFirst())
            if newValue.isNull && self[first].isNull { return }
            var member = self[first]
            self[first] = .null
            member[path: rest] = newValue
            self[first] = member
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }

    /// Members whose value is null are kept, so that merge patches can be written as literals.
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }

    /// A string, or null for nil.
    package init(_ value: String?) { self = value.map { .string($0) } ?? .null }
    /// An integer, or null for nil.
    package init(_ value: Int?) { self = value.map { .int(Int64($0)) } ?? .null }
    /// An array of strings.
    package init(_ values: [String]) { self = .array(values.map { .string($0) }) }
    /// An object of strings.
    package init(_ members: [String: String]) { self = .object(members.mapValues { .string($0) }) }
}

extension JSON {
    /// This value without the members whose value is null, at every depth.
    package var withoutNulls: JSON {
        switch self {
        case .object(let members): .object(members.filter { !$0.value.isNull }.mapValues(\.withoutNulls))
        case .array(let elements): .array(elements.map(\.withoutNulls))
        default: self
        }
    }
}
