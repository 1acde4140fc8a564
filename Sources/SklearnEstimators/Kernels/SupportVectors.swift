import Prediction

/// Support vectors that row after row is compared with.
protocol SupportVectors: Sendable {
    /// Numbers of each vector.
    var columns: Int { get }
    /// How many vectors there are.
    var count: Int { get }
    /// Works out the kernel of each of `rows` with each vector: `blocks` elements of `values` a row.
    func compare(
        _ batch: borrowing Batch,
        rows: Range<Int>,
        by form: some KernelForm,
        into values: UnsafeMutableBufferPointer<SIMD8<Double>>
    )
}

extension SupportVectors {
    /// Groups of eight that the vectors make, the last one filled up.
    var blocks: Int { (count + 7) / 8 }
}

/// Support vectors most of whose numbers are not zero: eight vectors side by side, column after column.
struct DenseSupportVectors: SupportVectors {
    let columns: Int
    let count: Int
    /// `blocks` × `columns` elements.
    private let lanes: [SIMD8<Double>]

    /// Bytes of vectors that all rows of a tile are compared with while they are in the nearest cache.
    private static let chunkBytes = 16 << 10

    /// Vectors row-major, `count` × `columns` numbers.
    init(_ values: [Double], count: Int, columns: Int) {
        precondition(values.count == count * columns, "support vectors are not of their shape")
        self.columns = columns
        self.count = count
        var lanes = [SIMD8<Double>](repeating: .zero, count: (count + 7) / 8 * columns)
        for vector in 0..<count {
            for column in 0..<columns {
                lanes[vector / 8 * columns + column][vector % 8] = values[vector * columns + column]
            }
        }
        self.lanes = lanes
    }

    func compare(
        _ batch: borrowing Batch,
        rows: Range<Int>,
        by form: some KernelForm,
        into values: UnsafeMutableBufferPointer<SIMD8<Double>>
    ) {
        let chunk = max(1, DenseSupportVectors.chunkBytes / max(1, columns * MemoryLayout<SIMD8<Double>>.stride))
        batch.values.withUnsafeBufferPointer { numbers in
            lanes.withUnsafeBufferPointer { lanes in
                var first = 0
                while first < blocks {
                    let last = min(blocks, first + chunk)
                    for row in rows {
                        let x = UnsafeBufferPointer(rebasing: numbers[row * columns..<(row + 1) * columns])
                        let answers = (row - rows.lowerBound) * blocks
                        for block in first..<last {
                            values[answers + block] = form.value(common(x, lanes, block, form))
                        }
                    }
                    first = last
                }
            }
        }
    }

    /// What a row has in common with the eight vectors of a block.
    @inline(__always)
    private func common<Form: KernelForm>(
        _ x: UnsafeBufferPointer<Double>,
        _ lanes: UnsafeBufferPointer<SIMD8<Double>>,
        _ block: Int,
        _ form: Form
    ) -> SIMD8<Double> {
        var sum = SIMD8<Double>.zero
        let start = block * columns
        for column in 0..<columns {
            if Form.takesDistance {
                let difference = x[column] - lanes[start + column]
                sum += difference * difference
            } else {
                sum += x[column] * lanes[start + column]
            }
        }
        return sum
    }
}
