// Products with one row.
extension Matrix {
    /// Writes this matrix times a row of as many numbers as it has columns.
    @inlinable
    package func multiply(_ row: UnsafeBufferPointer<Double>, into result: UnsafeMutableBufferPointer<Double>) {
        values.withUnsafeBufferPointer { values in
            for output in 0..<rows {
                var sum = 0.0
                for column in 0..<columns { sum += row[column] * values[output * columns + column] }
                result[output] = sum
            }
        }
    }

    /// This matrix times a row.
    package func times(_ row: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: rows)
        row.withUnsafeBufferPointer { row in
            result.withUnsafeMutableBufferPointer { multiply(row, into: $0) }
        }
        return result
    }
}
