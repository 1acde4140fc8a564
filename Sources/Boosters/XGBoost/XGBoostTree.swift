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
    /// Texts of tree_param.
    private var parameters: [String: String] = [:]

    init(_ reader: inout some DocumentReader) throws(ModelDefect) {
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
            case "tree_param":
                try reader.object { (reader, name) throws(ModelDefect) in parameters[name] = try reader.text() }
            default: try reader.skip()
            }
        }
    }

    var isEmpty: Bool { left.isEmpty }

    /// Categories that a set may reach to: a float holds no larger integer exactly.
    private static let categoriesMax = 1 << 24

    /// The neutral tree; sets of categories are kept by `compiler`, leaves go through `leaf`.
    func tree(
        for compiler: inout TreeCompiler,
        at path: String,
        leaf: (Float) -> Float
    ) throws(ModelDefect) -> Tree {
        let place = ModelDefect.Place.member(path)
        if let size = parameters["size_leaf_vector"], size != "0", size != "1" {
            throw ModelDefect(at: place, what: "has leaves of \(size) numbers, which are not read")
        }
        let count = left.count
        guard [right.count, column.count, condition.count, defaultsLeft.count].allSatisfy({ $0 == count }),
            kind.isEmpty || kind.count == count
        else { throw ModelDefect(at: place, what: "has arrays of several lengths") }
        let sets = try keepSets(in: &compiler, place)
        var tree = Tree()
        tree.nodes.reserveCapacity(count)
        for index in 0..<count {
            tree.nodes.append(try node(index, sets, leaf, place))
        }
        return tree
    }

    private func node(
        _ index: Int,
        _ sets: [Int32: Double],
        _ leaf: (Float) -> Float,
        _ place: ModelDefect.Place
    ) throws(ModelDefect) -> Tree.Node {
        // A node without a left child is a leaf, whatever else it says.
        guard left[index] != -1 else { return Tree.Node(value: Double(leaf(condition[index]))) }
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
