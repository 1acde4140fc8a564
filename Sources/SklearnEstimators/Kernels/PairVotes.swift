/// The class that wins most of the decisions between pairs, which come in the order (0, 1), (0, 2) … (1, 2) …
enum PairVotes {
    /// The first of those with most votes.
    static func winner(_ decisions: UnsafeBufferPointer<Double>, _ classes: Int, _ work: inout [Double]) -> Int32 {
        if classes == 2 { return decisions[0] > 0 ? 0 : 1 }
        clear(&work, classes)
        var pair = 0
        for first in 0..<classes {
            for second in first + 1..<classes {
                work[decisions[pair] > 0 ? first : second] += 1
                pair += 1
            }
        }
        return highest(work[..<classes])
    }

    /// Of those with most votes the one that won by more.
    static func clearWinner(_ decisions: UnsafeBufferPointer<Double>, _ classes: Int, _ work: inout [Double]) -> Int32 {
        confidences(decisions, classes, &work)
        return highest(work[..<classes])
    }

    /// Leaves for each class its votes in `work`, and what it won by: the sum s of its decisions, squeezed to
    /// s / (3 (|s| + 1)) so that it never outweighs a vote.
    static func confidences(_ decisions: UnsafeBufferPointer<Double>, _ classes: Int, _ work: inout [Double]) {
        clear(&work, 2 * classes)
        var pair = 0
        for first in 0..<classes {
            for second in first + 1..<classes {
                work[decisions[pair] < 0 ? second : first] += 1
                work[classes + first] += decisions[pair]
                work[classes + second] -= decisions[pair]
                pair += 1
            }
        }
        for index in 0..<classes { work[index] += work[classes + index] / (3 * (abs(work[classes + index]) + 1)) }
    }

    private static func clear(_ work: inout [Double], _ count: Int) {
        work.removeAll(keepingCapacity: true)
        work.append(contentsOf: repeatElement(0, count: count))
    }

    private static func highest(_ numbers: ArraySlice<Double>) -> Int32 {
        var best = 0
        for index in numbers.indices where numbers[index] > numbers[best] { best = index }
        return Int32(best)
    }
}
