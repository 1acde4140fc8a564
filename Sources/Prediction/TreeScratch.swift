/// Work space of trees: rows as slots, or as bins.
package struct TreeScratch {
    /// Rows as slots, eight side by side.
    package var lanes: [Double] = []
    /// One sparse row spelt out; all zero between rows.
    package var row: [Double] = []
    /// Bins of sixteen rows side by side.
    package var bins: [SIMD16<UInt8>] = []
    /// Categories of rows as hashes.
    package var hashes: [UInt32] = []

    /// Makes room for so many slots, and for a row of so many columns.
    package mutating func reserve(_ count: Int, columns: Int) {
        if lanes.count < count { lanes.append(contentsOf: repeatElement(0, count: count - lanes.count)) }
        if row.count < columns { row.append(contentsOf: repeatElement(0, count: columns - row.count)) }
    }

    package mutating func reserve(bins count: Int) {
        if bins.count < count { bins.append(contentsOf: repeatElement(.zero, count: count - bins.count)) }
    }
}
