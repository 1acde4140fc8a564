/// A plan made ready for counting: where the counts of each column lie, and how a value finds its bin.
package final class WatchLayout: Sendable {
    /// What is wrong with a cell.
    package enum Flaw: Int, CaseIterable, Sendable {
        /// Nothing is there.
        case missing
        /// A number out of its range, a category that is not known.
        case outside
        /// A text for a number.
        case wrongType
    }

    /// One column: numbers alone, so that reading one costs no more than that.
    struct Column: Sendable {
        /// Where its counts begin: its flaws, then its bins.
        let start: Int
        let bins: Int
        /// Which of the tables has its categories; -1 for numbers.
        var table = -1

        var firstBin: Int { start + Flaw.allCases.count }
    }

    package let plan: WatchPlan
    let columns: [Column]
    let counter: ColumnCounter
    let tables: [CategoryTable]
    /// Counts of all columns.
    let countsSize: Int
    /// Rows that a sample may hold.
    let sampleRows: Int

    package init(_ plan: WatchPlan) {
        self.plan = plan
        var (columns, counter, tables, start) = ([Column](), ColumnCounter(), [CategoryTable](), 0)
        for feature in plan.columns {
            var column = Column(start: start, bins: feature.binCount)
            switch feature.kind {
            case .number(let edges, let range): counter.add(edges, range, start: start)
            case .category(let names):
                counter.add(nil, nil, start: start)
                column.table = tables.count
                tables.append(CategoryTable(names))
            }
            columns.append(column)
            start += Flaw.allCases.count + feature.binCount
        }
        (self.columns, self.counter, self.tables) = (columns, counter, tables)
        countsSize = start
        sampleRows = min(plan.sampleRows, WatchLimits.sampleNumbersMax / max(1, columns.count))
    }
}
