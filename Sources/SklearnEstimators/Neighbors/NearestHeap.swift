/// The nearest points found so far: a heap of ranks whose highest comes first, and the points' indices.
///
/// Where ranks are the same, which point stays follows from how the heap is kept; this is how scikit-learn keeps it, so
/// that the same points stay.
struct NearestHeap {
    /// How many points are wanted.
    let count: Int

    /// Numbers that it takes up: ranks, then indices.
    var size: Int { 2 * count }

    /// Makes the heap empty.
    func clear(_ space: inout MutableSpan<Double>) {
        for index in 0..<count {
            space[index] = .infinity
            space[count + index] = 0
        }
    }

    /// The rank that a point must be below.
    @inline(__always)
    func highest(_ space: borrowing MutableSpan<Double>) -> Double { space[0] }

    /// Takes points in whose ranks are below the highest; the first of them is point number `first`.
    func push(_ ranks: UnsafeBufferPointer<Double>, from first: Int, _ space: inout MutableSpan<Double>) {
        let bytes = UnsafeRawBufferPointer(ranks)
        let whole = ranks.count / SIMD8<Double>.scalarCount * SIMD8<Double>.scalarCount
        for start in stride(from: 0, to: whole, by: SIMD8<Double>.scalarCount) {
            let at = start * MemoryLayout<Double>.stride
            // Nearly all points are too far away: eight are passed over at a time.
            guard any(bytes.loadUnaligned(fromByteOffset: at, as: SIMD8<Double>.self) .< space[0]) else { continue }
            for index in start..<start + SIMD8<Double>.scalarCount { push(ranks[index], first + index, &space) }
        }
        for index in whole..<ranks.count { push(ranks[index], first + index, &space) }
    }

    /// Takes a point in, where its rank is below the highest.
    @inline(__always)
    func push(_ rank: Double, _ point: Int, _ space: inout MutableSpan<Double>) {
        if rank < space[0] { replaceHighest(rank, point, &space) }
    }

    /// Puts a point in the place of the farthest.
    private func replaceHighest(_ rank: Double, _ point: Int, _ space: inout MutableSpan<Double>) {
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
