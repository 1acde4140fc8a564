import Prediction
import Trees

/// Trees that split each node in its own way, over bins. A leaf is its own child, so that all rows take as many steps.
struct BranchedTrees: Sendable {
    struct Node: BitwiseCopyable {
        var test: BinTest
        /// Index of the child of rows that don't pass, which that of the others follows; a leaf's own index.
        var child: Int32
        /// Where a leaf's numbers are.
        var leaf: UInt32
    }

    struct Member: BitwiseCopyable {
        let root: Int32
        let depth: Int32
    }

    /// Numbers of a leaf.
    let dimensions: Int
    private let members: FixedMemory<Member>
    private let nodes: FixedMemory<Node>
    private let leaves: FixedMemory<Double>

    /// - Parameters:
    ///   - trees: the trees of a file.
    ///   - tests: what each of the file's splits is.
    init(_ trees: CatBoostTrees, tests: [BinTest]) throws(ModelDefect) {
        dimensions = trees.dimensions
        var layout = Layout(trees: trees, tests: tests)
        for tree in trees.roots.indices { try layout.add(tree) }
        members = FixedMemory(layout.members)
        nodes = FixedMemory(layout.nodes)
        leaves = FixedMemory(trees.leaves)
    }

    /// Adds all trees' leaves to the sums, rows × dimensions of them.
    func add(_ bins: RowBins, to sums: UnsafeMutablePointer<Double>) {
        let together = bins.rows / Walks.count * Walks.count
        for tree in 0..<members.count {
            let member = members.start[tree]
            for row in stride(from: 0, to: together, by: Walks.count) {
                var walks = Walks(nodes.start + Int(member.root))
                walks.descend(nodes.start, bins.row(row), next: 1, depth: member.depth)
                for lane in 0..<Walks.count { add(walks.leaf(lane), to: sums + (row + lane) * dimensions) }
            }
        }
        for row in together..<bins.rows { addRow(bins.row(row), to: sums + row * dimensions) }
    }

    /// All trees for one row, eight of them at once.
    private func addRow(_ row: UnsafePointer<UInt8>, to sums: UnsafeMutablePointer<Double>) {
        for first in stride(from: 0, to: members.count, by: Walks.count) {
            let count = min(Walks.count, members.count - first)
            var walks = Walks(nodes.start + Int(members.start[first].root))
            var depth: Int32 = 0
            for lane in 0..<count {
                walks.start(lane, at: nodes.start + Int(members.start[first + lane].root))
                depth = max(depth, members.start[first + lane].depth)
            }
            walks.descend(nodes.start, row, next: 0, depth: depth)
            for lane in 0..<count { add(walks.leaf(lane), to: sums) }
        }
    }

    @inline(__always)
    private func add(_ leaf: Int, to sums: UnsafeMutablePointer<Double>) {
        let leaf = leaves.start + leaf
        for dimension in 0..<dimensions { sums[dimension] += leaf[dimension] }
    }
}

/// Eight walks down trees that take their steps together: the processor works on some while others wait for memory.
private struct Walks {
    static let count = 8

    private var places: InlineArray<8, UnsafePointer<BranchedTrees.Node>>

    @inline(__always)
    init(_ root: UnsafePointer<BranchedTrees.Node>) { places = InlineArray(repeating: root) }

    mutating func start(_ lane: Int, at root: UnsafePointer<BranchedTrees.Node>) { places[lane] = root }

    /// Takes the walks to their leaves, which are at most `depth` steps away.
    ///
    /// - Parameters:
    ///   - row: the bins of the first row.
    ///   - next: 1 where each walk is another row's, 0 where all are the same row's.
    @inline(__always)
    mutating func descend(
        _ nodes: UnsafePointer<BranchedTrees.Node>,
        _ row: UnsafePointer<UInt8>,
        next: Int,
        depth: Int32
    ) {
        for _ in 0..<depth {
            for lane in 0..<Walks.count {
                let node = places[lane].pointee
                let bin = row[Int(node.test.bucket) &* RowBins.width &+ lane &* next]
                let isRight = unsafeBitCast(node.test.passes(bin), to: UInt8.self)
                places[lane] = nodes + (Int(node.child) &+ Int(isRight))
            }
        }
    }

    @inline(__always)
    func leaf(_ lane: Int) -> Int { Int(places[lane].pointee.leaf) }
}

/// Lays nodes out so that a node's children stand side by side; refuses what is no tree.
private struct Layout {
    let trees: CatBoostTrees
    let tests: [BinTest]
    var nodes: [BranchedTrees.Node] = []
    var members: [BranchedTrees.Member] = []
    /// Whether a node of the file was reached.
    private var isReached: [Bool]

    init(trees: CatBoostTrees, tests: [BinTest]) {
        self.trees = trees
        self.tests = tests
        isReached = [Bool](repeating: false, count: trees.nodes.count)
    }

    /// A node that is still to be laid out: its index in the file, and its own place.
    private struct Pending {
        let source: Int
        let target: Int
        let depth: Int
    }

    mutating func add(_ tree: Int) throws(ModelDefect) {
        let root = nodes.count
        nodes.append(.init(test: .never, child: Int32(root), leaf: 0))
        var queue = [Pending(source: Int(trees.roots[tree]), target: root, depth: 0)]
        var (next, depth) = (0, 0)
        while next < queue.count {
            let pending = queue[next]
            next += 1
            do throws(NodeDefect) {
                if try lay(pending, &queue) { depth = max(depth, pending.depth + 1) }
            } catch {
                throw ModelDefect(at: .member("trees[\(tree)].nodes[\(pending.source)]"), what: error.what)
            }
        }
        members.append(.init(root: Int32(root), depth: Int32(depth)))
    }

    private struct NodeDefect: Error {
        let what: String
    }

    /// Lays a node out; whether it is a split.
    private mutating func lay(_ pending: Pending, _ queue: inout [Pending]) throws(NodeDefect) -> Bool {
        guard trees.nodes.indices.contains(pending.source) else {
            throw NodeDefect(what: "is not there, there are \(trees.nodes.count) nodes")
        }
        guard !isReached[pending.source] else { throw NodeDefect(what: "has two parents") }
        isReached[pending.source] = true
        guard pending.depth < ModelLimits.treeDepthMax else {
            throw NodeDefect(what: "lies deeper than \(ModelLimits.treeDepthMax) levels")
        }
        let node = trees.nodes[pending.source]
        guard node.left >= 0 || node.right >= 0 else {
            nodes[pending.target].leaf = try leaf(of: node)
            return false
        }
        guard tests.indices.contains(Int(node.split)) else {
            throw NodeDefect(what: "has split \(node.split), there are \(tests.count)")
        }
        let child = nodes.count
        nodes[pending.target] = .init(test: tests[Int(node.split)], child: Int32(child), leaf: 0)
        for source in [node.left, node.right] {
            let target = nodes.count
            nodes.append(.init(test: .never, child: Int32(target), leaf: 0))
            if source < 0 {
                nodes[target].leaf = try leaf(of: node)
            } else {
                queue.append(Pending(source: Int(source), target: target, depth: pending.depth + 1))
            }
        }
        return true
    }

    private func leaf(of node: CatBoostTrees.Node) throws(NodeDefect) -> UInt32 {
        guard Int(node.leaf) <= trees.leaves.count - trees.dimensions else {
            throw NodeDefect(what: "has the leaf \(node.leaf), there are \(trees.leaves.count) numbers")
        }
        return node.leaf
    }
}
