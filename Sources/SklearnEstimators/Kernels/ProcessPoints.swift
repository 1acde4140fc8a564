import Glibc
import Prediction

/// Points that rows are compared with by a process's kernel, several rows at once.
struct ProcessPoints: Sendable {
    /// A kernel with what it knows of the points.
    private indirect enum Part: Sendable {
        case constant(Double)
        /// Of the squared distance between rows and points, each divided by the lengths.
        case ofDistance(Curve, lengths: [Double], LaneMatrix)
        /// x · y + σ²
        case product(LaneMatrix, plus: Double)
        case sum(Part, Part)
        case times(Part, Part)
        case power(Part, Double)
    }

    /// From a squared distance to a likeness.
    private enum Curve: Sendable {
        case radial
        case matern(nu: Double)
        case rationalQuadratic(length: Double, alpha: Double)
        case periodic(length: Double, period: Double)
    }

    /// How many points there are.
    let count: Int
    /// Numbers that `compare` gives for a row: the points' likenesses first, then what fills eight up.
    let paddedCount: Int
    private let columns: Int
    private let kernel: Part

    init(_ kernel: ProcessKernel, _ points: Matrix) {
        count = points.rows
        paddedCount = (points.rows + Lanes.width - 1) / Lanes.width * Lanes.width
        columns = points.columns
        self.kernel = ProcessPoints.part(kernel, points)
    }

    private static func part(_ kernel: ProcessKernel, _ points: Matrix) -> Part {
        switch kernel {
        case .constant(let value): .constant(value)
        case .white: .constant(0)
        case .radial(let lengths): ofDistance(.radial, lengths, points)
        case .matern(let nu, let lengths): ofDistance(.matern(nu: nu), lengths, points)
        case .rationalQuadratic(let length, let alpha):
            ofDistance(.rationalQuadratic(length: length, alpha: alpha), [], points)
        case .periodic(let length, let period): ofDistance(.periodic(length: length, period: period), [], points)
        case .product(let sigma): .product(LaneMatrix(points), plus: sigma * sigma)
        case .sum(let first, let second): .sum(part(first, points), part(second, points))
        case .times(let first, let second): .times(part(first, points), part(second, points))
        case .power(let kernel, let exponent): .power(part(kernel, points), exponent)
        }
    }

    private static func ofDistance(_ curve: Curve, _ lengths: [Double], _ points: Matrix) -> Part {
        guard !lengths.isEmpty else { return .ofDistance(curve, lengths: [], LaneMatrix(points)) }
        var scaled = points
        for index in scaled.values.indices { scaled.values[index] /= lengths[index % points.columns] }
        return .ofDistance(curve, lengths: lengths, LaneMatrix(scaled))
    }

    /// Works out how alike `count` rows are to all points, `paddedCount` numbers for each row.
    func compare(_ rows: UnsafeBufferPointer<Double>, count: Int, into likeness: UnsafeMutableBufferPointer<Double>) {
        compare(rows, count, by: kernel, likeness)
    }

    private func compare(
        _ rows: UnsafeBufferPointer<Double>,
        _ count: Int,
        by part: Part,
        _ likeness: UnsafeMutableBufferPointer<Double>
    ) {
        switch part {
        case .constant(let value): likeness.update(repeating: value)
        case .ofDistance(let curve, let lengths, let points):
            measure(rows, count, lengths, points, likeness)
            ProcessPoints.bend(likeness, by: curve)
        case .product(let points, let offset):
            points.multiply(rows, count: count, stride: paddedCount, into: likeness)
            for index in likeness.indices { likeness[index] += offset }
        case .sum(let first, .constant(let value)), .sum(.constant(let value), let first):
            compare(rows, count, by: first, likeness)
            for index in likeness.indices { likeness[index] += value }
        case .times(let first, .constant(let value)), .times(.constant(let value), let first):
            compare(rows, count, by: first, likeness)
            for index in likeness.indices { likeness[index] *= value }
        case .sum(let first, let second): join(rows, count, first, second, likeness, by: +)
        case .times(let first, let second): join(rows, count, first, second, likeness, by: *)
        case .power(let kernel, let exponent):
            compare(rows, count, by: kernel, likeness)
            for index in likeness.indices { likeness[index] = pow(likeness[index], exponent) }
        }
    }

    private func join(
        _ rows: UnsafeBufferPointer<Double>,
        _ count: Int,
        _ first: Part,
        _ second: Part,
        _ likeness: UnsafeMutableBufferPointer<Double>,
        by operation: (Double, Double) -> Double
    ) {
        compare(rows, count, by: first, likeness)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: likeness.count) { other in
            other.initialize(repeating: 0)
            compare(rows, count, by: second, other)
            for index in likeness.indices { likeness[index] = operation(likeness[index], other[index]) }
        }
    }

    /// Squared distances of rows that are divided by the lengths first, as the points are already.
    private func measure(
        _ rows: UnsafeBufferPointer<Double>,
        _ count: Int,
        _ lengths: [Double],
        _ points: LaneMatrix,
        _ squares: UnsafeMutableBufferPointer<Double>
    ) {
        guard !lengths.isEmpty else { return points.measure(.squared, rows, count: count, into: squares) }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: count * columns) { scaled in
            scaled.initialize(repeating: 0)
            for row in 0..<count {
                for column in 0..<columns {
                    scaled[row * columns + column] = rows[row * columns + column] / lengths[column]
                }
            }
            points.measure(.squared, UnsafeBufferPointer(scaled), count: count, into: squares)
        }
    }

    private static func bend(_ numbers: UnsafeMutableBufferPointer<Double>, by curve: Curve) {
        switch curve {
        case .radial, .matern(nu: .infinity):
            for index in numbers.indices { numbers[index] *= -0.5 }
            Lanes.best.exponential(numbers)
        case .matern(let nu): bend(numbers, byMatern: nu)
        case .rationalQuadratic(let length, let alpha):
            for index in numbers.indices {
                numbers[index] = pow(1 + numbers[index] / (2 * alpha * length * length), -alpha)
            }
        case .periodic(let length, let period):
            for index in numbers.indices {
                let wave = sin(Double.pi / period * numbers[index].squareRoot()) / length
                numbers[index] = -2 * wave * wave
            }
            Lanes.best.exponential(numbers)
        }
    }

    /// e^-d, (1 + d) e^-d or (1 + d + d² / 3) e^-d with d the distance, stretched by √2ν.
    private static func bend(_ numbers: UnsafeMutableBufferPointer<Double>, byMatern nu: Double) {
        let stretch = (2 * nu).squareRoot()
        withUnsafeTemporaryAllocation(of: Double.self, capacity: numbers.count) { powers in
            for index in numbers.indices {
                numbers[index] = numbers[index].squareRoot() * stretch
                powers.initializeElement(at: index, to: -numbers[index])
            }
            Lanes.best.exponential(powers)
            for index in numbers.indices {
                let distance = numbers[index]
                let factor = nu == 0.5 ? 1 : nu == 1.5 ? 1 + distance : 1 + distance + distance * distance / 3
                numbers[index] = factor * powers[index]
            }
        }
    }
}
