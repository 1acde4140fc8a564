import Base
import CData

/// Kubernetes' own messages: the fields of each, their types, their numbers in protobuf and how their lists merge.
///
/// Read once, at the first use, from the tables that the program carries inside itself.
final class MessageTable: Sendable {
    static let shared = MessageTable()

    private let messages: [String: Message]

    private init() {
        let table = MessageTable.embedded(cdata_kube_messages_start_address(), cdata_kube_messages_size())
        let lists = MessageTable.embedded(cdata_kube_lists_start_address(), cdata_kube_lists_size())
        messages = (table["messages"].object ?? [:]).reduce(into: [:]) { messages, entry in
            let (name, fields) = entry
            let inlined = Set(table["inline"][name].strings)
            var read: [Message.Field] = []
            for (number, field) in fields.object ?? [:] {
                guard let number = Int(number), let original = field[0].string, let type = field[1].string else {
                    continue
                }
                let json = table["names"]["\(name)#\(number)"].string ?? original
                read.append(
                    Message.Field(
                        name: json,
                        number: number,
                        type: FieldType(type),
                        isInline: inlined.contains(String(number)),
                        merge: FieldMerge(lists[name][json])
                    )
                )
            }
            messages[name] = Message(
                name: name,
                fields: read,
                merge: FieldMerge(lists[name][""]),
                required: lists[name][""]["required"].strings
            )
        }
    }

    /// The message of a name like `core.PodSpec`, nil where there is none.
    subscript(name: String) -> Message? { messages[name] }

    private static func embedded(_ start: UnsafePointer<UInt8>?, _ size: Int) -> JSON {
        (try? JSON.parse(UnsafeRawBufferPointer(start: start, count: size))) ?? .null
    }
}

/// One of Kubernetes' messages.
final class Message: Sendable {
    /// A field as JSON names it.
    struct Field: Sendable {
        let name: String
        let number: Int
        let type: FieldType
        /// In JSON the members of this message stand in the parent itself.
        let isInline: Bool
        let merge: FieldMerge
    }

    /// `core.PodSpec`
    let name: String
    /// By their numbers in protobuf.
    let numbered: [Int: Field]
    /// By their names in JSON, those of inlined messages not among them.
    private let named: [String: Field]
    private let inlined: [String]
    /// How the message as a whole merges on apply.
    let merge: FieldMerge
    /// Members that a CRD which holds such a message demands.
    let required: [String]

    init(name: String, fields: [Field], merge: FieldMerge, required: [String]) {
        self.name = name
        self.merge = merge
        self.required = required
        numbered = Dictionary(fields.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        named = Dictionary(
            fields.filter { !$0.isInline }.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        inlined = fields.filter(\.isInline).compactMap { if case .message(let name) = $0.type { name } else { nil } }
    }

    /// The field of a JSON member, and the message that declares it.
    func field(_ member: String) -> (field: Field, owner: Message)? {
        if let field = named[member] { return (field, self) }
        for name in inlined {
            if let found = MessageTable.shared[name]?.field(member) { return found }
        }
        return nil
    }

    /// Whether objects of this message carry `apiVersion` and `kind` of their own.
    var isObject: Bool {
        guard let metadata = named["metadata"], case .message(let type) = metadata.type else { return false }
        return ["meta.ObjectMeta", "meta.ListMeta"].contains(type) && !name.hasSuffix("Template")
            && !name.hasSuffix("TemplateSpec")
    }
}

/// What a field holds.
indirect enum FieldType: Sendable {
    case string, bytes, bool, int32, int64, double
    case quantity, time, microTime, intOrString, duration
    /// Any JSON: RawExtension, FieldsV1.
    case raw
    case list(FieldType)
    case map(FieldType)
    case message(String)

    /// Reads the table's spelling: `[]core.Container`, `map<string,.res.Quantity>`.
    init(_ text: String) {
        if text.hasPrefix("[]") {
            self = .list(FieldType(String(text.dropFirst(2))))
        } else if text.hasPrefix("map<string,"), text.hasSuffix(">") {
            self = .map(FieldType(String(text.dropFirst("map<string,".count).dropLast())))
        } else {
            self = FieldType.scalars[text] ?? .message(text.hasPrefix(".") ? String(text.dropFirst()) : text)
        }
    }

    private static let scalars: [String: FieldType] = [
        "string": .string, "bytes": .bytes, "bool": .bool, "int32": .int32, "int64": .int64, "double": .double,
        "res.Quantity": .quantity, ".res.Quantity": .quantity, "meta.Time": .time, ".meta.Time": .time,
        "meta.MicroTime": .microTime, "intstr.IntOrString": .intOrString, "meta.Duration": .duration,
        "runtime.RawExtension": .raw, "meta.FieldsV1": .raw, "meta.Verbs": .list(.string),
        "ExtraValue": .list(.string), "authz.ExtraValue": .list(.string), "authn.ExtraValue": .list(.string),
    ]

    /// How Go's decoder calls the type in its errors.
    var goName: String {
        switch self {
        case .string, .bytes, .quantity, .duration: "string"
        case .bool: "bool"
        case .int32, .intOrString: "int32"
        case .int64: "int64"
        case .double: "float64"
        case .time: "v1.Time"
        case .microTime: "v1.MicroTime"
        case .raw: "runtime.RawExtension"
        case .list(let element): "[]\(element.goName)"
        case .map(let value): "map[string]\(value.goName)"
        case .message(let name): "\(name.hasPrefix("as2.") ? "v2" : "v1").\(name.split(separator: ".").last ?? "")"
        }
    }
}

/// How patches and apply merge what a field holds.
struct FieldMerge: Sendable, Equatable {
    /// Strategic merge: the member that tells a list's elements apart, empty for lists of scalars; nil: replace.
    let key: String?
    /// Strategic merge: `$retainKeys` is written when patches are made.
    let retainsKeys: Bool
    /// Strategic merge: the object is replaced as a whole.
    let replaces: Bool
    let list: ListRule
    /// Apply: the object or map is one value; nil where nothing is said.
    let isAtomic: Bool?

    init(_ json: JSON) {
        key = json["merge"].string
        retainsKeys = json["retain"].bool ?? false
        replaces = json["replace"].bool ?? false
        isAtomic = json["map"].string.map { $0 == "atomic" }
        list =
            switch json["list"] {
            case .string("set"): .set
            case .array: .map(keys: json["list"].strings)
            default: .atomic
            }
    }
}
