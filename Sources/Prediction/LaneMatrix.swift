import CLanes

/// A matrix that rows are multiplied with, or points that rows are compared with: eight columns (points) side by side, so
/// that the processor works on eight at a time.
package struct LaneMatrix: Sendable {
    /// How far a row is from a point.
    package enum Measure: Sendable {
        /// Σ (x − y)²
        case squared
        /// Σ |x − y|
        case absolute
        /// max |x − y|
        case largest

        fileprivate var code: clanes_measure {
            switch self {
            case .squared: CLANES_SQUARED_DISTANCE
            case .absolute: CLANES_ABSOLUTE_DISTANCE
            case .largest: CLANES_LARGEST_DISTANCE
            }
        }
    }

    /// Numbers of a row.
    package let inner: Int
    /// Numbers that come out for a row.
    package let outputs: Int
    /// For each eight columns, for each of a row's numbers, eight factors; zeros fill the last group up.
    private let groups: [Double]
    private let lanes: Lanes

    /// - Parameter matrix: a row for each number that comes out, of a factor for each of a row's numbers.
    package init(_ matrix: Matrix, lanes: Lanes = .best) {
        inner = matrix.columns
        outputs = matrix.rows
        self.lanes = lanes
        let width = Lanes.width
        var groups = [Double](repeating: 0, count: (matrix.rows + width - 1) / width * width * matrix.columns)
        for output in 0..<matrix.rows {
            let start = output / width * width * matrix.columns + output % width
            for index in 0..<matrix.columns {
                groups[start + index * width] = matrix.values[output * matrix.columns + index]
            }
        }
        self.groups = groups
    }

    /// Numbers that `measure` gives for a row: one for each point, and more to fill the last eight up.
    package var paddedOutputs: Int { (outputs + Lanes.width - 1) / Lanes.width * Lanes.width }

    /// Multiplies `count` rows of `inner` numbers, which begin every `rowStride` places where that is more; `result` gets
    /// `outputs` numbers for each, plus `offsets`, every `stride` places where that is more.
    ///
    /// - Parameter columns: the numbers that are wanted where not all are; they begin with a whole group.
    package func multiply(
        _ rows: UnsafeBufferPointer<Double>,
        count: Int,
        rowStride: Int = 0,
        columns: Range<Int>? = nil,
        plus offsets: [Double]? = nil,
        stride: Int = 0,
        into result: UnsafeMutableBufferPointer<Double>
    ) {
        let columns = columns ?? 0..<outputs
        let (rowStride, stride, width) = (max(rowStride, inner), max(stride, columns.count), columns.count)
        precondition(rows.count >= count * rowStride && result.count >= count * stride, "rows are not of their shape")
        precondition(offsets.map { $0.count == outputs } ?? true, "offsets are not as many as outputs")
        let multiply = lanes.loops.pointee.multiply
        withGroups(of: columns) { groups in
            let (rows, result) = (rows.baseAddress, result.baseAddress)
            guard let offsets else {
                return multiply!(rows, count, rowStride, groups, inner, width, nil, result, stride)
            }
            offsets.withUnsafeBufferPointer {
                let start = $0.baseAddress.map { $0 + columns.lowerBound }
                multiply!(rows, count, rowStride, groups, inner, width, start, result, stride)
            }
        }
    }

    /// The factors of columns that begin with a whole group.
    private func withGroups(of columns: Range<Int>, _ body: (UnsafePointer<Double>?) -> Void) {
        precondition(
            columns.lowerBound.isMultiple(of: Lanes.width) && 0 <= columns.lowerBound && columns.upperBound <= outputs,
            "columns are not of the matrix"
        )
        groups.withUnsafeBufferPointer { groups in body(groups.baseAddress.map { $0 + columns.lowerBound * inner }) }
    }

    /// This matrix times a row.
    package func times(_ row: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: outputs)
        row.withUnsafeBufferPointer { row in
            result.withUnsafeMutableBufferPointer { multiply(row, count: 1, into: $0) }
        }
        return result
    }

    /// Measures how far `count` rows are from the points; `result` gets `paddedOutputs` numbers for each.
    ///
    /// - Parameter points: those that are wanted where not all are; they begin with a whole group, and `result` gets one
    ///   number for each, and more to fill the last eight up.
    package func measure(
        _ measure: Measure,
        _ rows: UnsafeBufferPointer<Double>,
        count: Int,
        points: Range<Int>? = nil,
        stride: Int = 0,
        into result: UnsafeMutableBufferPointer<Double>
    ) {
        let points = points ?? 0..<outputs
        let groupCount = (points.count + Lanes.width - 1) / Lanes.width
        let stride = max(stride, groupCount * Lanes.width)
        precondition(rows.count >= count * inner && result.count >= count * stride, "rows are not of their shape")
        withGroups(of: points) { groups in
            lanes.loops.pointee.measure(
                measure.code,
                rows.baseAddress,
                count,
                groups,
                inner,
                groupCount,
                result.baseAddress,
                stride
            )
        }
    }

    /// Multiplies a row of which only some numbers are not zero; `result` gets `outputs` numbers, plus `offsets`.
    package func multiply(
        sparse entries: Range<Int>,
        of rows: borrowing SparseRows,
        plus offsets: [Double]? = nil,
        into result: UnsafeMutableBufferPointer<Double>
    ) {
        for first in stride(from: 0, to: outputs, by: Lanes.width) {
            let sum = sum(entries, of: rows, groupAt: first * inner)
            for lane in 0..<min(Lanes.width, outputs - first) {
                result[first + lane] = sum[lane] + (offsets?[first + lane] ?? 0)
            }
        }
    }

    private func sum(_ entries: Range<Int>, of rows: borrowing SparseRows, groupAt start: Int) -> SIMD8<Double> {
        var sum = SIMD8<Double>.zero
        groups.withUnsafeBytes { groups in
            for entry in entries {
                let at = (start + Int(rows.columns[entry]) * Lanes.width) * MemoryLayout<Double>.stride
                sum += rows.values[entry] * groups.loadUnaligned(fromByteOffset: at, as: SIMD8<Double>.self)
            }
        }
        return sum
    }
}
