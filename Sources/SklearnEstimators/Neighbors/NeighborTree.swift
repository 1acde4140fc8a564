import Glibc
import Pickle
import Prediction

/// scikit-learn's KDTree and BallTree, read for the order in which they visit points: it decides which of several points
/// at the same distance are the nearest.
struct NeighborTree: Sendable {
    /// The points' indices; those of a node follow each other.
    private let order: [Int]
    private let nodes: Int
    /// The points in that order, row-major.
    private let points: [Double]
    /// Of boxes around the nodes' points: nodes × columns of the lowest numbers, then of the highest. Of balls: nodes ×
    /// columns of their centres.
    private let bounds: [Double]
    /// The largest distance from each centre; empty where nodes are boxes.
    private let radii: [Double]

    /// `_tree`: a pickled tuple of data, order, node data, node bounds and more.
    init(_ value: PickleValue, points: Matrix, metric: Metric) throws(ModelDefect) {
        let parts = try value.state().elements()
        guard parts.count >= 4 else { throw value.defect("has a state of \(parts.count) parts") }
        let order = try parts[1].indices(points.rows, in: 0..<points.rows)
        self.order = order
        let bounds = try parts[3].tensor()
        guard bounds.shape.count == 3, bounds.shape[2] == points.columns, bounds.shape[1] > 0,
            bounds.shape[1] <= 4 * points.rows + 4
        else { throw value.defect("has bounds of shape \(bounds.shape)") }
        nodes = bounds.shape[1]
        self.points = order.flatMap { points.values[points.range($0)] }
        self.bounds = bounds.values
        switch bounds.shape[0] {
        case 2: radii = []
        case 1:
            let ranges = NeighborTree.ranges(nodes, points.rows)
            var radii: [Double] = []
            for node in ranges.indices {
                let center = bounds.values[node * points.columns..<(node + 1) * points.columns]
                radii.append(NeighborTree.radius(center, points, metric, order[ranges[node]]))
            }
            self.radii = radii
        default: throw value.defect("has bounds of shape \(bounds.shape)")
        }
    }

    /// The points of each node: halves of those of the node above.
    private static func ranges(_ nodes: Int, _ points: Int) -> [Range<Int>] {
        var ranges = [0..<points]
        while ranges.count < nodes {
            let whole = ranges[(ranges.count - 1) / 2]
            let middle = whole.lowerBound + whole.count / 2
            ranges.append(ranges.count % 2 == 1 ? whole.lowerBound..<middle : middle..<whole.upperBound)
        }
        return ranges
    }

    private static func radius(
        _ center: ArraySlice<Double>,
        _ points: Matrix,
        _ metric: Metric,
        _ members: ArraySlice<Int>
    ) -> Double {
        let center = Array(center)
        var most = 0.0
        for point in members {
            most = max(most, metric.rank(center.span, points.values.span, at: point * points.columns))
        }
        return metric.distance(most)
    }
}

// Searching.
extension NeighborTree {
    /// Pushes the points that may be among the nearest, in scikit-learn's order.
    func search(
        _ row: Span<Double>,
        _ metric: Metric,
        _ heap: NearestHeap,
        _ space: inout MutableSpan<Double>
    ) {
        switch metric {
        case .minkowski(p: 2, weights: nil): search(row, EuclideanMetric(), heap, &space)
        case .minkowski(p: 1, weights: nil): search(row, ManhattanMetric(), heap, &space)
        default: search(row, GeneralMetric(metric: metric), heap, &space)
        }
    }

    private func search(
        _ row: Span<Double>,
        _ metric: some TreeMetric,
        _ heap: NearestHeap,
        _ space: inout MutableSpan<Double>
    ) {
        walk(row, metric) { $0.pushNearest(heap, &space) }
    }

    /// Writes the ranks of the points whose rank is not above `bound`, and from `stride` on the points' indices; how many
    /// they are.
    func search(
        _ row: Span<Double>,
        _ metric: Metric,
        notAbove bound: Double,
        _ space: inout MutableSpan<Double>,
        stride: Int
    ) -> Int {
        switch metric {
        case .minkowski(p: 2, weights: nil):
            walk(row, EuclideanMetric()) { $0.pushAll(notAbove: bound, &space, stride: stride) }
        case .minkowski(p: 1, weights: nil):
            walk(row, ManhattanMetric()) { $0.pushAll(notAbove: bound, &space, stride: stride) }
        default:
            walk(row, GeneralMetric(metric: metric)) { $0.pushAll(notAbove: bound, &space, stride: stride) }
        }
    }

    private func walk<Measure: TreeMetric, Result>(
        _ row: Span<Double>,
        _ metric: Measure,
        _ use: (NeighborWalk<Measure>) -> Result
    ) -> Result {
        row.withUnsafeBufferPointer { row in
            points.withUnsafeBufferPointer { points in
                order.withUnsafeBufferPointer { order in
                    bounds.withUnsafeBufferPointer { bounds in
                        radii.withUnsafeBufferPointer { radii in
                            use(
                                NeighborWalk(
                                    metric: metric,
                                    row: row,
                                    points: points,
                                    order: order,
                                    nodes: nodes,
                                    bounds: bounds,
                                    radii: radii
                                )
                            )
                        }
                    }
                }
            }
        }
    }
}

extension PickleValue {
    /// The state of an instance, whatever it is.
    fileprivate func state() throws(ModelDefect) -> PickleValue {
        guard case .instance(_, _, let state) = heap[ref] else { throw defect("is \(kind), expected is a tree") }
        return PickleValue(heap: heap, ref: state, path: path)
    }
}
