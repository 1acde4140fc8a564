// Changing all rows of a batch, in storage that is used again.
extension Batch {
    /// Replaces each number by what `change` makes of its column and of it; of sparse rows only the numbers that are
    /// there.
    @inline(__always)
    package mutating func mapEntries(_ change: (Int, Double) -> Double) {
        guard content != .sparse else {
            for entry in sparse.values.indices {
                sparse.values[entry] = change(Int(sparse.columns[entry]), sparse.values[entry])
            }
            return
        }
        let (columns, count) = (columns, rows * columns)
        values.withUnsafeMutableBufferPointer { values in
            var at = 0
            while at < count {
                for column in 0..<columns { values[at + column] = change(column, values[at + column]) }
                at += columns
            }
        }
    }

    /// Replaces each dense row by one of `width` numbers, which `fill` writes over zeros: it is given the row, then the
    /// place for the new one.
    @inline(__always)
    package mutating func mapRows(
        to width: Int,
        by name: String,
        _ fill: (UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Void
    ) throws(InputDefect) {
        try mapRows(to: width, work: 0, by: name) { row, next, _ in fill(row, next) }
    }

    /// The same with room for `work` numbers, which hold anything.
    @inline(__always)
    package mutating func mapRows(
        to width: Int,
        work: Int,
        by name: String,
        _ fill: (
            UnsafeBufferPointer<Double>, UnsafeMutableBufferPointer<Double>, UnsafeMutableBufferPointer<Double>
        ) -> Void
    ) throws(InputDefect) {
        try Batch.checkSize(rows, width, by: name)
        nextValues.removeAll(keepingCapacity: true)
        nextValues.append(contentsOf: repeatElement(0, count: rows * width + work))
        let (rows, columns) = (rows, columns)
        values.withUnsafeBufferPointer { values in
            nextValues.withUnsafeMutableBufferPointer { next in
                for row in 0..<rows {
                    fill(
                        UnsafeBufferPointer(rebasing: values[row * columns..<(row + 1) * columns]),
                        UnsafeMutableBufferPointer(rebasing: next[row * width..<(row + 1) * width]),
                        UnsafeMutableBufferPointer(rebasing: next[(rows * width)...])
                    )
                }
            }
        }
        nextValues.removeLast(work)
        swap(&values, &nextValues)
        self.columns = width
    }

    /// Makes sparse rows dense; what is not there becomes `absent`.
    package mutating func makeDense(by name: String, absent: Double = 0) throws(InputDefect) {
        guard content == .sparse else { return }
        try Batch.checkSize(rows, columns, by: name)
        values.removeAll(keepingCapacity: true)
        values.append(contentsOf: repeatElement(absent, count: rows * columns))
        for row in 0..<rows {
            for entry in sparse.range(row) { values[row * columns + Int(sparse.columns[entry])] = sparse.values[entry] }
        }
        content = .numbers
    }

    /// Makes dense rows sparse.
    package mutating func makeSparse() {
        guard content == .numbers else { return }
        sparse.clear()
        for row in 0..<rows {
            for column in 0..<columns where values[row * columns + column] != 0 {
                // Safe: rows of so many columns that an Int32 cannot number them are more than any batch holds.
                sparse.columns.append(Int32(column))
                sparse.values.append(values[row * columns + column])
            }
            sparse.ends.append(sparse.columns.count)
        }
        content = .sparse
    }

    /// Throws where rows × columns numbers are more than a batch may hold.
    package static func checkSize(_ rows: Int, _ columns: Int, by name: String) throws(InputDefect) {
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard !overflow, count <= ModelLimits.stepNumbersMax else {
            throw InputDefect(
                "\(rows) rows of \(columns) features are too many for \(name), "
                    + "a step may hold \(ModelLimits.stepNumbersMax) numbers"
            )
        }
    }
}
