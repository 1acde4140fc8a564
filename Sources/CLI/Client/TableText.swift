package import Base

/// Aligns a Table of the API as `kubectl get` prints it.
package enum TableText {
    /// - Parameters:
    ///   - isWide: also shows the columns of lower priority.
    ///   - showsNamespace: puts the namespace of each row in front.
    package static func render(_ table: JSON, isWide: Bool, showsNamespace: Bool) -> String {
        let columns = table["columnDefinitions"].array ?? []
        let shown = columns.indices.filter { isWide || (columns[$0]["priority"].int ?? 0) == 0 }
        let head = shown.map { columns[$0]["name"].string?.uppercased() ?? "" }
        let rows = (table["rows"].array ?? []).map { row -> [String] in
            let cells = shown.map { text(row["cells"][$0]) }
            return showsNamespace ? [row["object"]["metadata"]["namespace"].string ?? ""] + cells : cells
        }
        return align([showsNamespace ? ["NAMESPACE"] + head : head] + rows)
    }

    /// Columns as wide as their widest cell, three spaces between them.
    static func align(_ rows: [[String]]) -> String {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: width - cell.count + 3)
            }
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    private static func text(_ cell: JSON) -> String {
        switch cell {
        case .string(let text): text
        case .null: ""
        default: cell.text
        }
    }
}
