// Batches inside a batch: parts of its rows, and their joining.
extension Batch {
    /// An empty batch, with the storage of one that was given back.
    package mutating func takeSpare() -> Batch { spares.popLast() ?? Batch() }

    /// Keeps the storage of a batch for the next that is taken.
    package mutating func keepSpare(_ batch: Batch) { spares.append(batch) }

    /// Makes the rows those of another batch.
    package mutating func copyRows(of other: borrowing Batch) {
        clear()
        content = other.content
        rows = other.rows
        columns = other.columns
        columnNames.append(contentsOf: other.columnNames)
        switch other.content {
        case .numbers: values.append(contentsOf: other.values)
        case .sparse:
            sparse.ends.append(contentsOf: other.sparse.ends)
            sparse.columns.append(contentsOf: other.sparse.columns)
            sparse.values.append(contentsOf: other.sparse.values)
        case .texts:
            texts.utf8.append(contentsOf: other.texts.utf8)
            texts.ends.append(contentsOf: other.texts.ends)
        case .table: table.copy(other.table)
        }
    }

    /// Makes the rows those of `parts`, side by side; these must have as many rows.
    package mutating func join(
        _ parts: [Batch],
        columns: Int,
        sparse isSparse: Bool,
        by name: String
    ) throws(InputDefect) {
        if isSparse { joinSparse(parts) } else { try joinDense(parts, columns, by: name) }
        self.columns = columns
        if !columnNames.isEmpty { columnNames.removeAll(keepingCapacity: true) }
    }

    private mutating func joinDense(_ parts: [Batch], _ columns: Int, by name: String) throws(InputDefect) {
        try Batch.checkSize(rows, columns, by: name)
        values.removeAll(keepingCapacity: true)
        values.append(contentsOf: repeatElement(0, count: rows * columns))
        var first = 0
        for part in parts {
            for row in 0..<rows {
                let start = row * columns + first
                if part.content == .sparse {
                    for entry in part.sparse.range(row) {
                        values[start + Int(part.sparse.columns[entry])] = part.sparse.values[entry]
                    }
                } else {
                    for column in 0..<part.columns {
                        values[start + column] = part.values[row * part.columns + column]
                    }
                }
            }
            first += part.columns
        }
        content = .numbers
    }

    private mutating func joinSparse(_ parts: [Batch]) {
        sparse.clear()
        for row in 0..<rows {
            var first = 0
            for part in parts {
                if part.content == .sparse {
                    for entry in part.sparse.range(row) {
                        sparse.columns.append(Int32(first) + part.sparse.columns[entry])
                        sparse.values.append(part.sparse.values[entry])
                    }
                } else {
                    for column in 0..<part.columns where part.values[row * part.columns + column] != 0 {
                        sparse.columns.append(Int32(first + column))
                        sparse.values.append(part.values[row * part.columns + column])
                    }
                }
                first += part.columns
            }
            sparse.ends.append(sparse.columns.count)
        }
        content = .sparse
    }
}
