package import Prediction

/// Keeps some of the columns, in order: what all of scikit-learn's feature selectors come to.
package struct ColumnSelection: Transformer {
    /// What is demanded of the rows.
    package let rules: RowRules
    /// The columns that are kept, ascending.
    package let kept: [Int]

    package init(rules: RowRules, kept: [Int]) {
        self.rules = rules
        self.kept = kept
    }

    package var input: Input { rules.input }
    package var outputColumns: Int { kept.count }

    package func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        batch.keepColumns(kept)
    }
}

extension Batch {
    /// Lets go of all columns but `kept`, which are ascending.
    mutating func keepColumns(_ kept: [Int]) {
        if content == .sparse { keepSparseColumns(kept) } else { keepDenseColumns(kept) }
        columns = kept.count
    }

    private mutating func keepDenseColumns(_ kept: [Int]) {
        var to = 0
        for row in 0..<rows {
            for column in kept {
                values[to] = values[row * columns + column]
                to += 1
            }
        }
        values.removeLast(values.count - to)
    }

    private mutating func keepSparseColumns(_ kept: [Int]) {
        var (to, from) = (0, 0)
        for row in 0..<rows {
            var next = 0
            while from < sparse.ends[row] {
                let column = Int(sparse.columns[from])
                while next < kept.count, kept[next] < column { next += 1 }
                if next < kept.count, kept[next] == column {
                    // Safe: it is not more than the column that an Int32 numbers already.
                    sparse.columns[to] = Int32(next)
                    sparse.values[to] = sparse.values[from]
                    to += 1
                }
                from += 1
            }
            sparse.ends[row] = to
        }
        sparse.columns.removeLast(sparse.columns.count - to)
        sparse.values.removeLast(sparse.values.count - to)
    }
}
