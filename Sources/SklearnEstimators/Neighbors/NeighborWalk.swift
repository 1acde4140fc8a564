/// One row's way through a tree of neighbours.
///
/// Safe: the tree has checked at load that its parts are of the same shape.
struct NeighborWalk<Measure: TreeMetric> {
    let metric: Measure
    let row: UnsafeBufferPointer<Double>
    /// The points, those of a node behind each other.
    let points: UnsafeBufferPointer<Double>
    /// What the fit called them.
    let order: UnsafeBufferPointer<Int>
    let nodes: Int
    /// Lowest and highest numbers of boxes, or centres of balls.
    let bounds: UnsafeBufferPointer<Double>
    /// Of balls; empty for boxes.
    let radii: UnsafeBufferPointer<Double>

    /// Pushes the points that may be among the nearest.
    func pushNearest(_ heap: NearestHeap, _ space: inout MutableSpan<Double>) {
        visit(0, 0..<order.count, bound(0), heap, &space)
    }

    private func visit(
        _ node: Int,
        _ range: Range<Int>,
        _ bound: Double,
        _ heap: NearestHeap,
        _ space: inout MutableSpan<Double>
    ) {
        if bound > heap.highest(space) { return }
        let (left, right) = (2 * node + 1, 2 * node + 2)
        guard right < nodes, range.count > 1 else {
            for index in range { heap.push(rank(index), order[index], &space) }
            return
        }
        let middle = range.lowerBound + range.count / 2
        let (first, second) = (self.bound(left), self.bound(right))
        let (low, high) = (range.lowerBound..<middle, middle..<range.upperBound)
        if first <= second {
            visit(left, low, first, heap, &space)
            visit(right, high, second, heap, &space)
        } else {
            visit(right, high, second, heap, &space)
            visit(left, low, first, heap, &space)
        }
    }

    /// Writes ranks that are not above `limit`, and from `stride` on the points' indices; how many they are.
    func pushAll(notAbove limit: Double, _ space: inout MutableSpan<Double>, stride: Int) -> Int {
        var found = 0
        gather(0, 0..<order.count, notAbove: limit, &space, stride, &found)
        return found
    }

    private func gather(
        _ node: Int,
        _ range: Range<Int>,
        notAbove limit: Double,
        _ space: inout MutableSpan<Double>,
        _ stride: Int,
        _ found: inout Int
    ) {
        if bound(node) > limit { return }
        let (left, right) = (2 * node + 1, 2 * node + 2)
        guard right < nodes, range.count > 1 else {
            for index in range {
                let rank = rank(index)
                guard rank <= limit else { continue }
                space[found] = rank
                space[stride + found] = Double(order[index])
                found += 1
            }
            return
        }
        let middle = range.lowerBound + range.count / 2
        gather(left, range.lowerBound..<middle, notAbove: limit, &space, stride, &found)
        gather(right, middle..<range.upperBound, notAbove: limit, &space, stride, &found)
    }

    @inline(__always)
    private func rank(_ index: Int) -> Double { metric.rank(row, points, at: index * row.count) }

    /// The lowest rank that a point of a node may have.
    @inline(__always)
    private func bound(_ node: Int) -> Double {
        guard radii.isEmpty else {
            let distance = metric.distance(metric.rank(row, bounds, at: node * row.count))
            return metric.rank(ofDistance: max(0, distance - radii[node]))
        }
        guard metric.boundsBoxes else { return 0 }
        var bound = 0.0
        let (low, high) = (node * row.count, (nodes + node) * row.count)
        for column in row.indices {
            let (below, above) = (bounds[low + column] - row[column], row[column] - bounds[high + column])
            bound = metric.widen(bound, by: 0.5 * (below + abs(below) + above + abs(above)))
        }
        return bound
    }
}
