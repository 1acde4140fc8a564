import Glibc
package import Prediction

/// Points that rows are compared with by a kernel, several rows at once.
package struct KernelPoints: Sendable {
    /// How many points there are.
    package var count: Int { lanes.outputs }
    /// Numbers that `compare` gives for a row: the points' likenesses first, then what fills eight up.
    package var paddedCount: Int { lanes.paddedOutputs }

    private let kernel: PairwiseKernel
    private let lanes: LaneMatrix
    /// |y| of each point, for the cosine.
    private let lengths: [Double]
    /// The points themselves, for kernels that are worked out pair by pair.
    private let points: Matrix?

    package init(_ kernel: PairwiseKernel, _ points: Matrix) {
        self.kernel = kernel
        lanes = LaneMatrix(points)
        self.points = kernel.isChiSquared ? points : nil
        lengths =
            kernel.isCosine
            ? (0..<points.rows).map { row in
                points.values[points.range(row)].reduce(0) { $0 + $1 * $1 }.squareRoot()
            } : []
    }

    /// Works out how alike `rows` are to all points, `paddedCount` numbers for each row.
    package func compare(
        _ rows: UnsafeBufferPointer<Double>,
        count: Int,
        into likeness: UnsafeMutableBufferPointer<Double>
    ) {
        switch kernel {
        case .linear: multiply(rows, count, likeness)
        case .cosine:
            multiply(rows, count, likeness)
            divideByLengths(rows, count, likeness)
        case .polynomial(let gamma, let offset, let degree):
            multiply(rows, count, likeness)
            for index in likeness.indices { likeness[index] = pow(gamma * likeness[index] + offset, degree) }
        case .sigmoid(let gamma, let offset):
            multiply(rows, count, likeness)
            for index in likeness.indices { likeness[index] = gamma * likeness[index] + offset }
            Lanes.best.hyperbolicTangent(likeness)
        case .radial(let gamma):
            lanes.measure(.squared, rows, count: count, into: likeness)
            for index in likeness.indices { likeness[index] *= -gamma }
            Lanes.best.exponential(likeness)
        case .laplacian(let gamma):
            lanes.measure(.absolute, rows, count: count, into: likeness)
            for index in likeness.indices { likeness[index] *= -gamma }
            Lanes.best.exponential(likeness)
        case .chiSquared, .additiveChiSquared: compareByPair(rows, count, likeness)
        }
    }

    private func multiply(
        _ rows: UnsafeBufferPointer<Double>,
        _ count: Int,
        _ likeness: UnsafeMutableBufferPointer<Double>
    ) {
        lanes.multiply(rows, count: count, stride: paddedCount, into: likeness)
    }

    private func divideByLengths(
        _ rows: UnsafeBufferPointer<Double>,
        _ count: Int,
        _ likeness: UnsafeMutableBufferPointer<Double>
    ) {
        for row in 0..<count {
            var square = 0.0
            for index in row * lanes.inner..<(row + 1) * lanes.inner { square += rows[index] * rows[index] }
            let length = square.squareRoot()
            for (point, other) in lengths.enumerated() {
                let index = row * paddedCount + point
                likeness[index] = length * other > 0 ? likeness[index] / (length * other) : 0
            }
        }
    }

    private func compareByPair(
        _ rows: UnsafeBufferPointer<Double>,
        _ count: Int,
        _ likeness: UnsafeMutableBufferPointer<Double>
    ) {
        guard let points else { return }
        points.values.withUnsafeBufferPointer { values in
            for row in 0..<count {
                let own = UnsafeBufferPointer(rebasing: rows[row * points.columns..<(row + 1) * points.columns])
                for point in 0..<points.rows {
                    let other = UnsafeBufferPointer(rebasing: values[points.range(point)])
                    likeness[row * paddedCount + point] = kernel.value(own, other)
                }
            }
        }
    }
}
