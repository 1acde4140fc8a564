import Glibc
import Prediction
import Testing

/// Products and distances of every kind of lanes against plain loops.
struct LaneMatrixTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let rows: Int
        let inner: Int
        let outputs: Int

        var testDescription: String { "\(rows) × \(inner) × \(outputs)" }
    }

    /// Whole and broken groups; rows one by one, in blocks, and so long that they are taken in parts.
    static let cases = [
        Case(rows: 1, inner: 1, outputs: 1), Case(rows: 1, inner: 30, outputs: 70), Case(rows: 3, inner: 7, outputs: 8),
        Case(rows: 13, inner: 5, outputs: 17), Case(rows: 100, inner: 30, outputs: 33),
        Case(rows: 61, inner: 300, outputs: 45), Case(rows: 48, inner: 128, outputs: 64),
    ]

    /// The same numbers each time, between -1 and 1.
    private static func numbers(_ count: Int, _ seed: Int) -> [Double] {
        (0..<count).map { sin(Double($0 * 7 + seed)) }
    }

    private func result(_ count: Int, _ body: (UnsafeMutableBufferPointer<Double>) -> Void) -> [Double] {
        var numbers = [Double](repeating: .nan, count: count)
        numbers.withUnsafeMutableBufferPointer { body($0) }
        return numbers
    }

    private func close(_ found: Double, _ wanted: Double) -> Bool { abs(found - wanted) <= 1e-12 * max(1, abs(wanted)) }

    @Test(arguments: cases)
    func multipliesAsPlainLoopsDo(_ c: Case) {
        let rows = LaneMatrixTests.numbers(c.rows * c.inner, 1)
        let matrix = Matrix(rows: c.outputs, columns: c.inner, values: LaneMatrixTests.numbers(c.outputs * c.inner, 2))
        let offsets = LaneMatrixTests.numbers(c.outputs, 3)
        for lanes in Lanes.all {
            let found = result(c.rows * c.outputs) { result in
                rows.withUnsafeBufferPointer {
                    LaneMatrix(matrix, lanes: lanes).multiply($0, count: c.rows, plus: offsets, into: result)
                }
            }
            for row in 0..<c.rows {
                for output in 0..<c.outputs {
                    var sum = offsets[output]
                    for k in 0..<c.inner { sum += rows[row * c.inner + k] * matrix[output, k] }
                    #expect(close(found[row * c.outputs + output], sum), "\(lanes.name), row \(row), output \(output)")
                }
            }
        }
    }

    @Test(arguments: cases)
    func sparseRowsGiveWhatDenseOnesDo(_ c: Case) {
        let matrix = Matrix(rows: c.outputs, columns: c.inner, values: LaneMatrixTests.numbers(c.outputs * c.inner, 2))
        var sparse = SparseRows()
        var dense = [Double](repeating: 0, count: c.inner)
        for column in stride(from: 0, to: c.inner, by: 3) {
            dense[column] = Double(column) - 4
            sparse.columns.append(Int32(column))
            sparse.values.append(dense[column])
        }
        sparse.ends.append(sparse.columns.count)
        let lanes = LaneMatrix(matrix)
        let found = result(c.outputs) { lanes.multiply(sparse: sparse.range(0), of: sparse, into: $0) }
        for (found, wanted) in zip(found, lanes.times(dense)) { #expect(close(found, wanted)) }
    }

    /// Columns, and points, from a whole group on.
    @Test(arguments: cases)
    func aPartGivesWhatAllGive(_ c: Case) {
        let rows = LaneMatrixTests.numbers(c.rows * c.inner, 1)
        let matrix = Matrix(rows: c.outputs, columns: c.inner, values: LaneMatrixTests.numbers(c.outputs * c.inner, 2))
        let offsets = LaneMatrixTests.numbers(c.outputs, 3)
        let part = min(8, c.outputs / 8 * 8)..<c.outputs
        let stride = c.outputs + 16
        for lanes in Lanes.all.map({ LaneMatrix(matrix, lanes: $0) }) {
            let all = result(c.rows * c.outputs) { result in
                rows.withUnsafeBufferPointer { lanes.multiply($0, count: c.rows, plus: offsets, into: result) }
            }
            let away = result(c.rows * lanes.paddedOutputs) { result in
                rows.withUnsafeBufferPointer { lanes.measure(.squared, $0, count: c.rows, into: result) }
            }
            let products = result(c.rows * stride) { result in
                rows.withUnsafeBufferPointer {
                    lanes.multiply($0, count: c.rows, columns: part, plus: offsets, stride: stride, into: result)
                }
            }
            let distances = result(c.rows * stride) { result in
                rows.withUnsafeBufferPointer {
                    lanes.measure(.squared, $0, count: c.rows, points: part, stride: stride, into: result)
                }
            }
            for row in 0..<c.rows {
                for output in part {
                    let place = row * stride + output - part.lowerBound
                    #expect(close(products[place], all[row * c.outputs + output]), "row \(row), output \(output)")
                    #expect(distances[place] == away[row * lanes.paddedOutputs + output], "row \(row), point \(output)")
                }
            }
        }
    }

    @Test(arguments: cases)
    func measuresAsPlainLoopsDo(_ c: Case) {
        let rows = LaneMatrixTests.numbers(c.rows * c.inner, 1)
        let points = Matrix(rows: c.outputs, columns: c.inner, values: LaneMatrixTests.numbers(c.outputs * c.inner, 2))
        for lanes in Lanes.all {
            let matrix = LaneMatrix(points, lanes: lanes)
            for measure in [LaneMatrix.Measure.squared, .absolute, .largest] {
                let found = result(c.rows * matrix.paddedOutputs) { result in
                    rows.withUnsafeBufferPointer { matrix.measure(measure, $0, count: c.rows, into: result) }
                }
                for row in 0..<c.rows {
                    for point in 0..<c.outputs {
                        let away = (0..<c.inner).map { abs(rows[row * c.inner + $0] - points[point, $0]) }
                        let wanted: Double =
                            switch measure {
                            case .squared: away.reduce(0) { $0 + $1 * $1 }
                            case .absolute: away.reduce(0, +)
                            case .largest: away.max() ?? 0
                            }
                        #expect(close(found[row * matrix.paddedOutputs + point], wanted), "\(lanes.name), \(measure)")
                    }
                }
            }
        }
    }
}

