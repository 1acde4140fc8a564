/// Rows that were turned into slots, on their way through all trees of an ensemble.
///
/// Safe: the compiler of trees has checked every child, column and output; leaves lead to themselves.
struct TreeBlock<Sum: BinaryFloatingPoint> {
    private let ensemble: TreeEnsemble
    private let nodes: UnsafePointer<TreeEnsemble.Node>
    private let members: UnsafePointer<TreeEnsemble.Member>
    private let trees: Int
    private let outputs: Int
    private let vectors: UnsafePointer<Double>?
    private let isLinear: Bool
    /// The rows, in groups of eight.
    private let lanes: UnsafePointer<Double>
    private let groupSize: Int
    /// The rows as the client sent them, for linear leaves.
    private let values: UnsafePointer<Double>?
    /// Where answers are added up: rows × outputs.
    private let sums: UnsafeMutablePointer<Double>

    init(
        _ ensemble: TreeEnsemble,
        lanes: UnsafePointer<Double>,
        values: UnsafePointer<Double>?,
        sums: UnsafeMutablePointer<Double>
    ) {
        self.ensemble = ensemble
        nodes = ensemble.nodes.start
        members = ensemble.members.start
        trees = ensemble.members.count
        outputs = ensemble.outputs
        vectors = ensemble.vectors.count > 0 ? ensemble.vectors.start : nil
        isLinear = !ensemble.linear.isEmpty
        self.lanes = lanes
        groupSize = ensemble.slots.groupSize
        self.values = values
        self.sums = sums
    }

    /// Adds all trees' answers for so many rows.
    func run(rows: Int) {
        let groups = rows / RowSlots.width
        if groups > 0 {
            for tree in 0..<trees { addTree(tree, groups: groups) }
        }
        for row in groups * RowSlots.width..<rows { addTrees(row) }
    }

    /// One tree for all whole groups: its nodes stay in the first level cache.
    @inline(__always)
    private func addTree(_ tree: Int, groups: Int) {
        let member = members[tree]
        if member.isIrregular || isLinear {
            for row in 0..<groups * RowSlots.width { addWalk(tree, row) }
            return
        }
        let root = nodes + Int(member.root)
        for group in 0..<groups {
            var walks = TreeLanes(root)
            walks.descend(nodes, lanes + group * groupSize, next: 1, depth: member.depth)
            let sums = sums + group * RowSlots.width * outputs
            walks.forEachLeaf { row, value in add(value, Int(member.output), sums + row * outputs) }
        }
    }

    /// All trees for one row, eight of them at once.
    private func addTrees(_ row: Int) {
        let lane = self.lane(row)
        let sums = sums + row * outputs
        var tree = 0
        while tree < trees {
            let depth = ensemble.strideDepths.start[tree / TreeEnsemble.stride]
            let next = min(tree + TreeEnsemble.stride, trees)
            if depth == TreeEnsemble.irregular || isLinear || next - tree < TreeEnsemble.stride {
                for tree in tree..<next { addWalk(tree, row) }
            } else {
                var walks = TreeLanes(nodes, members + tree)
                walks.descend(nodes, lane, next: 0, depth: depth)
                if outputs == 1 {
                    var sum = Sum(sums[0])
                    walks.forEachLeaf { _, value in sum += Sum(value) }
                    sums[0] = Double(sum)
                } else {
                    walks.forEachLeaf { offset, value in add(value, Int(members[tree + offset].output), sums) }
                }
            }
            tree = next
        }
    }

    /// One tree for one row, node by node.
    private func addWalk(_ tree: Int, _ row: Int) {
        let lane = self.lane(row)
        var node = nodes + Int(members[tree].root)
        while node.pointee.slot != 0 {
            if node.pointee.slot > 0 {
                node = TreeLanes.step(node, nodes, lane)
            } else {
                let isMember = ensemble.sets[Int(node.pointee.value)].contains(lane[Int(-1 - node.pointee.slot)])
                node = nodes + (Int(node.pointee.child) + (isMember ? 1 : 0))
            }
        }
        var value = node.pointee.value
        if isLinear, let values { value = ensemble.linear[Int(value)].answer(values + row * ensemble.slots.columns) }
        add(value, Int(members[tree].output), sums + row * outputs)
    }

    @inline(__always)
    private func lane(_ row: Int) -> UnsafePointer<Double> {
        lanes + (row / RowSlots.width * groupSize + row % RowSlots.width)
    }

    @inline(__always)
    private func add(_ leaf: Double, _ output: Int, _ sums: UnsafeMutablePointer<Double>) {
        guard let vectors else {
            sums[output] = Double(Sum(sums[output]) + Sum(leaf))
            return
        }
        let vector = vectors + Int(leaf) * outputs
        for output in 0..<outputs { sums[output] = Double(Sum(sums[output]) + Sum(vector[output])) }
    }
}
