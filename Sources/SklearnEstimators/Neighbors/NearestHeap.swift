/// The nearest points found so far: a heap of ranks whose highest comes first, and the points' indices.
///
/// Where ranks are the same, which point stays follows from how the heap is kept; this is how scikit-learn keeps it, so
/// that the same points stay.
struct NearestHeap {
    /// How many points are wanted.
    let count: Int

    func clear(_ space: inout MutableSpan<Double>) {
        for index in 0..<count {
            space[index] = .infinity
            space[count + index] = 0
        }
    }

    /// The rank that a point must be below.
    @inline(__always)
    func highest(_ space: borrowing MutableSpan<Double>) -> Double { space[0] }

    /// Takes a point in, where its rank is below the highest.
    func push(_ rank: Double, _ point: Int, _ space: inout MutableSpan<Double>) {
        guard rank < space[0] else { return }
        var at = 0
        while true {
            let (left, right) = (2 * at + 1, 2 * at + 2)
            guard left < count else { break }
            let next = right < count && space[left] < space[right] ? right : left
            guard rank < space[next] else { break }
            space[at] = space[next]
            space[count + at] = space[count + next]
            at = next
        }
        space[at] = rank
        space[count + at] = Double(point)
    }
}
