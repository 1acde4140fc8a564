package import Prediction

/// Lays trees out as a `TreeEnsemble`; refuses those that are none.
package struct TreeCompiler {
    private let outputs: Int
    private let sumsAreSingle: Bool
    private var slots: RowSlots
    private var nodes: [TreeEnsemble.Node] = []
    private var members: [TreeEnsemble.Member] = []
    private var leafVectors: [Double] = []
    private var linearLeaves: [LinearLeaf] = []
    private var sets: [CategorySet] = []
    private var setWords = 0

    /// - Parameters:
    ///   - columns: numbers that a row has.
    ///   - outputs: numbers that a row is answered with.
    ///   - isSingle: whether the rows' numbers are rounded to single precision.
    ///   - sumsAreSingle: whether the answers are added up in single precision.
    package init(columns: Int, outputs: Int, isSingle: Bool, sumsAreSingle: Bool) {
        self.outputs = outputs
        self.sumsAreSingle = sumsAreSingle
        slots = RowSlots(columns: columns, isSingle: isSingle)
    }

    /// Keeps a leaf's vector; what the leaf's value is then.
    package mutating func keep(vector: some Sequence<Double>) -> Double {
        leafVectors.append(contentsOf: vector)
        return Double(leafVectors.count / outputs - 1)
    }

    /// Keeps a set of categories; what the split's value is then.
    package mutating func keep(set: CategorySet, at place: ModelDefect.Place) throws(ModelDefect) -> Double {
        setWords += set.words.count
        guard setWords <= ModelLimits.categoryWordsMax else {
            throw ModelDefect(
                at: place,
                what: "sets of categories take more than \(ModelLimits.categoryWordsMax) words"
            )
        }
        sets.append(set)
        return Double(sets.count - 1)
    }

    /// Keeps a linear leaf; what the leaf's value is then.
    package mutating func keep(linear leaf: LinearLeaf) -> Double {
        linearLeaves.append(leaf)
        return Double(linearLeaves.count - 1)
    }

    /// Adds a tree, whose answers belong to `output`; `path` says where it stands in the file.
    package mutating func add(_ tree: Tree, output: Int = 0, at path: @autoclosure () -> String) throws(ModelDefect) {
        do throws(TreeDefect) {
            guard (0..<outputs).contains(output) else {
                throw TreeDefect(node: nil, what: "is of class \(output), there are \(outputs)")
            }
            try lay(tree, output: output)
        } catch {
            let node = error.node.map { ".nodes[\($0)]" } ?? ""
            throw ModelDefect(at: .member(path() + node), what: error.what)
        }
    }

    /// The ensemble of all trees that were added.
    package func finish() -> TreeEnsemble {
        TreeEnsemble(
            outputs: outputs,
            sumsAreSingle: sumsAreSingle,
            slots: slots,
            nodes: nodes,
            trees: members,
            vectors: leafVectors,
            linear: linearLeaves,
            sets: sets
        )
    }
}

private struct TreeDefect: Error {
    let node: Int?
    let what: String
}

/// The nodes of a tree that are reached and not yet laid out.
private struct Frontier {
    struct Pending {
        /// Index in the tree.
        package let source: Int
        /// Index in the ensemble.
        package let target: Int
        package let depth: Int
    }

    private var queue: [Pending]
    private var taken = 0
    private var seen: [Bool]

    init(root: Int, count: Int) {
        queue = [Pending(source: 0, target: root, depth: 0)]
        seen = [Bool](repeating: false, count: count)
    }

    mutating func add(_ source: Int32, target: Int, depth: Int) {
        queue.append(Pending(source: Int(source), target: target, depth: depth))
    }

    mutating func next() throws(TreeDefect) -> Pending? {
        guard taken < queue.count else { return nil }
        let pending = queue[taken]
        taken += 1
        guard !seen[pending.source] else { throw TreeDefect(node: pending.source, what: "has two parents") }
        seen[pending.source] = true
        guard pending.depth <= ModelLimits.treeDepthMax else {
            throw TreeDefect(node: pending.source, what: "lies deeper than \(ModelLimits.treeDepthMax) levels")
        }
        return pending
    }
}

