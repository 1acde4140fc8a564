import Prediction

/// Support vectors most of whose numbers are zero, kept by column: a row is compared only where both have a number.
struct SparseSupportVectors: SupportVectors {
    let columns: Int
    let count: Int
    /// Where the entries of each column begin, and where the last one ends.
    private let starts: [Int32]
    /// Vector of each entry.
    private let vectors: [Int32]
    private let values: [Double]
    /// |v|², eight to an element.
    private let squares: [SIMD8<Double>]

    init(_ matrix: SparseMatrix) {
        columns = matrix.columns
        count = matrix.rows
        var starts = [Int32](repeating: 0, count: columns + 1)
        for column in matrix.indices { starts[Int(column) + 1] += 1 }
        for column in 0..<columns { starts[column + 1] += starts[column] }
        var next = starts
        var vectors = [Int32](repeating: 0, count: matrix.indices.count)
        var values = [Double](repeating: 0, count: matrix.indices.count)
        var squares = [SIMD8<Double>](repeating: .zero, count: (count + 7) / 8)
        for vector in 0..<count {
            for entry in matrix.range(vector) {
                let column = Int(matrix.indices[entry])
                vectors[Int(next[column])] = Int32(vector)
                values[Int(next[column])] = matrix.values[entry]
                next[column] += 1
                squares[vector / 8][vector % 8] += matrix.values[entry] * matrix.values[entry]
            }
        }
        self.starts = starts
        self.vectors = vectors
        self.values = values
        self.squares = squares
    }

    func compare<Form: KernelForm>(
        _ batch: borrowing Batch,
        rows: Range<Int>,
        by form: Form,
        into values: UnsafeMutableBufferPointer<SIMD8<Double>>
    ) {
        for row in rows {
            let answers = UnsafeMutableBufferPointer(
                rebasing: values[(row - rows.lowerBound) * blocks..<(row - rows.lowerBound + 1) * blocks]
            )
            answers.update(repeating: .zero)
            let square = answers.withMemoryRebound(to: Double.self) { multiply(batch, row, into: $0) }
            for block in 0..<blocks {
                let product = answers[block]
                let common = Form.takesDistance ? distance(square, product, block) : product
                answers[block] = form.value(common)
            }
        }
    }

    /// |x − v|² = |x|² + |v|² − 2 x · v, not below zero however it is rounded.
    @inline(__always)
    private func distance(_ square: Double, _ product: SIMD8<Double>, _ block: Int) -> SIMD8<Double> {
        let distance = squares[block] + square - 2 * product
        return distance.replacing(with: 0, where: distance .< 0)
    }

    /// Adds the products of a row with all vectors to `products`; the square of the row's length.
    private func multiply(
        _ batch: borrowing Batch,
        _ row: Int,
        into products: UnsafeMutableBufferPointer<Double>
    ) -> Double {
        var square = 0.0
        if batch.content == .sparse {
            for entry in batch.sparse.range(row) {
                let x = batch.sparse.values[entry]
                square += x * x
                add(x, Int(batch.sparse.columns[entry]), to: products)
            }
        } else {
            for column in 0..<columns {
                let x = batch.values[row * columns + column]
                square += x * x
                if x != 0 { add(x, column, to: products) }
            }
        }
        return square
    }

    @inline(__always)
    private func add(_ x: Double, _ column: Int, to products: UnsafeMutableBufferPointer<Double>) {
        for entry in Int(starts[column])..<Int(starts[column + 1]) {
            products[Int(vectors[entry])] += x * values[entry]
        }
    }
}
