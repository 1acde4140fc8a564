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
        /// Of numbers, where its edges begin, filled up with infinity to a multiple of four.
        var firstEdge = 0
        var edgesSize = 0
        var low = 0.0
        var high = 0.0
        /// Which of the tables has its categories; -1 for numbers.
        var table = -1

        var firstBin: Int { start + Flaw.allCases.count }
    }

    package let plan: WatchPlan
    let columns: [Column]
    /// The edges of all columns.
    let edges: [Double]
    let tables: [CategoryTable]
    /// Counts of all columns.
    let countsSize: Int
    /// Rows that a sample may hold.
    let sampleRows: Int

    package init(_ plan: WatchPlan) {
        self.plan = plan
        var (columns, edges, tables, start): ([Column], [Double], [CategoryTable], Int) = ([], [], [], 0)
        for feature in plan.columns {
            var column = Column(start: start, bins: feature.binCount)
            switch feature.kind {
            case .number(let own, let range):
                column.edgesSize = (own.count + 3) / 4 * 4
                column.firstEdge = edges.count
                edges += own + Array(repeating: .infinity, count: column.edgesSize - own.count)
                column.low = range?.lowerBound ?? -.infinity
                column.high = range?.upperBound ?? .infinity
            case .category(let names):
                column.table = tables.count
                tables.append(CategoryTable(names))
            }
            columns.append(column)
            start += Flaw.allCases.count + feature.binCount
        }
        (self.columns, self.edges, self.tables) = (columns, edges, tables)
        countsSize = start
        sampleRows = min(plan.sampleRows, WatchLimits.sampleNumbersMax / max(1, columns.count))
    }

    /// The bin of a number in a column, and whether it is out of the column's range or of no category that is known.
    ///
    /// - Parameter edges: those of all columns.
    @inline(__always)
    func place(_ number: Double, _ column: Column, _ edges: UnsafeBufferPointer<Double>) -> (bin: Int, isOutside: Bool)
    {
        guard column.table < 0 else {
            let bin = tables[column.table].place(number)
            return (bin, bin == column.bins - 1)
        }
        return (column.bin(number, edges), number < column.low || number > column.high)
    }
}

extension WatchLayout.Column {
    /// How many of its edges a number lies above: its bin. Looks at all of them, four at once: there are few, and a search
    /// would guess wrong where it goes on as often as numbers differ.
    @inline(__always)
    func bin(_ number: Double, _ edges: UnsafeBufferPointer<Double>) -> Int {
        let (numbers, own) = (SIMD4(repeating: number), UnsafeRawBufferPointer(edges))
        var below = SIMD4<Int64>()
        for first in stride(from: firstEdge, to: firstEdge &+ edgesSize, by: 4) {
            let four = own.loadUnaligned(fromByteOffset: first &* 8, as: SIMD4<Double>.self)
            below.replace(with: below &+ 1, where: four .< numbers)
        }
        return Int(below.wrappedSum())
    }
}