extension TreeCompiler {
    private static let empty = TreeEnsemble.Node(value: 0, child: 0, slot: 0)

    /// Breadth first, so that children stand side by side and the nodes near the root share cache lines.
    private mutating func lay(_ tree: Tree, output: Int) throws(TreeDefect) {
        guard !tree.nodes.isEmpty else { throw TreeDefect(node: nil, what: "has no nodes") }
        guard nodes.count <= ModelLimits.treeNodesMax - tree.nodes.count else {
            throw TreeDefect(node: nil, what: "model has more than \(ModelLimits.treeNodesMax) nodes")
        }
        let root = nodes.count
        nodes.append(TreeCompiler.empty)
        var frontier = Frontier(root: root, count: tree.nodes.count)
        var depth = 0
        while let pending = try frontier.next() {
            depth = max(depth, pending.depth)
            try place(pending, of: tree, &frontier)
        }
        members.append(
            TreeEnsemble.Member(
                root: Int32(root),
                depth: Int32(depth),
                output: Int32(output),
                isIrregular: nodes[root...].contains { $0.slot < 0 }
            )
        )
    }

    private mutating func place(
        _ pending: Frontier.Pending,
        of tree: Tree,
        _ frontier: inout Frontier
    ) throws(TreeDefect) {
        let node = tree.nodes[pending.source]
        guard !node.isLeaf else {
            let own = Int32(pending.target)
            nodes[pending.target] = TreeEnsemble.Node(value: node.value, child: own, slot: 0)
            return
        }
        try check(node, pending.source, in: tree)
        let children = nodes.count
        let (split, isSwapped) = self.split(node, children: Int32(children))
        nodes[pending.target] = split
        nodes.append(TreeCompiler.empty)
        nodes.append(TreeCompiler.empty)
        frontier.add(isSwapped ? node.right : node.left, target: children, depth: pending.depth + 1)
        frontier.add(isSwapped ? node.left : node.right, target: children + 1, depth: pending.depth + 1)
    }

    private func check(_ node: Tree.Node, _ index: Int, in tree: Tree) throws(TreeDefect) {
        for child in [node.left, node.right] where !tree.nodes.indices.contains(Int(child)) {
            throw TreeDefect(node: index, what: "has child \(child), but there are \(tree.nodes.count) nodes")
        }
        guard (0..<slots.columns).contains(Int(node.column)) else {
            throw TreeDefect(node: index, what: "tests column \(node.column), but there are \(slots.columns)")
        }
        guard !node.value.isNaN else { throw TreeDefect(node: index, what: "has a threshold that is no number") }
    }

    /// A split as the engine has it, and whether its children change places.
    private mutating func split(_ node: Tree.Node, children: Int32) -> (TreeEnsemble.Node, isSwapped: Bool) {
        let isNegated = node.test != .member && node.reading != .missingIsZero && !node.missingGoesLeft
        let slot = slots.index(
            of: RowSlots.Slot(column: node.column, reading: node.reading, isNegated: isNegated)
        )
        let lane = slot * Int32(RowSlots.width)
        switch node.test {
        case .member:
            // The set's children are the other way round: a row that is in the set goes one further.
            return (TreeEnsemble.Node(value: node.value, child: children, slot: -1 - lane), true)
        case .less, .notGreater:
            let least = TreeCompiler.leastToTheRight(node)
            let value = isNegated ? TreeCompiler.leastNegated(below: least) : least
            return (TreeEnsemble.Node(value: value, child: children, slot: lane), isNegated)
        }
    }

    /// The least number that goes to the right; NaN where none does.
    private static func leastToTheRight(_ node: Tree.Node) -> Double {
        guard node.test == .notGreater else { return node.value }
        return node.value == .infinity ? .nan : node.value.nextUp
    }

    /// The least negated number whose number is below `bound`; a bound of NaN is above all numbers.
    private static func leastNegated(below bound: Double) -> Double {
        if bound.isNaN { return -.infinity }
        return bound == -.infinity ? .nan : (-bound).nextUp
    }
}
