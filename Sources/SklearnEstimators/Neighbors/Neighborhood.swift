import Pickle
import Prediction
import Sklearn

/// The points of a fit, and how the nearest of them are found.
struct Neighborhood: Sendable {
    let points: Matrix
    let metric: Metric
    private let search: Search

    /// How the nearest points are found.
    private enum Search: Sendable {
        case tree(NeighborTree)
        /// By the ranks of all points, worked out together.
        case ranks(PointRanks)
        /// By the rank of one point after the other.
        case pairs
    }

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
            search = .tree(try NeighborTree(stored, points: points, metric: metric))
        } else {
            search = PointRanks(points, metric).map { .ranks($0) } ?? .pairs
        }
    }

    /// Fills the heap with the points nearest to a row, where that was not done for several rows together.
    private func search(_ row: Span<Double>, _ heap: NearestHeap, _ space: inout MutableSpan<Double>) {
        switch search {
        case .tree(let tree):
            heap.clear(&space)
            tree.search(row, metric, heap, &space)
        case .ranks: return
        case .pairs:
            heap.clear(&space)
            let values = points.values.span
            for point in 0..<points.rows { heap.push(metric.rank(row, values, at: point * columns), point, &space) }
        }
    }

    /// Writes the ranks of the points within a radius, and from `points.rows` on the points; how many they are.
    private func search(_ row: Span<Double>, within radius: Double, _ space: inout MutableSpan<Double>) -> Int {
        let bound = metric.rank(ofDistance: radius)
        if case .tree(let tree) = search {
            return tree.search(row, metric, notAbove: bound, &space, stride: points.rows)
        }
        var found = 0
        for point in 0..<points.rows {
            let rank: Double
            if case .ranks = search {
                rank = space[2 * points.rows + point]
            } else {
                rank = metric.rank(row, points.values.span, at: point * columns)
            }
            guard rank <= bound else { continue }
            space[found] = rank
            space[points.rows + found] = Double(point)
            found += 1
        }
        return found
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
            throw value.refusal(.neighbourWeights, "is \(value.kind), which cannot be served natively as weights")
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

extension NeighborReach {
    /// Neighbours that there may be of so many points.
    fileprivate func most(of points: Int) -> Int {
        if case .nearest(let count) = self { return count }
        return points
    }
}

extension Neighborhood {
    /// Work space for neighbours: their weights, then their indices, then what a row that is alone is prepared in.
    func workspace(_ reach: NeighborReach) -> Int {
        let lists = 2 * reach.most(of: points.rows)
        guard case .ranks(let ranks) = search else { return lists }
        if case .radius = reach { return lists + ranks.paddedCount }
        return lists + ranks.blockSize
    }

    /// Where in the work space lies what `prepare` works out for several rows: the heaps of their nearest points, or the
    /// ranks of all points; nil for nothing.
    func prepared(_ reach: NeighborReach) -> Range<Int>? {
        guard case .ranks(let ranks) = search else { return nil }
        let lists = 2 * reach.most(of: points.rows)
        if case .radius = reach { return lists..<lists + ranks.paddedCount }
        return 0..<lists
    }

    /// Work space that `prepare` wants.
    func preparing(_ reach: NeighborReach) -> Int {
        guard case .ranks(let ranks) = search, case .nearest = reach else { return 0 }
        return RowWork.rowsMax * ranks.blockSize
    }

    /// Finds the nearest points of several rows, or works out the ranks of all points.
    func prepare(
        _ rows: UnsafeBufferPointer<Double>,
        count: Int,
        _ reach: NeighborReach,
        into numbers: UnsafeMutableBufferPointer<Double>,
        _ space: UnsafeMutableBufferPointer<Double>
    ) {
        guard case .ranks(let points) = search else { return }
        switch reach {
        case .nearest(let nearest):
            points.findNearest(rows, count: count, NearestHeap(count: nearest), into: numbers, space)
        case .radius: points.compare(rows, count: count, into: numbers)
        }
    }

    /// The same for a row that is alone, in its own work space.
    private func prepare(_ row: Span<Double>, _ reach: NeighborReach, _ space: inout MutableSpan<Double>) {
        guard let place = prepared(reach) else { return }
        row.withUnsafeBufferPointer { row in
            space.withUnsafeMutableBufferPointer { space in
                let rest = UnsafeMutableBufferPointer(rebasing: space[place.upperBound...])
                prepare(row, count: 1, reach, into: UnsafeMutableBufferPointer(rebasing: space[place]), rest)
            }
        }
    }

    /// Finds the neighbours of a row; fills `space` with their weights, and from `stride` on with their indices.
    func neighbors(
        _ row: Span<Double>,
        _ reach: NeighborReach,
        _ weight: NeighborWeight?,
        _ space: inout MutableSpan<Double>,
        isPrepared: Bool = false
    ) -> (count: Int, stride: Int) {
        if !isPrepared { prepare(row, reach, &space) }
        let stride = reach.most(of: points.rows)
        var found = stride
        switch reach {
        case .nearest(let count): search(row, NearestHeap(count: count), &space)
        case .radius(let radius): found = search(row, within: radius, &space)
        }
        for index in 0..<found { space[index] = metric.distance(space[index]) }
        weight?.apply(found, &space)
        return (found, stride)
    }
}
