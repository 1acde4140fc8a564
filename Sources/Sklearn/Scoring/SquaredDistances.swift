package import Prediction

/// Squared Euclidean distances to points.
package struct SquaredDistances: RowScorer {
    /// The points, one a row.
    package let points: Matrix

    package var columns: Int { points.columns }
    package var outputs: Int { points.rows }

    package init(_ points: Matrix) { self.points = points }

    package func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>)
    {
        let values = points.values.span
        for point in 0..<points.rows {
            var sum = 0.0
            for column in 0..<columns {
                let away = row[column] - values[point * columns + column]
                sum += away * away
            }
            result[point] = sum
        }
    }
}
