// Products of all rows of a batch, in storage that is used again.
extension Batch {
    /// Makes each row, dense or sparse, the numbers that a matrix makes of it, plus offsets; the rows are dense then.
    package mutating func multiply(
        with matrix: LaneMatrix,
        plus offsets: [Double]? = nil,
        by name: String
    ) throws(InputDefect) {
        try Batch.checkSize(rows, matrix.outputs, by: name)
        var products: [Double] = []
        swap(&products, &nextValues)
        products.fit(rows * matrix.outputs)
        products.withUnsafeMutableBufferPointer { products in
            if content == .sparse {
                for row in 0..<rows {
                    let place = row * matrix.outputs..<(row + 1) * matrix.outputs
                    let own = UnsafeMutableBufferPointer(rebasing: products[place])
                    matrix.multiply(sparse: sparse.range(row), of: sparse, plus: offsets, into: own)
                }
            } else {
                values.withUnsafeBufferPointer { matrix.multiply($0, count: rows, plus: offsets, into: products) }
            }
        }
        swap(&products, &values)
        swap(&products, &nextValues)
        content = .numbers
        columns = matrix.outputs
    }

    /// Changes the numbers of all dense rows together.
    package mutating func mapValues(_ change: (UnsafeMutableBufferPointer<Double>) -> Void) {
        values.withUnsafeMutableBufferPointer { change(UnsafeMutableBufferPointer(rebasing: $0[..<(rows * columns)])) }
    }

    /// Replaces dense rows by rows of `width` numbers, some rows at a time: `fill` is given the rows, how many they are, the
    /// place for the new ones, and room for `work` numbers for each of them.
    package mutating func mapTiles(
        to width: Int,
        work: Int,
        by name: String,
        _ fill: (
            UnsafeBufferPointer<Double>, Int, UnsafeMutableBufferPointer<Double>, UnsafeMutableBufferPointer<Double>
        ) -> Void
    ) throws(InputDefect) {
        try Batch.checkSize(rows, width, by: name)
        let tile = min(rows, max(1, min(Batch.tileRowsMax, Batch.tileNumbersMax / max(1, work))))
        let (rows, columns) = (rows, columns)
        rowWork.tile.fit(tile * work)
        nextValues.fit(rows * width)
        values.withUnsafeBufferPointer { values in
            nextValues.withUnsafeMutableBufferPointer { next in
                rowWork.tile.withUnsafeMutableBufferPointer { work in
                    for first in stride(from: 0, to: rows, by: tile) {
                        let last = min(rows, first + tile)
                        fill(
                            UnsafeBufferPointer(rebasing: values[first * columns..<last * columns]),
                            last - first,
                            UnsafeMutableBufferPointer(rebasing: next[first * width..<last * width]),
                            work
                        )
                    }
                }
            }
        }
        swap(&values, &nextValues)
        self.columns = width
    }

    /// Rows that are worked on together at most, and numbers that are worked out for them.
    private static let tileRowsMax = 32
    private static let tileNumbersMax = 16 << 10
}
