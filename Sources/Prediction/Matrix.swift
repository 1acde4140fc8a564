/// Numbers in rows.
package struct Matrix: Sendable {
    /// How many rows there are.
    package let rows: Int
    /// How many numbers a row has.
    package let columns: Int
    /// Row-major.
    package var values: [Double]

    package init(rows: Int, columns: Int, values: [Double]) {
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// Where a row's numbers are.
    package func range(_ row: Int) -> Range<Int> { row * columns..<(row + 1) * columns }

    /// Rows made columns.
    package func transposed() -> Matrix {
        var values: [Double] = []
        values.reserveCapacity(self.values.count)
        for column in 0..<columns {
            for row in 0..<rows { values.append(self.values[row * columns + column]) }
        }
        return Matrix(rows: columns, columns: rows, values: values)
    }
}
