/// Turns the cells of one column into numbers and bins, as replicas count them.
package struct CellScale: Sendable {
    private let layout: WatchLayout
    private var column: WatchLayout.Column { layout.columns[0] }

    package init(_ feature: WatchedFeature) {
        layout = WatchLayout(WatchPlan(id: "", model: "", features: [feature]))
    }

    /// The number that stands for a cell: of a category, its place. NaN for what is missing or of a wrong type.
    package func value(_ cell: LearntRows.Cell) -> Double {
        switch (cell, layout.tables.first) {
        case (.missing, _), (.text, nil): .nan
        case (.number(let number), nil): number
        case (.number(let number), let categories?): Double(categories.place(number))
        case (.text(let text), let categories?): Array(text.utf8).withUnsafeBytes { Double(categories.place($0)) }
        }
    }

    /// How many of these numbers lie in each bin; those that are not finite in none.
    package func bins(_ values: [Double]) -> [Int] {
        var counts = Array(repeating: 0, count: layout.countsSize)
        for value in values where value.isFinite {
            if layout.tables.isEmpty {
                counts.withUnsafeMutableBufferPointer { layout.counter.count(value, in: 0, into: $0) }
            } else {
                counts[column.firstBin + Int(value)] += 1
            }
        }
        return Array(counts[column.firstBin...])
    }
}
