/// Trees whose answers are added up, laid out for the processor; knows nothing of the file they came from.
///
/// A node is 16 bytes and its children stand side by side: a step is "child, plus one where the slot's number reaches
/// the threshold", without a branch. A leaf is its own child.
package struct TreeEnsemble: Sendable {
    /// A split or a leaf.
    package struct Node: BitwiseCopyable {
        /// A split's threshold; a leaf's number, or index of its vector or linear function.
        package var value: Double
        /// Index of the left child, which the right one follows; a leaf's own index.
        package var child: Int32
        /// Where the number to compare is in a lane, 0 in a leaf; `-1 - slot` where it is looked up in a set of categories.
        package var slot: Int32

        package init(value: Double, child: Int32, slot: Int32) {
            self.value = value
            self.child = child
            self.slot = slot
        }
    }

    /// A tree of the ensemble.
    package struct Member: BitwiseCopyable {
        /// Index of the root.
        package var root: Int32
        /// Steps from the root to the deepest leaf.
        package var depth: Int32
        /// Which of a row's numbers it adds to, where leaves are numbers.
        package var output: Int32
        /// Whether it is walked node by node, because it has splits by category.
        var isIrregular: Bool
    }

    /// Trees that one row walks at once.
    package static let stride = 8
    /// In `strideDepths`: these trees are walked one by one.
    static let irregular: Int32 = -1

    /// Numbers that a row is answered with.
    package let outputs: Int
    /// Whether sums are kept in single precision.
    package let sumsAreSingle: Bool
    /// What nodes test.
    package let slots: RowSlots
    /// The nodes of all trees.
    package let nodes: FixedMemory<Node>
    /// The trees, in their order.
    package let members: FixedMemory<Member>
    /// For each eight trees that follow each other how deep the deepest of them is.
    let strideDepths: FixedMemory<Int32>
    /// What leaves hold instead of numbers: vectors of `outputs` numbers, by index. Empty where they hold numbers.
    package let vectors: FixedMemory<Double>
    /// What leaves hold instead of numbers: linear functions, by index. Empty where they hold numbers.
    package let linear: [LinearLeaf]
    /// Sets of categories that nodes test.
    package let sets: [CategorySet]

    /// Whether leaves are linear functions of the row.
    package var isLinear: Bool { !linear.isEmpty }

    /// - Parameter trees: members whose indices into `nodes`, `vectors`, `linear` and `sets` are right.
    package init(
        outputs: Int,
        sumsAreSingle: Bool,
        slots: RowSlots,
        nodes: [Node],
        trees: [Member],
        vectors: [Double],
        linear: [LinearLeaf],
        sets: [CategorySet]
    ) {
        self.outputs = outputs
        self.sumsAreSingle = sumsAreSingle
        self.slots = slots
        self.nodes = FixedMemory(nodes)
        self.vectors = FixedMemory(vectors)
        self.linear = linear
        self.sets = sets
        members = FixedMemory(trees)
        let depths = Swift.stride(from: 0, to: trees.count, by: TreeEnsemble.stride).map { first in
            let together = trees[first..<min(first + TreeEnsemble.stride, trees.count)]
            return together.contains(where: \.isIrregular) ? TreeEnsemble.irregular : together.map(\.depth).max() ?? 0
        }
        strideDepths = FixedMemory(depths)
    }
}
