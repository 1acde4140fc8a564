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
        layout.edges.withUnsafeBufferPointer { edges in
            values.reduce(into: Array(repeating: 0, count: column.bins)) { bins, value in
                guard value.isFinite else { return }
                bins[layout.tables.isEmpty ? column.bin(value, edges) : Int(value)] += 1
            }
        }
    }
}
