import Prediction
import Trees

/// A tree as XGBoost's files spell it: an array for each property of a node.
struct XGBoostTree {
    private var left: [Int32] = []
    private var right: [Int32] = []
    private var column: [Int32] = []
    /// A split's threshold, a leaf's answer.
    private var condition: [Float] = []
    private var defaultsLeft: [Int32] = []
    /// 1 where a split is by category.
    private var kind: [Int32] = []
    private var categories: [Int32] = []
    /// The splits by category, and where in `categories` their sets are.
    private var categoryNodes: [Int32] = []
    private var categoryStarts: [Int32] = []
    private var categoryCounts: [Int32] = []
    /// Numbers of a leaf; 1 where its answer is its condition.
    private(set) var leafSize = 1
    /// Where leaves are vectors: those, by the index that stands in `right`; or one for each node, in versions before 3.2.
    private var leafVectors: [Float] = []
    private var hasVectorForEachNode = false

    /// A tree without nodes yet.
    init(nodes: Int) {
        left.reserveCapacity(nodes)
        right.reserveCapacity(nodes)
        column.reserveCapacity(nodes)
        condition.reserveCapacity(nodes)
        defaultsLeft.reserveCapacity(nodes)
    }

    init<Reader: DocumentReader>(_ reader: inout Reader) throws(ModelDefect) {
        // Only trees whose leaves are vectors need these, which is known last.
        var leaves: Reader?
        var nodes: Reader?
        var parameters: [String: String] = [:]
        try reader.object { (reader, name) throws(ModelDefect) in
            switch name {
            case "left_children": left = try reader.integers()
            case "right_children": right = try reader.integers()
            case "split_indices": column = try reader.integers()
            case "split_conditions": condition = try reader.numbers()
            case "default_left": defaultsLeft = try reader.integers()
            case "split_type": kind = try reader.integers()
            case "categories": categories = try reader.integers()
            case "categories_nodes": categoryNodes = try reader.integers()
            case "categories_segments": categoryStarts = try reader.integers()
            case "categories_sizes": categoryCounts = try reader.integers()
            case "tree_param": parameters = try reader.dictionary()
            case "leaf_weights":
                leaves = reader
                try reader.skip()
            case "base_weights":
                nodes = reader
                try reader.skip()
            default: try reader.skip()
            }
        }
        leafSize = try XGBoostTree.leafSize(parameters, reader)
        guard leafSize > 1 else { return }
        hasVectorForEachNode = leaves == nil
        guard var vectors = leaves ?? nodes else {
            throw reader.defect("a tree before this has no vectors for its leaves")
        }
        leafVectors = try vectors.numbers()
    }

    private static func leafSize(
        _ parameters: [String: String],
        _ reader: borrowing some DocumentReader
    ) throws(ModelDefect) -> Int {
        let text = parameters["size_leaf_vector"] ?? "1"
        guard let size = Int(text), (0...ModelLimits.answerNumbersMax).contains(size) else {
            throw ModelDefect(at: .byte(reader.at), what: "a tree before this has leaves of \(text.prefix(16)) numbers")
        }
        return max(1, size)
    }

    /// Adds a node as the old binary format has it.
    mutating func append(left: Int32, right: Int32, column: Int32, missingGoesLeft: Bool, condition: Float) {
        self.left.append(left)
        self.right.append(right)
        self.column.append(column)
        self.defaultsLeft.append(missingGoesLeft ? 1 : 0)
        self.condition.append(condition)
    }

    var isEmpty: Bool { left.isEmpty }

    /// Categories that a set may reach to: a float holds no larger integer exactly.
    private static let categoriesMax = 1 << 24

