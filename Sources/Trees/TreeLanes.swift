/// Eight walks down trees that take their steps together: the processor works on some while others wait for memory.
struct TreeLanes {
    typealias Node = UnsafePointer<TreeEnsemble.Node>

    private(set) var a, b, c, d, e, f, g, h: Node

    /// One tree for eight rows that stand side by side.
    @inline(__always)
    init(_ root: Node) { (a, b, c, d, e, f, g, h) = (root, root, root, root, root, root, root, root) }

    /// Eight trees for one row; `roots` has eight members.
    @inline(__always)
    init(_ nodes: Node, _ trees: UnsafePointer<TreeEnsemble.Member>) {
        a = nodes + Int(trees[0].root)
        b = nodes + Int(trees[1].root)
        c = nodes + Int(trees[2].root)
        d = nodes + Int(trees[3].root)
        e = nodes + Int(trees[4].root)
        f = nodes + Int(trees[5].root)
        g = nodes + Int(trees[6].root)
        h = nodes + Int(trees[7].root)
    }

    /// Takes the walks to their leaves, which are at most `depth` steps away.
    ///
    /// - Parameters:
    ///   - lane: the slots of the first row.
    ///   - next: 1 where each walk is another row's, 0 where all are the same row's.
    @inline(__always)
    mutating func descend(_ nodes: Node, _ lane: UnsafePointer<Double>, next: Int, depth: Int32) {
        var left = depth
        while left > 0 {
            // Deep trees are seldom as deep everywhere: look now and then whether all walks have ended.
            var round = left <= 8 ? left : 4
            left &-= round
            while round > 0 {
                a = TreeLanes.step(a, nodes, lane)
                b = TreeLanes.step(b, nodes, lane + next)
                c = TreeLanes.step(c, nodes, lane + 2 &* next)
                d = TreeLanes.step(d, nodes, lane + 3 &* next)
                e = TreeLanes.step(e, nodes, lane + 4 &* next)
                f = TreeLanes.step(f, nodes, lane + 5 &* next)
                g = TreeLanes.step(g, nodes, lane + 6 &* next)
                h = TreeLanes.step(h, nodes, lane + 7 &* next)
                round &-= 1
            }
            if left > 0, isAtLeaves { return }
        }
    }

    @inline(__always)
    private var isAtLeaves: Bool {
        let left = a.pointee.slot | b.pointee.slot | c.pointee.slot | d.pointee.slot
        let right = e.pointee.slot | f.pointee.slot | g.pointee.slot | h.pointee.slot
        return left | right == 0
    }

    /// The comparison is added as a number, so that it does not become a branch.
    @inline(__always)
    static func step(_ node: Node, _ nodes: Node, _ lane: UnsafePointer<Double>) -> Node {
        let isRight = lane[Int(node.pointee.slot)] >= node.pointee.value
        return nodes + (Int(node.pointee.child) &+ Int(unsafeBitCast(isRight, to: UInt8.self)))
    }

    /// Hands over the leaves' values in the walks' order.
    @inline(__always)
    func forEachLeaf(_ body: (Int, Double) -> Void) {
        body(0, a.pointee.value)
        body(1, b.pointee.value)
        body(2, c.pointee.value)
        body(3, d.pointee.value)
        body(4, e.pointee.value)
        body(5, f.pointee.value)
        body(6, g.pointee.value)
        body(7, h.pointee.value)
    }
}
