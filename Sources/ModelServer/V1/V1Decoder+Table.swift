import Prediction

/// Rows of values some of which are texts, for models that take such: a table whose columns have no names.
extension V1Decoder {
    /// Takes all rows, from the first one on.
    mutating func tableRows(_ batch: inout Batch) throws(RequestDefect) {
        batch.clear()
        batch.content = .table
        repeat { try tableRow(&batch) } while try cursor.takesComma(orEnd: "]")
    }

    private mutating func tableRow(_ batch: inout Batch) throws(RequestDefect) {
        let row = batch.rows
        guard cursor.take("[") else {
            throw RequestDefect("\(rowsName)[\(row)] is \(try cursor.kindOfValue()), unlike the elements before it")
        }
        cursor.skipSpace()
        var column = 0
        if !cursor.take("]") {
            repeat {
                if row == 0 { batch.table.addColumn() }
                guard column < batch.table.columns else { throw misfit(row, batch) }
                guard (row + 1) * batch.table.columns <= ModelServerLimits.frameCellsMax else {
                    throw RequestDefect("a table of more than \(ModelServerLimits.frameCellsMax) cells is not read")
                }
                try tableCell(&batch, row, column)
                column += 1
            } while try cursor.takesComma(orEnd: "]")
        }
        guard column == batch.table.columns else { throw misfit(row, batch) }
        batch.rows += 1
    }

    private mutating func tableCell(_ batch: inout Batch, _ row: Int, _ column: Int) throws(RequestDefect) {
        cursor.skipSpace()
        guard cursor.here == UInt8(ascii: "\"") else {
            let number = try cursor.cell { "\(rowsName)[\(row)][\(column)]" }
            return batch.table.append(number.isNaN ? .missing : .number(number), to: column)
        }
        let start = batch.table.utf8.count
        try cursor.string(into: &batch.table.utf8)
        batch.table.appendText(from: start, to: column)
    }

    private func misfit(_ row: Int, _ batch: borrowing Batch) -> RequestDefect {
        RequestDefect(
            "\(rowsName)[\(row)] has not as many elements as the rows before, which have \(batch.table.columns)"
        )
    }
}
