import Base
import KubeModel

/// The columns that a CustomResourceDefinition declares.
enum CustomColumns {
    /// The declared columns; a definition that declares none has the age.
    static func columns(_ declared: JSON) -> [TableColumn] {
        let columns = declared.array ?? []
        guard !columns.isEmpty else { return [column("Age", type: "date", path: ".metadata.creationTimestamp")] }
        return columns.map { column in
            self.column(
                column.text("name"),
                type: column.text("type"),
                format: column.text("format"),
                wide: column["priority"].int ?? 0 > 0,
                path: column.text("jsonPath")
            )
        }
    }

    private static func column(
        _ name: String,
        type: String,
        format: String = "",
        wide: Bool = false,
        path: String
    ) -> TableColumn {
        let path = JSONPath(path)
        return TableColumn(name, type: type, format: format, wide: wide) { object, now in
            guard let value = path?.values(in: object.json).first else { return .null }
            return cell(value, type: type, now: now)
        }
    }

    /// A value as a cell of a declared type; null, which shows as blank, where it is of another type.
    private static func cell(_ value: JSON, type: String, now: WallTime) -> JSON {
        switch type {
        case "integer":
            return value.double.flatMap { Int64(exactly: $0.rounded(.towardZero)) }.map { .int($0) } ?? .null
        case "number": return value.double == nil ? .null : value
        case "boolean": return value.bool == nil ? .null : value
        case "date":
            guard let text = value.string else { return .null }
            return .string(WallTime(rfc3339: text).map { Age.text(since: $0, now: now) } ?? "<invalid>")
        default: return .string(value.string ?? value.text)
        }
    }
}
