package import Prediction

/// Squared Euclidean distances to points.
package struct SquaredDistances: RowScorer {
    private let points: LaneMatrix

    package var columns: Int { points.inner }
    package var outputs: Int { points.outputs }
    package var workspace: Int { points.paddedOutputs }

    package init(_ points: Matrix) { self.points = LaneMatrix(points) }

    package func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>)
    {
        row.withUnsafeBufferPointer { row in
            space.withUnsafeMutableBufferPointer { points.measure(.squared, row, count: 1, into: $0) }
        }
        for point in 0..<outputs { result[point] = space[point] }
    }
}
