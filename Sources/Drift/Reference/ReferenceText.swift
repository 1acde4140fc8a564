import Base
package import Statistics

/// Reads rows to compare with out of a file's text: CSV with names in its first line, or JSON lines of objects or arrays.
package enum ReferenceText {
    /// Bytes of a file.
    package static let bytesMax = 64 << 20
    /// Rows of a file.
    package static let rowsMax = 1_000_000

    /// - Parameter prediction: the column that holds what a model answered.
    package static func read(_ text: String, prediction: String) throws(ReferenceFault) -> LearntRows {
        let first = text.utf8.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        let table = isJSON ? try readJSON(text) : try readCSV(text)
        guard !table.rows.isEmpty else { throw ReferenceFault("it has no rows") }
        return arrange(table, prediction: prediction)
    }

    private typealias Table = (names: [String], rows: [[LearntRows.Cell]])

    private static func readCSV(_ text: String) throws(ReferenceFault) -> Table {
        let table = try CSVText(text, rowsMax: rowsMax)
        return (table.names, table.rows.map { $0.map(cell) })
    }

    /// An empty cell is missing, as pandas writes it.
    private static func cell(_ text: String) -> LearntRows.Cell {
        if text.isEmpty || text == "NaN" || text == "nan" { return .missing }
        guard let number = Double(text), number.isFinite else { return .text(text) }
        return .number(number)
    }

    private static func readJSON(_ text: String) throws(ReferenceFault) -> Table {
        var objects: [JSON] = []
        for (place, line) in text.split(whereSeparator: \.isNewline).enumerated() where !line.allSatisfy(\.isWhitespace)
        {
            do {
                objects.append(try JSON.parse(String(line)))
            } catch {
                throw ReferenceFault("line \(place + 1) is not JSON: \(error)")
            }
            guard objects.count <= rowsMax else { throw ReferenceFault("more than \(rowsMax) rows") }
        }
        guard let first = objects.first else { throw ReferenceFault("it is empty") }
        if let width = first.array?.count {
            let rows = objects.map { row in (0..<width).map { LearntRows.Cell(row[$0]) } }
            return ((0..<width).map { "x\($0)" }, rows)
        }
        let names = (first.object ?? [:]).keys.sorted()
        return (names, objects.map { row in names.map { LearntRows.Cell(row[$0]) } })
    }

    /// Puts the prediction last, and takes rows evenly where there are more than are kept.
    private static func arrange(_ table: Table, prediction: String) -> LearntRows {
        let own = table.names.firstIndex(of: prediction)
        let features = table.names.indices.filter { $0 != own }
        let names = features.map { table.names[$0] } + [LearntRows.prediction]
        var rows = LearntRows(names: names, rowsMax: WatchLimits.learntRowsMax)
        let kept = min(table.rows.count, rows.rowsMax)
        for place in 0..<kept {
            let row = table.rows[place * table.rows.count / kept]
            rows.add(features.map { row[$0] } + [own.map { row[$0] } ?? .missing])
        }
        return rows
    }
}
