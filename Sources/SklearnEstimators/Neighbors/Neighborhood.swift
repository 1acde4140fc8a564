import Pickle
import Prediction

/// The points of a fit, and how the nearest of them are found.
struct Neighborhood: Sendable {
    let points: Matrix
    let metric: Metric
    private let tree: NeighborTree?
    /// |y|² of each point, where distances are worked out as |x|² − 2 x · y + |y|².
    private let norms: [Double]?

    var columns: Int { points.columns }

    init(_ value: PickleValue) throws(ModelDefect) {
        points = try value.member("_fit_X").matrix()
        guard points.rows > 0, points.columns > 0 else { throw value.defect("_fit_X holds no points") }
        metric = try Metric(
            value.member("effective_metric_"),
            value.optional("effective_metric_params_"),
            columns: points.columns
        )
        if let stored = try value.optional("_tree"), try !value.member("_fit_method").isText("brute") {
            tree = try NeighborTree(stored, points: points, metric: metric)
            norms = nil
        } else {
            tree = nil
            norms = metric.isEuclidean ? Neighborhood.norms(points) : nil
        }
    }

    private static func norms(_ points: Matrix) -> [Double] {
        (0..<points.rows).map { row in
            points.values[points.range(row)].reduce(0) { $0 + $1 * $1 }
        }
    }

    /// Fills the heap with the points nearest to a row.
    func search(_ row: Span<Double>, _ heap: NearestHeap, _ space: inout MutableSpan<Double>) {
        heap.clear(&space)
        let points = points.values.span
        if let tree { return tree.search(row, points, metric, heap, &space) }
        for point in 0..<self.points.rows { heap.push(rank(row, point), point, &space) }
    }

    /// The rank of the distance to a point.
    func rank(_ row: Span<Double>, _ point: Int) -> Double {
        guard let norms else { return metric.rank(row, points.values.span, at: point * columns) }
        // As scikit-learn does by matrix products, so that what is nearly 0 is so by the same rounding.
        let values = points.values.span
        var (product, own) = (0.0, 0.0)
        for column in 0..<columns {
            product.addProduct(row[column], values[point * columns + column])
            own += row[column] * row[column]
        }
        return max(0, own - 2 * product + norms[point])
    }
}

extension Metric {
    fileprivate var isEuclidean: Bool {
        switch self {
        case .minkowski(let p, nil): p == 2
        case .squaredEuclidean: true
        default: false
        }
    }
}

/// How much a neighbour counts.
enum NeighborWeight: Sendable {
    case uniform
    /// 1 / distance; where some are at distance 0, only those count.
    case distance

    init(_ value: PickleValue?) throws(ModelDefect) {
        guard let value else {
            self = .uniform
            return
        }
        if value.isText("uniform") {
            self = .uniform
        } else if value.isText("distance") {
            self = .distance
        } else {
            throw value.defect("is \(value.kind), which cannot be served natively as weights")
        }
    }

    /// Replaces `count` distances by weights.
    func apply(_ count: Int, _ distances: inout MutableSpan<Double>) {
        var isAnyZero = false
        for index in 0..<count where distances[index] == 0 { isAnyZero = true }
        for index in 0..<count {
            switch self {
            case .uniform: distances[index] = 1
            case .distance:
                distances[index] = isAnyZero ? (distances[index] == 0 ? 1 : 0) : 1 / distances[index]
            }
        }
    }
}

/// Which points are neighbours of a row.
enum NeighborReach: Sendable {
    /// So many nearest.
    case nearest(Int)
    /// All within a distance.
    case radius(Double)
}

extension Neighborhood {
    /// Work space for neighbours: their weights, then their indices.
    func workspace(_ reach: NeighborReach) -> Int {
        if case .nearest(let count) = reach { return 2 * count }
        return 2 * points.rows
    }

    /// Finds the neighbours of a row; fills `space` with their weights, and from `stride` on with their indices.
    func neighbors(
        _ row: Span<Double>,
        _ reach: NeighborReach,
        _ weight: NeighborWeight?,
        _ space: inout MutableSpan<Double>
    ) -> (count: Int, stride: Int) {
        var found = 0
        var stride = points.rows
        switch reach {
        case .nearest(let count):
            search(row, NearestHeap(count: count), &space)
            (found, stride) = (count, count)
        case .radius(let radius):
            let bound = metric.rank(ofDistance: radius)
            for point in 0..<points.rows {
                let rank = rank(row, point)
                guard rank <= bound else { continue }
                space[found] = rank
                space[stride + found] = Double(point)
                found += 1
            }
        }
        for index in 0..<found { space[index] = metric.distance(space[index]) }
        weight?.apply(found, &space)
        return (found, stride)
    }
}
