import Base
import KubeModel

/// A column of `kubectl get` and what an object shows in it.
struct TableColumn: Sendable {
    let column: ResourceType.Column
    let cell: @Sendable (KubeObject, WallTime) -> JSON

    /// A cell that depends on the time of asking.
    init(
        _ name: String,
        type: String = "string",
        format: String = "",
        wide: Bool = false,
        at cell: @escaping @Sendable (KubeObject, WallTime) -> JSON
    ) {
        column = ResourceType.Column(name, type: type, format: format, priority: wide ? 1 : 0)
        self.cell = cell
    }

    /// A cell that is text.
    static func text(
        _ name: String,
        wide: Bool = false,
        _ cell: @escaping @Sendable (KubeObject) -> String
    ) -> TableColumn {
        TableColumn(name, wide: wide) { object, _ in .string(cell(object)) }
    }

    /// A cell that is a number. Most kinds call even these columns strings, and so do we.
    static func number(
        _ name: String,
        type: String = "string",
        wide: Bool = false,
        _ cell: @escaping @Sendable (KubeObject) -> Int
    ) -> TableColumn {
        TableColumn(name, type: type, wide: wide) { object, _ in .int(Int64(cell(object))) }
    }

    /// The object's name.
    static let name = TableColumn("Name", format: "name") { object, _ in .string(object.name) }
    /// The time since the object was made.
    static let age = TableColumn("Age") { object, now in .string(Age.text(since: object.creationTime, now: now)) }
    /// The moment at which the object was made, for kinds that have no table of their own.
    static let createdAt = TableColumn("Created At", type: "date") { object, _ in object.metadata["creationTimestamp"] }
}

extension ResourceType {
    /// Gives the kind its columns and cells.
    mutating func setTable(_ table: [TableColumn]) {
        columns = table.map(\.column)
        row = { object, now in table.map { $0.cell(object, now) } }
    }
}

/// Times as tables show them.
enum Age {
    /// The time since `time`, `<unknown>` where there is none.
    static func text(since time: WallTime?, now: WallTime) -> String {
        time.map { HumanDuration.text(now - $0) } ?? "<unknown>"
    }

    /// The time since an RFC 3339 text, `<unknown>` where it is none.
    static func text(since time: JSON, now: WallTime) -> String {
        text(since: time.string.flatMap { WallTime(rfc3339: $0) }, now: now)
    }
}

extension String {
    /// This text, or `<none>` where it is empty.
    var orNone: String { isEmpty ? "<none>" : self }
}

/// Cells that several kinds share.
enum Cell {
    /// `a=b,c=d` in the order of the keys, `<none>` for no labels.
    static func labels(_ labels: JSON) -> String {
        labels.stringMap.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",").orNone
    }

    /// The text form of a `LabelSelector`, `<none>` where there is none.
    static func selector(_ selector: JSON) -> String {
        guard !selector.isNull else { return "<none>" }
        return ((try? LabelSelector(json: selector)) ?? .nothing).description  // nothing has no text: it is invalid
    }

    /// `RWO,ROX`: access modes in the order of their strength, none twice.
    static func accessModes(_ modes: JSON) -> String {
        let given = Set(modes.strings)
        let names = [
            ("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP"),
        ]
        return names.filter { given.contains($0.0) }.map(\.1).joined(separator: ",")
    }
}

/// The wide columns of kinds that have a pod template.
enum TemplateColumns {
    static let containers = TableColumn.text("Containers", wide: true) { names($0, "name") }
    static let images = TableColumn.text("Images", wide: true) { names($0, "image") }
    static let selector = TableColumn.text("Selector", wide: true) { Cell.selector($0.spec["selector"]) }

    private static func names(_ object: KubeObject, _ member: String) -> String {
        object.spec[path: ["template", "spec", "containers"]].array?.map { $0.text(member) }.joined(separator: ",")
            ?? ""
    }
}
