import Prediction

/// Rows of a training that may miss numbers, column by column, so that the processor works on several rows at a time.
struct NeighborDonors: Sendable {
    let rows: Int
    let columns: Int
    /// Columns × rows; zeros where a number is missing.
    private let numbers: [Double]
    /// Columns × rows: ones where there is a number.
    private let presence: [Double]

    /// - Parameter matrix: NaN where a number is missing.
    init(_ matrix: Matrix) {
        (rows, columns) = (matrix.rows, matrix.columns)
        let turned = matrix.transposed().values
        numbers = turned.map { $0.isNaN ? 0 : $0 }
        presence = turned.map { $0.isNaN ? 0 : 1 }
    }

    /// How far each donor is over the columns that both have, scaled up to all columns; NaN where there are none. `shared`
    /// is work space, a number for each.
    func measure(
        _ row: UnsafeBufferPointer<Double>,
        _ distances: UnsafeMutableBufferPointer<Double>,
        shared: UnsafeMutableBufferPointer<Double>
    ) {
        for donor in 0..<rows { (distances[donor], shared[donor]) = (0, 0) }
        for column in 0..<columns where !row[column].isNaN {
            let own = row[column]
            withColumn(column) { numbers, presence in
                for donor in numbers.indices {
                    let difference = presence[donor] * (own - numbers[donor])
                    distances[donor] += difference * difference
                    shared[donor] += presence[donor]
                }
            }
        }
        // Without shared columns 0 / 0 is no number.
        let all = Double(columns)
        for donor in 0..<rows { distances[donor] = (distances[donor] / shared[donor] * all).squareRoot() }
    }

    /// Fills a heap with the nearest donors that know a column; how many there are at all, and how far the first is.
    func findNearest(
        _ column: Int,
        _ distances: UnsafeBufferPointer<Double>,
        _ heap: NearestHeap,
        _ space: UnsafeMutableBufferPointer<Double>
    ) -> (count: Int, least: Double) {
        var space = space.mutableSpan
        heap.clear(&space)
        var (count, least) = (0, Double.infinity)
        withColumn(column) { numbers, presence in
            for donor in numbers.indices where presence[donor] != 0 && !distances[donor].isNaN {
                count += 1
                least = min(least, distances[donor])
                heap.push(distances[donor], donor, &space)
            }
        }
        return (count, least)
    }

    /// Goes through the donors that know a column, and what they know.
    @inline(__always)
    func forEach(_ column: Int, _ body: (Int, Double) -> Void) {
        withColumn(column) { numbers, presence in
            for donor in numbers.indices where presence[donor] != 0 { body(donor, numbers[donor]) }
        }
    }

    @inline(__always)
    private func withColumn(
        _ column: Int,
        _ body: (UnsafeBufferPointer<Double>, UnsafeBufferPointer<Double>) -> Void
    ) {
        let place = column * rows..<(column + 1) * rows
        numbers.withUnsafeBufferPointer { numbers in
            presence.withUnsafeBufferPointer { presence in
                body(UnsafeBufferPointer(rebasing: numbers[place]), UnsafeBufferPointer(rebasing: presence[place]))
            }
        }
    }
}
