import CLanes

/// Counts numbers by the bins of their columns, as this machine's processor does it quickest.
///
/// Safe: points at a constant of the program.
struct ColumnCounter: @unchecked Sendable {
    private let loops: UnsafePointer<clanes> = clanes_best()
    private var columns: [clanes_column] = []
    /// The edges of all columns.
    private var edges: [Double] = []

    /// Adds a column whose counts begin at `start`; nil for edges where it is none of numbers.
    mutating func add(_ own: [Double]?, _ range: ClosedRange<Double>?, start: Int) {
        let size = ((own?.count ?? 0) + 7) / 8 * 8
        columns.append(
            clanes_column(
                first_edge: edges.count,
                edge_count: own == nil ? -1 : size,
                low: range?.lowerBound ?? -.infinity,
                high: range?.upperBound ?? .infinity,
                first_count: start
            )
        )
        if let own { edges += own + Array(repeating: .infinity, count: size - own.count) }
    }

    /// Counts the numbers of a row.
    ///
    /// - Parameter places: for each of the first columns where its number lies in the row, -1 where it does not.
    @inline(__always)
    func count(_ row: UnsafeBufferPointer<Double>, at places: [Int], into counts: UnsafeMutableBufferPointer<Int>) {
        let count = min(places.count, columns.count)
        // Unchecked: a request has many cells. The layout that made the columns has room for their counts.
        loops.pointee.count(row.baseAddress, row.count, places, columns, count, edges, counts.baseAddress)
    }

    /// Counts a number in one of the columns.
    func count(_ number: Double, in column: Int, into counts: UnsafeMutableBufferPointer<Int>) {
        var (number, place, column) = (number, 0, columns[column])
        loops.pointee.count(&number, 1, &place, &column, 1, edges, counts.baseAddress)
    }
}
