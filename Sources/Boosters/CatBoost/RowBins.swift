/// Whether a row passes a split: its bin, with some bits turned round, reaches a bound.
///
/// A bin is how many borders of a feature a row lies above, or 1 more than the index of its category among those that
/// are compared; it is 254 at most, so that no row passes a bound of 255 unless bits were turned round.
struct BinTest: BitwiseCopyable, Sendable, Equatable {
    /// Which of a row's bins is looked at.
    var bucket: Int32
    /// The bits that are turned round; all but those of the wanted bin where categories are compared.
    var mask: UInt8
    var bound: UInt8

    /// Lies above border `index` of a feature whose bins begin at `bucket`.
    static func above(_ index: Int, from bucket: Int) -> BinTest {
        BinTest(bucket: Int32(bucket + index / RowBins.binMax), mask: 0, bound: UInt8(index % RowBins.binMax + 1))
    }

    /// Is category `index` of a feature whose bins begin at `bucket`.
    static func equal(_ index: Int, from bucket: Int) -> BinTest {
        let bin = UInt8(index % RowBins.binMax + 1)
        return BinTest(bucket: Int32(bucket + index / RowBins.binMax), mask: ~bin, bound: .max)
    }

    /// No row passes.
    static let never = BinTest(bucket: 0, mask: 0, bound: .max)

    @inline(__always)
    func passes(_ bin: UInt8) -> Bool { bin ^ mask >= bound }
}

/// Rows as bins, sixteen rows side by side: bin b of lane l of group g is at (g × buckets + b) × 16 + l.
///
/// Safe: whoever fills them has room for whole groups; lanes behind the last row hold anything.
struct RowBins {
    typealias Lanes = SIMD16<UInt8>

    /// Rows of a group.
    static let width = 16
    /// The largest bin; what a feature has more goes into further buckets.
    static let binMax = 254

    let start: UnsafeMutablePointer<Lanes>
    /// Bins that a row has.
    let buckets: Int
    let rows: Int

    /// Buckets for so many borders or categories.
    static func buckets(for count: Int) -> Int { (count + binMax - 1) / binMax }

    var groups: Int { (rows + RowBins.width - 1) / RowBins.width }

    /// The bins of a group.
    @inline(__always)
    func group(_ index: Int) -> UnsafePointer<Lanes> { UnsafePointer(start + index * buckets) }

    /// The first bin of a row; the next ones follow at steps of `width`.
    @inline(__always)
    func row(_ index: Int) -> UnsafeMutablePointer<UInt8> {
        UnsafeMutableRawPointer(start + index / RowBins.width * buckets).assumingMemoryBound(to: UInt8.self)
            + index % RowBins.width
    }

    /// Writes the bins of a feature that has `count` borders, `above` of which a row lies above.
    @inline(__always)
    static func write(_ above: Int, of count: Int, at place: UnsafeMutablePointer<UInt8>) {
        var (above, left, place) = (above, count, place)
        while left > 0 {
            place.pointee = UInt8(truncatingIfNeeded: min(above, binMax))
            above = max(0, above - binMax)
            left -= binMax
            place += width
        }
    }

    /// Writes the bins of a feature that is compared with `count` categories, of which a row has number `index`.
    @inline(__always)
    static func write(category index: Int?, of count: Int, at place: UnsafeMutablePointer<UInt8>) {
        for chunk in 0..<buckets(for: count) {
            let first = chunk * binMax
            let isHere = index.map { (first..<first + binMax).contains($0) } ?? false
            place[chunk * width] = isHere ? UInt8(truncatingIfNeeded: (index ?? 0) - first + 1) : 0
        }
    }
}
