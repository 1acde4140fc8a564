import Prediction

/// Builds a data frame out of objects as pandas does: columns in the order in which their names first came, rows below
/// each other, a missing cell where a row has none.
///
/// An element is an object of lists (columns), in which a single value stands for every row, or a list of objects (rows).
struct FrameBuilder {
    private var columns: [String: Int] = [:]

    /// Adds one element.
    mutating func add(_ cursor: inout BodyCursor, _ batch: inout Batch, place: String) throws(RequestDefect) {
        batch.content = .table
        if cursor.take("{") { return try addColumns(&cursor, &batch, place) }
        guard cursor.take("[") else {
            throw RequestDefect("\(place) is \(try cursor.kindOfValue()), unlike the elements before it")
        }
        cursor.skipSpace()
        if cursor.take("]") { return }
        var row = 0
        repeat {
            try addRow(&cursor, &batch, "\(place)[\(row)]")
            row += 1
        } while try cursor.takesComma(orEnd: "]")
    }

    private mutating func addRow(
        _ cursor: inout BodyCursor,
        _ batch: inout Batch,
        _ place: String
    ) throws(RequestDefect) {
        guard cursor.take("{") else {
            throw RequestDefect(
                "\(place) is \(try cursor.kindOfValue()), expected is an object like the rows before it"
            )
        }
        cursor.skipSpace()
        if !cursor.take("}") {
            var member = 0
            repeat {
                let column = try column(&cursor, &batch, guess: member, place)
                try addCell(&cursor, &batch, column, place)
                member += 1
            } while try cursor.takesComma(orEnd: "}")
        }
        try endRows(batch.rows + 1, &batch)
    }

    private mutating func addColumns(
        _ cursor: inout BodyCursor,
        _ batch: inout Batch,
        _ place: String
    ) throws(RequestDefect) {
        var length: Int?
        var singles: [Int] = []
        cursor.skipSpace()
        if cursor.take("}") { return }
        var member = 0
        repeat {
            let column = try column(&cursor, &batch, guess: member, place)
            cursor.skipSpace()
            if cursor.take("[") {
                let count = try addCells(&cursor, &batch, column, place)
                guard length == nil || length == count else {
                    throw RequestDefect("All arrays must be of the same length: \(place)")
                }
                length = count
            } else {
                try addCell(&cursor, &batch, column, place)
                singles.append(column)
            }
            member += 1
        } while try cursor.takesComma(orEnd: "}")
        let rows = batch.rows + (length ?? 1)
        try check(rows, batch.columnNames.count)
        for column in singles { batch.table.repeatLast(of: column, to: rows) }
        try endRows(rows, &batch)
    }

    private func addCells(
        _ cursor: inout BodyCursor,
        _ batch: inout Batch,
        _ column: Int,
        _ place: String
    ) throws(RequestDefect) -> Int {
        cursor.skipSpace()
        if cursor.take("]") { return 0 }
        let before = batch.table.height(column)
        repeat {
            cursor.skipSpace()
            try addCell(&cursor, &batch, column, place)
        } while try cursor.takesComma(orEnd: "]")
        return batch.table.height(column) - before
    }

    private func addCell(
        _ cursor: inout BodyCursor,
        _ batch: inout Batch,
        _ column: Int,
        _ place: String
    ) throws(RequestDefect) {
        cursor.skipSpace()
        if cursor.here == UInt8(ascii: "\"") {
            let start = batch.table.utf8.count
            try cursor.string(into: &batch.table.utf8)
            return batch.table.appendText(from: start, to: column)
        }
        let number = try cursor.cell { "\(place).\(batch.columnNames[column])" }
        batch.table.append(number.isNaN ? .missing : .number(number), to: column)
    }

    /// The column that the member here names; a new one where no row had it.
    private mutating func column(
        _ cursor: inout BodyCursor,
        _ batch: inout Batch,
        guess: Int,
        _ place: String
    ) throws(RequestDefect) -> Int {
        let range = try cursor.memberName()
        let known = try known(cursor, range, batch, guess: guess)
        let column = known ?? batch.columnNames.count
        if known == nil {
            let name = try cursor.text(range)
            columns[name] = column
            batch.columnNames.append(name)
            try check(batch.rows, column + 1)
            batch.table.addColumn(missing: batch.rows)
        }
        guard batch.table.height(column) == batch.rows else {
            throw RequestDefect("\(place) has more than one member called '\(batch.columnNames[column])'")
        }
        return column
    }

    private func known(
        _ cursor: BodyCursor,
        _ range: Range<Int>,
        _ batch: borrowing Batch,
        guess: Int
    ) throws(RequestDefect) -> Int? {
        if guess < batch.columnNames.count, batch.columnNames[guess].utf8.elementsEqual(cursor.bytes[range]) {
            return guess
        }
        return columns[try cursor.text(range)]
    }

    private func endRows(_ rows: Int, _ batch: inout Batch) throws(RequestDefect) {
        try check(rows, batch.columnNames.count)
        batch.rows = rows
        batch.table.fill(to: rows)
    }

    private func check(_ rows: Int, _ columns: Int) throws(RequestDefect) {
        guard rows <= ModelServerLimits.frameCellsMax / max(1, columns) else {
            throw RequestDefect("a frame of more than \(ModelServerLimits.frameCellsMax) cells is not read")
        }
    }
}