/// Functions of every kind of lanes against the C library's.
struct LanesTests {
    private static let ordinary = (-2000..<2000).map { Double($0) * 0.37 } + (1..<300).map { pow(10, -Double($0)) }
    private static let odd = [
        0, -0.0, .infinity, -.infinity, .nan, 709.7, 710, -745, -746, 1e300, -1e300, .leastNonzeroMagnitude,
    ]

    private func check(
        _ numbers: [Double],
        within tolerance: Double,
        _ wanted: (Double) -> Double,
        _ change: (Lanes) -> (UnsafeMutableBufferPointer<Double>) -> Void
    ) {
        for lanes in Lanes.all {
            var found = numbers
            found.withUnsafeMutableBufferPointer { change(lanes)($0) }
            for (number, found) in zip(numbers, found) {
                let wanted = wanted(number)
                let isSame = found == wanted || found.isNaN && wanted.isNaN
                let isClose = abs(found - wanted) <= max(tolerance * abs(wanted), .leastNonzeroMagnitude)
                #expect(isSame || isClose, "\(lanes.name) of \(number): \(found), wanted is \(wanted)")
            }
        }
    }

    @Test func exponentialsAreTheCLibrarys() {
        check(LanesTests.ordinary + LanesTests.odd, within: 1e-15, exp) { $0.exponential }
    }

    @Test func tangentsAreTheCLibrarys() {
        check(LanesTests.ordinary + LanesTests.odd, within: 2e-15, tanh) { $0.hyperbolicTangent }
    }

    @Test func logisticsAreThoseOfTheFormula() {
        check(LanesTests.ordinary + LanesTests.odd, within: 1e-15, Link.logistic) { $0.logistic }
    }

    @Test func cosinesAreTheCLibrarysNearAndFarFromZero() {
        for numbers in [LanesTests.ordinary, LanesTests.ordinary + LanesTests.odd] {
            for lanes in Lanes.all {
                var found = numbers
                found.withUnsafeMutableBufferPointer { lanes.cosine($0) }
                for (number, found) in zip(numbers, found) {
                    let wanted = cos(number)
                    #expect(found.isNaN && wanted.isNaN || abs(found - wanted) <= 1e-15, "\(lanes.name) of \(number)")
                }
            }
        }
    }

    @Test func softmaxSumsToOneWhateverTheSize() {
        var numbers = [1000, 1001, 999, -1000, -1000, -1000.0]
        numbers.withUnsafeMutableBufferPointer { Lanes.best.softmax($0, width: 3) }
        #expect(abs(numbers[1] - 0.665_240_955_774_821_9) < 1e-15)
        #expect(numbers[3...].allSatisfy { $0 == 1.0 / 3 })
    }
}
