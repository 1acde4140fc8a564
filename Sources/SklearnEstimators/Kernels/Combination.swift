/// How the kernel's values with all support vectors make the decisions between pairs of classes, or a single decision.
struct Combination: Sendable {
    /// Decisions that it makes.
    let outputs: Int
    private let count: Int
    /// The vectors of each class, which follow each other; one range where there are no classes.
    private let ranges: [Range<Int>]
    /// One row of `count` numbers for each class but one, or a single row.
    private let coefficients: [Double]

    /// - Parameters:
    ///   - counts: vectors of each class; a single count where there are no classes.
    ///   - coefficients: `counts.count` − 1 rows, at least one, of as many numbers as there are vectors.
    init(counts: [Int], coefficients: [Double]) {
        var end = 0
        ranges = counts.map { count in
            end += count
            return end - count..<end
        }
        count = end
        outputs = counts.count == 1 ? 1 : counts.count * (counts.count - 1) / 2
        precondition(coefficients.count == max(1, counts.count - 1) * end, "coefficients are not of their shape")
        self.coefficients = coefficients
    }

    /// Decisions in the order (0, 1), (0, 2) … (1, 2) …: for the decision against class n a vector's coefficient stands in
    /// row n − 1, or in row n where the vector's own class comes after n.
    func combine(_ values: UnsafeBufferPointer<Double>, into decisions: UnsafeMutableBufferPointer<Double>) {
        if ranges.count == 1 {
            decisions[0] = sum(values, 0, ranges[0])
            return
        }
        var pair = 0
        for first in ranges.indices {
            for second in first + 1..<ranges.count {
                decisions[pair] = sum(values, second - 1, ranges[first]) + sum(values, first, ranges[second])
                pair += 1
            }
        }
    }

    /// The same for values that are asked for one by one.
    func combine(_ value: (Int) -> Double) -> [Double] {
        let values = (0..<count).map(value)
        var decisions = [Double](repeating: 0, count: outputs)
        values.withUnsafeBufferPointer { values in
            decisions.withUnsafeMutableBufferPointer { combine(values, into: $0) }
        }
        return decisions
    }

    /// Σ coefficient × value over some vectors.
    private func sum(_ values: UnsafeBufferPointer<Double>, _ row: Int, _ range: Range<Int>) -> Double {
        coefficients.withUnsafeBufferPointer { coefficients in
            let start = row * count
            var sums = SIMD4<Double>.zero
            var at = range.lowerBound
            while at + 4 <= range.upperBound {
                for lane in 0..<4 { sums[lane] += coefficients[start + at + lane] * values[at + lane] }
                at += 4
            }
            var sum = sums.sum()
            while at < range.upperBound {
                sum += coefficients[start + at] * values[at]
                at += 1
            }
            return sum
        }
    }
}
