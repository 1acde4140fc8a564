// What loaders work out of matrices.
extension Matrix {
    /// The number at a row and a column.
    package subscript(row: Int, column: Int) -> Double {
        get { values[row * columns + column] }
        set { values[row * columns + column] = newValue }
    }

    /// Its first rows.
    package func prefix(_ count: Int) -> Matrix {
        Matrix(rows: count, columns: columns, values: Array(values.prefix(count * columns)))
    }

    /// This matrix times another, which has as many rows as this has columns.
    package func times(_ other: Matrix) -> Matrix {
        let right = other.transposed()
        var product: [Double] = []
        for row in 0..<rows { product += right.times(Array(values[range(row)])) }
        return Matrix(rows: rows, columns: other.columns, values: product)
    }

    /// The x of A·x = b, A being this square matrix, by elimination with the largest pivot; nil where A is singular.
    package func solve(_ right: Matrix) -> Matrix? {
        var (left, right) = (self, right)
        for pivot in 0..<rows {
            let best = (pivot..<rows).max { abs(left[$0, pivot]) < abs(left[$1, pivot]) } ?? pivot
            guard abs(left[best, pivot]) > 0 else { return nil }
            left.swapRows(best, pivot)
            right.swapRows(best, pivot)
            for row in 0..<rows where row != pivot {
                let factor = left[row, pivot] / left[pivot, pivot]
                left.subtract(factor, times: pivot, from: row)
                right.subtract(factor, times: pivot, from: row)
            }
        }
        for row in 0..<rows {
            for column in 0..<right.columns { right[row, column] /= left[row, row] }
        }
        return right
    }

    private mutating func swapRows(_ first: Int, _ second: Int) {
        guard first != second else { return }
        for column in 0..<columns { values.swapAt(first * columns + column, second * columns + column) }
    }

    private mutating func subtract(_ factor: Double, times source: Int, from target: Int) {
        guard factor != 0 else { return }
        for column in 0..<columns { self[target, column] -= factor * self[source, column] }
    }
}
