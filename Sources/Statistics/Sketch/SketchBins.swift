import Base

/// Counts by bin of a sketch, from the least bin in use to the greatest.
struct SketchBins: Equatable, Sendable {
    private var counts: [Int] = []
    /// The bin of the first count.
    private var first = 0
    private(set) var count = 0

    /// Bins that are kept: 17 powers of ten. Past them the least ones are counted as one, so that quantiles near the
    /// top stay right.
    static let binsMax = 2048

    init() {}

    mutating func add(_ bin: Int, times: Int = 1) {
        cover(bin)
        counts[max(0, bin - first)] += times
        count += times
    }

    mutating func merge(_ other: SketchBins) {
        for (place, times) in other.counts.enumerated() where times > 0 { add(other.first + place, times: times) }
    }

    /// The bin that holds the number of this rank, counted from 0 at the least; the greatest bin beyond the last.
    func bin(atRank rank: Int) -> Int {
        var seen = 0
        for (place, times) in counts.enumerated() {
            seen += times
            if seen > rank { return first + place }
        }
        return first + max(0, counts.count - 1)
    }

    /// How many numbers lie in greater bins.
    func count(beyond bin: Int) -> Int {
        let start = max(0, bin - first + 1)
        return start < counts.count ? counts[start...].reduce(0, +) : 0
    }

    /// Makes room for a bin, at the price of the least ones where there are too many.
    private mutating func cover(_ bin: Int) {
        guard !counts.isEmpty else {
            first = bin
            return counts = [0]
        }
        if bin < first {
            let last = first + counts.count - 1
            let lowest = max(bin, last - SketchBins.binsMax + 1)
            counts.insert(contentsOf: repeatElement(0, count: max(0, first - lowest)), at: 0)
            first = min(first, lowest)
        } else if bin >= first + counts.count {
            dropLeast(below: bin - SketchBins.binsMax + 1)
            counts.append(contentsOf: repeatElement(0, count: bin - first - counts.count + 1))
        }
    }

    /// Counts everything below a bin there.
    private mutating func dropLeast(below lowest: Int) {
        guard lowest > first else { return }
        let dropped = min(lowest - first, counts.count)
        let moved = counts[..<dropped].reduce(0, +)
        counts.removeFirst(dropped)
        first = lowest
        if counts.isEmpty { counts = [0] }
        counts[0] += moved
    }

    // MARK: as text

    /// What one bin may count where it is read: sums of a sketch's bins cannot overflow.
    static let countMax = 1 << 50
    /// Bins lie within the logarithms of doubles.
    private static let binMax = 1 << 20

    var json: JSON { ["first": .int(Int64(first)), "counts": .array(counts.map { .int(Int64($0)) })] }

    init?(_ json: JSON) {
        guard let first = json["first"].int, (-Self.binMax...Self.binMax).contains(first),
            let list = json["counts"].array,
            list.count <= Self.binsMax
        else { return nil }
        let counts = list.compactMap(\.int).filter { (0...Self.countMax).contains($0) }
        guard counts.count == list.count else { return nil }
        (self.first, self.counts, count) = (first, counts, counts.reduce(0, +))
    }
}
