/// Rows of a data frame, kept by columns; what the columns are called is in `Batch.columnNames`.
///
/// Keeps its storage from one request to the next.
package struct TableRows {
    /// One value of a row. Booleans are the numbers 0 and 1.
    package enum Cell: Equatable, Sendable {
        /// Nothing was given: null, NaN, or no such member in a row.
        case missing
        case number(Double)
        /// A run of bytes in `utf8`.
        case text(start: Int32, count: Int32)
    }

    /// The bytes of all texts.
    package var utf8: [UInt8] = []
    /// How many columns there are.
    package private(set) var columns = 0
    /// The cells of each column, top down; more columns than are in use keep their storage here.
    private var store: [[Cell]] = []

    /// Adds a column whose first `rows` cells are missing.
    package mutating func addColumn(missing rows: Int = 0) {
        if columns == store.count { store.append([]) }
        store[columns].append(contentsOf: repeatElement(.missing, count: rows))
        columns += 1
    }

    /// Adds a cell at the lower end of a column.
    package mutating func append(_ cell: Cell, to column: Int) { store[column].append(cell) }

    /// Adds the text whose bytes were appended to `utf8` from `start` on.
    package mutating func appendText(from start: Int, to column: Int) {
        // Safe: a request is far smaller than 2^31 bytes.
        store[column].append(.text(start: Int32(start), count: Int32(utf8.count - start)))
    }

    /// Fills every column with missing cells, down to `rows` of them.
    package mutating func fill(to rows: Int) {
        for column in 0..<columns {
            store[column].append(contentsOf: repeatElement(.missing, count: max(0, rows - store[column].count)))
        }
    }

    /// Repeats the last cell of a column, down to `rows` cells; without a cell, and above `rows`, nothing is left of it.
    package mutating func repeatLast(of column: Int, to rows: Int) {
        guard let last = store[column].last else { return }
        let count = store[column].count
        if count < rows {
            store[column].append(contentsOf: repeatElement(last, count: rows - count))
        } else {
            store[column].removeLast(count - rows)
        }
    }

    /// How many cells a column has so far.
    package func height(_ column: Int) -> Int { store[column].count }

    /// The cell in a row and column, which must be there.
    package func cell(_ row: Int, _ column: Int) -> Cell { store[column][row] }

    /// Puts another value into a cell.
    package mutating func replace(_ row: Int, _ column: Int, by cell: Cell) { store[column][row] = cell }

    /// A text as a cell of this table.
    package mutating func keep(_ text: String) -> Cell {
        let start = utf8.count
        utf8.append(contentsOf: text.utf8)
        return .text(start: Int32(start), count: Int32(utf8.count - start))
    }

    /// Makes the cells those of another table, in the storage that is here.
    mutating func copy(_ other: borrowing TableRows) {
        clear()
        utf8.append(contentsOf: other.utf8)
        for column in 0..<other.columns {
            addColumn()
            store[column].append(contentsOf: other.store[column])
        }
    }

    /// Adds a column of another table, with its texts.
    package mutating func addColumn(_ column: Int, of other: borrowing TableRows) {
        addColumn()
        for row in 0..<other.height(column) {
            guard case .text(let start, let count) = other.cell(row, column) else {
                append(other.cell(row, column), to: columns - 1)
                continue
            }
            let first = utf8.count
            utf8.append(contentsOf: other.utf8[Int(start)..<Int(start) + Int(count)])
            appendText(from: first, to: columns - 1)
        }
    }

    /// The text of a cell.
    package func text(start: Int32, count: Int32) -> String {
        String(decoding: utf8[Int(start)..<Int(start) + Int(count)], as: UTF8.self)
    }

    /// A cell as Python would show it.
    package func spelt(_ row: Int, _ column: Int) -> String {
        switch cell(row, column) {
        case .missing: "nan"
        case .number(let number): number.description
        case .text(let start, let count):
            "'\(text(start: start, count: count))'"
        }
    }

    package mutating func clear() {
        for column in 0..<columns { store[column].removeAll(keepingCapacity: true) }
        columns = 0
        utf8.removeAll(keepingCapacity: true)
    }
}

extension Batch {
    /// Turns the rows of a data frame into rows of numbers, as numpy does: a missing cell is NaN, a text must spell a number.
    mutating func useTableAsNumbers() throws(InputDefect) {
        columns = table.columns
        values.removeAll(keepingCapacity: true)
        values.append(contentsOf: repeatElement(.nan, count: rows * columns))
        for column in 0..<columns {
            guard table.height(column) == rows else {
                throw InputDefect("column \(column) has not as many cells as others")
            }
            for row in 0..<rows { values[row * columns + column] = try table.number(row, column) }
        }
        content = .numbers
    }
}

extension TableRows {
    /// A cell as a number.
    package func number(_ row: Int, _ column: Int) throws(InputDefect) -> Double {
        switch store[column][row] {
        case .missing: return .nan
        case .number(let number): return number
        case .text(let start, let count):
            let text = text(start: start, count: count)
            guard let number = Double(text) else { throw InputDefect("could not convert string to float: '\(text)'") }
            return number
        }
    }
}
