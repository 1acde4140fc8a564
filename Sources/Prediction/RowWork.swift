/// Storage of row scorers, used again.
package struct RowWork {
    /// A sparse row spelt out.
    package var row: [Double] = []
    /// What the scorer gives for the row.
    package var result: [Double] = []
    /// The scorer's own work space.
    package var space: [Double] = []

    package init(row: [Double] = [], result: [Double] = [], space: [Double] = []) {
        self.row = row
        self.result = result
        self.space = space
    }

    /// The storage, which is then nobody else's.
    package mutating func take() -> ([Double], [Double], [Double]) {
        defer { self = RowWork() }
        return (row, result, space)
    }
}
