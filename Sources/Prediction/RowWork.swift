/// Storage of scorers that see one row, or a few of them, at a time; used again.
package struct RowWork {
    /// Rows that are prepared together at most.
    package static let rowsMax = 32

    /// Sparse rows, written out.
    package var row: [Double] = []
    /// What was worked out for several rows at once.
    package var tile: [Double] = []
    /// The numbers of one row.
    package var result: [Double] = []
    /// Work space.
    package var space: [Double] = []

    package init() {}
}

extension [Double] {
    /// Makes it so many numbers long, whatever they are.
    package mutating func fit(_ count: Int) {
        if self.count > count { removeLast(self.count - count) }
        if self.count < count { append(contentsOf: repeatElement(0, count: count - self.count)) }
    }
}