    /// The neutral tree; sets of categories and vectors are kept by `compiler`.
    ///
    /// - Parameters:
    ///   - leafSize: numbers that each leaf must have.
    ///   - weight: what the leaves' numbers are multiplied by.
    func tree(
        for compiler: inout TreeCompiler,
        leafSize wanted: Int,
        weight: Float,
        at path: String
    ) throws(ModelDefect) -> Tree {
        let place = ModelDefect.Place.member(path)
        guard leafSize == wanted else {
            throw ModelDefect(at: place, what: "has leaves of \(leafSize) numbers, expected are \(wanted)")
        }
        let count = left.count
        // No vector is kept more often than the file has vectors.
        guard leafSize == 1 || left.count(where: { $0 == -1 }) <= leafVectors.count / leafSize else {
            throw ModelDefect(at: place, what: "has more leaves than vectors for them")
        }
        guard [right.count, column.count, condition.count, defaultsLeft.count].allSatisfy({ $0 == count }),
            kind.isEmpty || kind.count == count
        else { throw ModelDefect(at: place, what: "has arrays of several lengths") }
        let sets = try keepSets(in: &compiler, place)
        var tree = Tree()
        tree.nodes.reserveCapacity(count)
        for index in 0..<count {
            tree.nodes.append(
                // A node without a left child is a leaf, whatever else it says.
                left[index] == -1
                    ? Tree.Node(value: try leaf(index, weight, &compiler, place)) : try split(index, sets, place)
            )
        }
        return tree
    }

    /// A leaf's number, or the index of its vector.
    private func leaf(
        _ index: Int,
        _ weight: Float,
        _ compiler: inout TreeCompiler,
        _ place: ModelDefect.Place
    ) throws(ModelDefect) -> Double {
        guard leafSize > 1 else { return Double(condition[index] * weight) }
        let row = hasVectorForEachNode ? index : Int(right[index])
        guard row >= 0, row < leafVectors.count / leafSize else {
            throw ModelDefect(at: place, what: "has no vector for leaf \(index)")
        }
        return compiler.keep(
            vector: leafVectors[row * leafSize..<(row + 1) * leafSize].lazy.map { Double($0 * weight) }
        )
    }

    private func split(
        _ index: Int,
        _ sets: [Int32: Double],
        _ place: ModelDefect.Place
    ) throws(ModelDefect) -> Tree.Node {
        let isByCategory = !kind.isEmpty && kind[index] == 1
        guard !isByCategory else {
            guard let set = sets[Int32(index)] else {
                throw ModelDefect(at: place, what: "splits node \(index) by categories, but has none for it")
            }
            // Categories of the set go to the right.
            return Tree.Node(
                left: right[index],
                right: left[index],
                column: column[index],
                test: .member,
                value: set
            )
        }
        return Tree.Node(
            left: left[index],
            right: right[index],
            column: column[index],
            test: .less,
            missingGoesLeft: defaultsLeft[index] != 0,
            value: Double(condition[index])
        )
    }

    /// What stands in `value` of each node that splits by category.
    private func keepSets(
        in compiler: inout TreeCompiler,
        _ place: ModelDefect.Place
    ) throws(ModelDefect) -> [Int32: Double] {
        var sets: [Int32: Double] = [:]
        guard categoryNodes.count == categoryStarts.count, categoryNodes.count == categoryCounts.count else {
            throw ModelDefect(at: place, what: "has arrays of categories of several lengths")
        }
        for (index, node) in categoryNodes.enumerated() {
            let (start, size) = (Int(categoryStarts[index]), Int(categoryCounts[index]))
            guard start >= 0, size >= 0, start + size <= categories.count else {
                throw ModelDefect(at: place, what: "has categories for node \(node) that are not there")
            }
            let members = categories[start..<start + size]
            guard members.allSatisfy({ (0..<XGBoostTree.categoriesMax).contains(Int($0)) }) else {
                throw ModelDefect(at: place, what: "has a category for node \(node) that is out of range")
            }
            var words = [UInt32](repeating: 0, count: Int(members.max() ?? -1) / 32 + 1)
            for category in members { words[Int(category) / 32] |= 1 << UInt32(category % 32) }
            let missing = defaultsLeft.indices.contains(Int(node)) ? defaultsLeft[Int(node)] == 0 : false
            sets[node] = try compiler.keep(set: CategorySet(words: words, containsMissing: missing), at: place)
        }
        return sets
    }
}
