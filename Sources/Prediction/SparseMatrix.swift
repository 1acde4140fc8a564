/// A matrix most of whose numbers are zero, by compressed rows.
package struct SparseMatrix: Equatable, Sendable {
    /// How many rows there are.
    package let rows: Int
    /// How many numbers a row has.
    package let columns: Int
    /// Where the entries of each row begin, and where the last one ends.
    private let starts: [Int]
    /// Column of each entry.
    package let indices: [Int32]
    /// The entries' numbers.
    package let values: [Double]

    /// A matrix; nil where the parts do not fit together.
    package init?(rows: Int, columns: Int, starts: [Int], indices: [Int32], values: [Double]) {
        guard rows >= 0, starts.count - 1 == rows, starts[0] == 0, starts[rows] == values.count,
            indices.count == values.count,
            zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }),
            indices.allSatisfy({ $0 >= 0 && Int($0) < columns })
        else { return nil }
        self.rows = rows
        self.columns = columns
        self.starts = starts
        self.indices = indices
        self.values = values
    }

    /// The entries of a row.
    package func range(_ row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }
}
