import Prediction

// Categories of rows as hashes of their texts, in `batch.trees.hashes`: all of a row's, row after row.
extension Batch {
    /// Hashes the categories in some columns of a table; `sources` says where these stand, where not at their own place.
    mutating func hashCells(of columns: [Int], from sources: [Int]?) throws(InputDefect) {
        if columns.isEmpty { return }
        trees.hashes.append(contentsOf: repeatElement(0, count: rows * columns.count))
        for (index, column) in columns.enumerated() {
            let source = try filledColumn(sources?[column] ?? column)
            for row in 0..<rows { trees.hashes[row * columns.count + index] = try hash(row, source) }
        }
    }

    /// Hashes a cell. Whole numbers are spelt without a fraction.
    private func hash(_ row: Int, _ column: Int) throws(InputDefect) -> UInt32 {
        switch table.cell(row, column) {
        case .missing: throw Batch.notACategory("nan", column)
        case .number(let number): return try Batch.hash(number, column)
        case .text(let start, let count):
            return table.utf8.withUnsafeBytes { bytes in
                let range = Int(start)..<Int(start) + Int(count)
                return UInt32(truncatingIfNeeded: CityHash.hash(UnsafeRawBufferPointer(rebasing: bytes[range])))
            }
        }
    }

    /// A column of the table, all of whose cells are there.
    private func filledColumn(_ column: Int) throws(InputDefect) -> Int {
        guard table.height(column) == rows else {
            throw InputDefect("column \(column) has not as many cells as others")
        }
        return column
    }

    /// Hashes the categories in some columns of rows of numbers.
    mutating func hashNumbers(of columns: [Int]) throws(InputDefect) {
        for row in 0..<rows {
            for column in columns {
                trees.hashes.append(try Batch.hash(values[row * self.columns + column], column))
            }
        }
    }

    /// Turns some columns of a table into those of rows of `width` numbers; other numbers are missing then.
    mutating func useCellsAsNumbers(_ wanted: [Int], from sources: [Int]?, width: Int) throws(InputDefect) {
        try Batch.checkSize(rows, width, by: "CatBoost")
        columns = width
        values.removeAll(keepingCapacity: true)
        values.append(contentsOf: repeatElement(.nan, count: rows * width))
        for column in wanted {
            let source = try filledColumn(sources?[column] ?? column)
            for row in 0..<rows { values[row * width + column] = try table.number(row, source) }
        }
        content = .numbers
    }

    /// Puts columns of rows of numbers in order.
    mutating func take(_ sources: [Int]) throws(InputDefect) {
        try mapRows(to: sources.count, by: "CatBoost") { row, ordered in
            for (column, source) in sources.enumerated() { ordered[column] = row[source] }
        }
    }

    private static func hash(_ number: Double, _ column: Int) throws(InputDefect) -> UInt32 {
        guard let integer = Int64(exactly: number) else { throw notACategory("\(number)", column) }
        var digits = String(integer)
        return digits.withUTF8 { UInt32(truncatingIfNeeded: CityHash.hash(UnsafeRawBufferPointer($0))) }
    }

    private static func notACategory(_ value: String, _ column: Int) -> InputDefect {
        InputDefect(
            "Invalid type for cat_feature[feature_idx=\(column)]=\(value) : cat_features must be integer or string, "
                + "real number values and NaN values should be converted to string."
        )
    }
}
