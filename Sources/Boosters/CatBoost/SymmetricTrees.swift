import Trees

/// Trees whose splits on one level are all the same: each level asks one question of a row, and the answers are the bits
/// of its leaf's index. Sixteen rows are asked at once.
struct SymmetricTrees: Sendable {
    struct Member: BitwiseCopyable {
        let firstTest: Int32
        let depth: Int32
        let firstLeaf: Int
    }

    /// Rows of a group from which on they are asked at once.
    private static let togetherMin = 4
    /// Groups that a tree is asked for at once.
    private static let groupsTogether = 4
    /// Bits of a leaf's index that are kept in one byte.
    private static let byteBits: Int32 = 8

    /// Numbers of a leaf.
    let dimensions: Int
    private let members: FixedMemory<Member>
    private let tests: FixedMemory<BinTest>
    private let leaves: FixedMemory<Double>

    /// - Parameter members: trees whose tests, leaves and depths of 16 at most are there.
    init(dimensions: Int, members: [Member], tests: [BinTest], leaves: [Double]) {
        self.dimensions = dimensions
        self.members = FixedMemory(members)
        self.tests = FixedMemory(tests)
        self.leaves = FixedMemory(leaves)
    }

    /// Adds all trees' leaves to the sums, rows × dimensions of them.
    func add(_ bins: RowBins, to sums: UnsafeMutablePointer<Double>) {
        let width = RowBins.width
        let together = SymmetricTrees.groupsTogether
        var group = 0
        while (group + together) * width <= bins.rows {
            addGroups(bins.group(group), step: bins.buckets, to: sums + group * width * dimensions)
            group += together
        }
        for group in group..<bins.groups {
            let rows = min(width, bins.rows - group * width)
            let sums = sums + group * width * dimensions
            if rows < SymmetricTrees.togetherMin {
                for row in 0..<rows { addRow(bins.row(group * width + row), to: sums + row * dimensions) }
            } else {
                addLanes(bins.group(group), rows, to: sums)
            }
        }
    }

    /// All trees for one row.
    private func addRow(_ row: UnsafePointer<UInt8>, to sums: UnsafeMutablePointer<Double>) {
        for tree in 0..<members.count {
            let member = members.start[tree]
            let tests = tests.start + Int(member.firstTest)
            var index = 0
            for level in 0..<Int(member.depth) {
                let bin = row[Int(tests[level].bucket) &* RowBins.width]
                index |= Int(unsafeBitCast(tests[level].passes(bin), to: UInt8.self)) &<< level
            }
            let leaf = leaves.start + (member.firstLeaf + index * dimensions)
            for dimension in 0..<dimensions { sums[dimension] += leaf[dimension] }
        }
    }

    /// All trees for four groups, the next of which is `step` bins further on.
    private func addGroups(_ bins: UnsafePointer<RowBins.Lanes>, step: Int, to sums: UnsafeMutablePointer<Double>) {
        for tree in 0..<members.count {
            let member = members.start[tree]
            let leaf = leaves.start + member.firstLeaf
            let tests = tests.start + Int(member.firstTest)
            var low = Indices(bins, step, tests, levels: min(member.depth, SymmetricTrees.byteBits))
            guard member.depth > SymmetricTrees.byteBits else {
                low.forEach { lane, index in add(leaf, index, to: sums, lane) }
                continue
            }
            var high = Indices(bins, step, tests + 8, levels: member.depth - SymmetricTrees.byteBits)
            withUnsafeBytes(of: &high) { high in
                low.forEach { lane, index in add(leaf, index | Int(high[lane]) &<< 8, to: sums, lane) }
            }
        }
    }

    /// Adds the leaf at an index to the sums of a row.
    @inline(__always)
    private func add(_ leaves: UnsafePointer<Double>, _ index: Int, to sums: UnsafeMutablePointer<Double>, _ row: Int) {
        if dimensions == 1 {
            sums[row] += leaves[index]
        } else {
            let leaf = leaves + index &* dimensions
            let sums = sums + row &* dimensions
            for dimension in 0..<dimensions { sums[dimension] += leaf[dimension] }
        }
    }

    /// All trees for up to sixteen rows.
    private func addLanes(_ bins: UnsafePointer<RowBins.Lanes>, _ rows: Int, to sums: UnsafeMutablePointer<Double>) {
        for tree in 0..<members.count {
            let member = members.start[tree]
            let leaf = leaves.start + member.firstLeaf
            let tests = tests.start + Int(member.firstTest)
            let low = Indices.of(bins, tests, levels: min(member.depth, SymmetricTrees.byteBits))
            let high = Indices.of(bins, tests + 8, levels: max(0, member.depth - SymmetricTrees.byteBits))
            for lane in 0..<rows { add(leaf, Int(low[lane]) | Int(high[lane]) &<< 8, to: sums, lane) }
        }
    }
}

/// Which of up to eight tests the rows of four groups pass: a byte for each row, in it a bit for each test.
private struct Indices {
    private var first = RowBins.Lanes(repeating: 0)
    private var second = RowBins.Lanes(repeating: 0)
    private var third = RowBins.Lanes(repeating: 0)
    private var fourth = RowBins.Lanes(repeating: 0)

    @inline(__always)
    init(_ bins: UnsafePointer<RowBins.Lanes>, _ step: Int, _ tests: UnsafePointer<BinTest>, levels: Int32) {
        var bit = RowBins.Lanes(repeating: 1)
        for level in 0..<Int(levels) {
            let test = LaneTest(tests[level])
            let bins = bins + test.bucket
            first |= test.passes(bins[0]) & bit
            second |= test.passes(bins[step]) & bit
            third |= test.passes(bins[2 &* step]) & bit
            fourth |= test.passes(bins[3 &* step]) & bit
            bit &<<= 1
        }
    }

    /// The same for one group.
    @inline(__always)
    static func of(
        _ bins: UnsafePointer<RowBins.Lanes>,
        _ tests: UnsafePointer<BinTest>,
        levels: Int32
    ) -> RowBins.Lanes {
        var indices = RowBins.Lanes(repeating: 0)
        var bit = RowBins.Lanes(repeating: 1)
        for level in 0..<Int(levels) {
            let test = LaneTest(tests[level])
            indices |= test.passes(bins[test.bucket]) & bit
            bit &<<= 1
        }
        return indices
    }

    /// Hands over each row's byte.
    @inline(__always)
    mutating func forEach(_ body: (Int, Int) -> Void) {
        withUnsafeBytes(of: &self) { bytes in
            for lane in 0..<4 * RowBins.width { body(lane, Int(bytes[lane])) }
        }
    }
}

/// A test of sixteen rows.
private struct LaneTest {
    let bucket: Int
    private let mask: RowBins.Lanes
    private let bound: RowBins.Lanes

    @inline(__always)
    init(_ test: BinTest) {
        bucket = Int(test.bucket)
        mask = RowBins.Lanes(repeating: test.mask)
        bound = RowBins.Lanes(repeating: test.bound)
    }

    /// All ones where a row passes.
    @inline(__always)
    func passes(_ bins: RowBins.Lanes) -> RowBins.Lanes {
        unsafeBitCast(bins ^ mask .>= bound, to: RowBins.Lanes.self)
    }
}
