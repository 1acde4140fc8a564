import Base

/// Reads an object of a built-in kind as Kubernetes' own types would hold it.
struct MessageDecoder {
    private var unknown: [String] = []
    private var mismatch: String?
    /// Where the decoder is. It becomes text only where something is to be told.
    private var place = Place()

    static func decode(_ json: JSON, as message: Message) -> Schema.Decoded {
        var decoder = MessageDecoder()
        guard case .object(let members) = json else {
            var decoded = Schema.Decoded(value: json)
            let type = FieldType.message(message.name).goName
            decoded.mismatch = "json: cannot unmarshal \(json.goKind) into Go value of type \(type)"
            return decoded
        }
        let value = decoder.object(members, message)
        return decoder.decoded(value)
    }

    /// Reads one member of an object whose other members are somebody else's.
    static func decode(_ json: JSON, asMember name: String, message: String) -> Schema.Decoded {
        var decoder = MessageDecoder()
        let value = decoder.value(json, .message(message), in: .member(name, of: "")) ?? .emptyObject
        return decoder.decoded(value)
    }

    private func decoded(_ value: JSON) -> Schema.Decoded {
        var decoded = Schema.Decoded(value: value)
        decoded.unknownFields = Array(unknown.prefix(SchemaLimits.unknownFieldsMax))
        decoded.mismatch = mismatch
        return decoded
    }

    /// A way into the object: with indexes for people, without them and with the type's name for Go's errors.
    private struct Place {
        enum Step {
            /// `of` is the full name of the message that has the member.
            case member(String, of: String)
            case element(Int)
            case key(String)
        }

        var steps: [Step] = []

        var path: String {
            steps.reduce(into: "") { path, step in
                switch step {
                case .member(let name, _), .key(let name): path += path.isEmpty ? name : ".\(name)"
                case .element(let index): path += "[\(index)]"
                }
            }
        }

        /// `PodSpec.spec.containers`
        var goPath: String {
            var (owner, names) = ("", [String]())
            for case .member(let name, let message) in steps {
                owner = String(message.split(separator: ".").last ?? "")
                names.append(name)
            }
            return "\(owner).\(names.joined(separator: "."))"
        }
    }

    private mutating func fail(_ value: JSON, _ type: FieldType) -> JSON? {
        let got = if case .double(let number) = value { "number \(JSON.double(number).text)" } else { value.goKind }
        return fail("json: cannot unmarshal \(got) into Go struct field \(place.goPath) of type \(type.goName)")
    }

    private mutating func fail(_ words: String) -> JSON? {
        if mismatch == nil { mismatch = words }
        return nil
    }

    private mutating func object(_ members: [String: JSON], _ message: Message) -> JSON {
        var kept: [String: JSON] = [:]
        var unknownHere: [String] = []
        let isObject = message.isObject || place.steps.isEmpty
        for name in members.keys.sorted() {
            guard mismatch == nil, let member = members[name] else { break }
            if let (field, owner) = message.field(name) {
                kept[name] = value(member, field.type, in: .member(name, of: owner.name))
            } else if isObject, name == "apiVersion" || name == "kind" {
                kept[name] = value(member, .string, in: .member(name, of: message.name))
            } else {
                unknownHere.append(Place(steps: place.steps + [.member(name, of: "")]).path)
            }
        }
        if unknown.count < SchemaLimits.unknownFieldsMax { unknown += unknownHere }
        return .object(kept)
    }

    private mutating func value(_ value: JSON, _ type: FieldType, in step: Place.Step) -> JSON? {
        place.steps.append(step)
        defer { place.steps.removeLast() }
        return self.value(value, type)
    }

    /// The value as its type holds it; nil for null, and where it does not fit.
    private mutating func value(_ value: JSON, _ type: FieldType) -> JSON? {
        if value.isNull { return nil }
        switch (type, value) {
        case (.raw, _), (.string, .string), (.bool, .bool), (.double, .int), (.double, .double),
            (.intOrString, .string),
            (.duration, .string), (.int64, .int):
            return value
        case (.int32, _), (.int64, .double), (.intOrString, .int), (.intOrString, .double):
            return integer(value, type)
        case (.quantity, .string), (.quantity, .int), (.quantity, .double): return quantity(value, isListed: false)
        case (.time, .string(let text)): return time(text, \.rfc3339)
        case (.microTime, .string(let text)): return time(text, \.rfc3339Micro)
        case (.bytes, .string(let text)): return base64(text, value)
        case (.list(let element), .array(let elements)):
            var kept: [JSON] = []
            for (index, item) in elements.enumerated() where mismatch == nil {
                if let read = self.value(item, element, in: .element(index)) { kept.append(read) }
            }
            return .array(kept)
        case (.map(let element), .object(let members)): return map(members, element)
        case (.message(let name), .object(let members)):
            guard let message = MessageTable.shared[name] else { return value }
            return object(members, message)
        default: return fail(value, type)
        }
    }

    private mutating func map(_ members: [String: JSON], _ element: FieldType) -> JSON {
        var kept: [String: JSON] = [:]
        for (name, member) in members where mismatch == nil {
            switch (element, member) {
            case (.quantity, .string), (.quantity, .int), (.quantity, .double):
                kept[name] = quantity(member, isListed: true)
            default: kept[name] = value(member, element, in: .key(name))
            }
        }
        return .object(kept)
    }

    private mutating func integer(_ value: JSON, _ type: FieldType) -> JSON? {
        guard let number = value.int else { return fail(value, type) }
        if case .int64 = type { return .int(Int64(number)) }
        guard Int32(exactly: number) != nil else {
            return fail("json: cannot unmarshal number \(number) into Go struct field \(place.goPath) of type int32")
        }
        return .int(Int64(number))
    }

    /// The canonical text; resource lists hold thousandths at the finest.
    private mutating func quantity(_ value: JSON, isListed: Bool) -> JSON? {
        switch Quantity.parse(value.string ?? value.text) {
        case .failure(let defect): fail(defect.rawValue)
        case .success(let quantity): .string((isListed ? quantity.roundedToMilli : quantity).description)
        }
    }

    private mutating func time(_ text: String, _ write: (WallTime) -> String) -> JSON? {
        if text.isEmpty { return nil }
        guard let time = WallTime(rfc3339: text) else {
            let layout = "2006-01-02T15:04:05Z07:00"
            let quoted = JSON.string(text).text
            return fail("parsing time \(quoted) as \"\(layout)\": cannot parse \(quoted) as \"2006\"")
        }
        return .string(write(time))
    }

    private mutating func base64(_ text: String, _ value: JSON) -> JSON? {
        if Base64.decode(text) != nil { return value }
        let offset = text.utf8.enumerated().first { !$0.element.isBase64 }?.offset ?? text.utf8.count
        return fail("illegal base64 data at input byte \(offset)")
    }
}

extension UInt8 {
    fileprivate var isBase64: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), 0x0A, 0x0D:
            true
        default: false
        }
    }
}

extension JSON {
    /// What Go's decoder calls this kind of value.
    fileprivate var goKind: String { kindName }
}
