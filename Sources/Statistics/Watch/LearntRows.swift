package import Base

/// Rows as they came, the prediction last: what is to be watched is learnt of them.
package struct LearntRows: Equatable, Sendable {
    /// One value of a row.
    package enum Cell: Equatable, Sendable {
        case missing
        case number(Double)
        case text(String)
    }

    /// What the columns are called; the last is the prediction.
    package private(set) var names: [String]
    package private(set) var rows: [[Cell]] = []
    package let rowsMax: Int

    /// The column of what was answered.
    package static let prediction = "prediction"

    package init(names: [String], rowsMax: Int) {
        self.names = names
        self.rowsMax = min(rowsMax, WatchLimits.learntCellsMax / max(1, names.count))
    }

    package var isFull: Bool { rows.count >= rowsMax }

    /// Adds a row of as many cells as there are names, while there is room.
    package mutating func add(_ row: [Cell]) {
        if row.count == names.count, !isFull { rows.append(row) }
    }

    /// Puts the prediction into a row that was added before.
    package mutating func predict(_ row: Int, _ cell: Cell) {
        if rows.indices.contains(row) { rows[row][names.count - 1] = cell }
    }

    /// Adds the rows of another replica that have the same columns.
    package mutating func merge(_ other: LearntRows) {
        if rows.isEmpty { self = LearntRows(names: other.names, rowsMax: max(rowsMax, other.rowsMax)) }
        if other.names == names { for row in other.rows { add(row) } }
    }

    package var json: JSON {
        ["names": JSON(names), "rows": .array(rows.map { .array($0.map(\.json)) })]
    }

    /// Nil where the rows are not as wide as there are names.
    package init?(_ json: JSON, rowsMax: Int = WatchLimits.learntRowsMax) {
        guard let names = json["names"].array, let rows = json["rows"].array else { return nil }
        self.init(names: names.compactMap(\.string), rowsMax: rowsMax)
        for row in rows {
            let cells = (row.array ?? []).map { Cell($0) }
            guard cells.count == self.names.count else { return nil }
            add(cells)
        }
    }
}

extension LearntRows.Cell {
    package init(_ json: JSON) {
        switch json {
        case .string(let text): self = .text(text)
        case .bool(let flag): self = .number(flag ? 1 : 0)
        default: self = json.double.map { $0.isFinite ? .number($0) : .missing } ?? .missing
        }
    }

    package var json: JSON {
        switch self {
        case .missing: .null
        case .number(let number): number.isFinite ? .double(number) : .null
        case .text(let text): .string(text)
        }
    }

    /// How it is called as a category; nil where it is missing.
    package var category: String? {
        switch self {
        case .missing: nil
        case .number(let number): JSON.double(number).categoryText
        case .text(let text): text
        }
    }
}

extension JSON {
    /// A number without a fraction that is none, a text without quotes: how categories and labels are told apart.
    package var categoryText: String {
        switch self {
        case .string(let text): text
        case .bool(let flag): flag ? "1" : "0"
        default: int.map(String.init) ?? text
        }
    }
}
