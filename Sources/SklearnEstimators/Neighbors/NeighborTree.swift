import Glibc
import Pickle
import Prediction

/// scikit-learn's KDTree and BallTree, read for the order in which they visit points: it decides which of several points
/// at the same distance are the nearest.
struct NeighborTree: Sendable {
    /// What is known of the points of a node.
    private enum Shape: Sendable {
        /// nodes × columns each: the lowest and highest numbers
        case boxes(low: [Double], high: [Double])
        /// nodes × columns, and the largest distance from there
        case balls(centers: [Double], radii: [Double])
    }

    /// The points' indices; those of a node follow each other.
    private let order: [Int]
    private let nodes: Int
    private let columns: Int
    private let shape: Shape

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
        columns = points.columns
        let half = nodes * points.columns
        switch bounds.shape[0] {
        case 2: shape = .boxes(low: Array(bounds.values[..<half]), high: Array(bounds.values[half...]))
        case 1:
            let ranges = NeighborTree.ranges(nodes, points.rows)
            var radii: [Double] = []
            for node in ranges.indices {
                let center = bounds.values[node * points.columns..<(node + 1) * points.columns]
                radii.append(NeighborTree.radius(center, points, metric, order[ranges[node]]))
            }
            shape = .balls(centers: bounds.values, radii: radii)
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
        _ points: Span<Double>,
        _ metric: Metric,
        _ heap: NearestHeap,
        _ space: inout MutableSpan<Double>
    ) {
        visit(0, 0..<order.count, bound(0, row, metric), row, points, metric, heap, &space)
    }

    private func visit(
        _ node: Int,
        _ range: Range<Int>,
        _ bound: Double,
        _ row: Span<Double>,
        _ points: Span<Double>,
        _ metric: Metric,
        _ heap: NearestHeap,
        _ space: inout MutableSpan<Double>
    ) {
        if bound > heap.highest(space) { return }
        let (left, right) = (2 * node + 1, 2 * node + 2)
        guard right < nodes, range.count > 1 else {
            for index in range {
                let point = order[index]
                heap.push(metric.rank(row, points, at: point * columns), point, &space)
            }
            return
        }
        let middle = range.lowerBound + range.count / 2
        let (first, second) = (self.bound(left, row, metric), self.bound(right, row, metric))
        let (low, high) = (range.lowerBound..<middle, middle..<range.upperBound)
        if first <= second {
            visit(left, low, first, row, points, metric, heap, &space)
            visit(right, high, second, row, points, metric, heap, &space)
        } else {
            visit(right, high, second, row, points, metric, heap, &space)
            visit(left, low, first, row, points, metric, heap, &space)
        }
    }

    /// The lowest rank that a point of a node may have.
    private func bound(_ node: Int, _ row: Span<Double>, _ metric: Metric) -> Double {
        switch shape {
        case .boxes(let low, let high): return bound(node * columns, row, low.span, high.span, metric)
        case .balls(let centers, let radii):
            let distance = metric.distance(metric.rank(row, centers.span, at: node * columns))
            return metric.rank(ofDistance: max(0, distance - radii[node]))
        }
    }

    private func bound(
        _ start: Int,
        _ row: Span<Double>,
        _ low: Span<Double>,
        _ high: Span<Double>,
        _ metric: Metric
    ) -> Double {
        var bound = 0.0
        for column in 0..<columns {
            let (below, above) = (low[start + column] - row[column], row[column] - high[start + column])
            switch metric {
            case .chebyshev: bound = max(bound, 0.5 * (below + abs(below) + above + abs(above)))
            case .minkowski(let p, _):
                let away = below + abs(below) + above + abs(above)
                bound += p == 2 ? (0.5 * away) * (0.5 * away) : pow(0.5 * away, p)
            default: return 0
            }
        }
        return bound
    }
}

extension PickleValue {
    /// The state of an instance, whatever it is.
    fileprivate func state() throws(ModelDefect) -> PickleValue {
        guard case .instance(_, _, let state) = heap[ref] else { throw defect("is \(kind), expected is a tree") }
        return PickleValue(heap: heap, ref: state, path: path)
    }
}
