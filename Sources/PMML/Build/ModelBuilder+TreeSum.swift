import Prediction
import Trees

/// Segments that the engine of trees can take together.
extension ModelBuilder {
    /// nil where some segment is no plain tree, or answers are not just added up.
    func treeSum(
        _ method: MiningModel.Method,
        _ segments: [MiningModel.Segment],
        _ keys: KeyList
    ) throws(ModelDefect) -> TreeSum? {
        let isClassification = function == .classification
        switch method {
        case .average, .weightedAverage: break
        case .sum, .weightedSum: guard !isClassification else { return nil }
        default: return nil
        }
        var layout = EngineLayout(outputs: isClassification ? keys.count : 1)
        var weights = 0.0
        for segment in segments {
            guard case .always = segment.predicate, segment.model.outputs.isEmpty, !segment.model.target.hasRules,
                let tree = segment.model.body as? TreeModel, tree.isRegression != isClassification
            else { return nil }
            weights += segment.weight
            let weight = method.isWeighted ? segment.weight : 1
            guard layout.take(tree, of: segment.model, keys, weight: weight) else { return nil }
        }
        guard weights > 0 else { return nil }
        let divisor: Double =
            switch method {
            case .average: Double(segments.count)
            case .weightedAverage: weights
            default: 1
            }
        return TreeSum(
            columns: layout.finishedColumns(),
            ensemble: try layout.compile(isSingle: isSingle, at: element),
            divisor: divisor,
            isClassification: isClassification,
            precision: Precision(isSingle: isSingle)
        )
    }
}

/// Trees as the engine takes them: two ways at each split, numbers in columns.
private struct EngineLayout {
    private let outputs: Int
    private var trees: [Tree] = []
    private var vectors: [[Double]] = []
    private var sets: [CategorySet] = []
    private var columns: [Int32: Int32] = [:]
    private var slots: [Int32] = []
    private var texts: [[Int32: Double]] = []
    private var setWords = 0

    /// Words of all sets of texts; more make the trees no plain ones.
    private static let setWordsMax = 1 << 20

    init(outputs: Int) { self.outputs = outputs }

    func finishedColumns() -> [TreeSum.Column] {
        zip(slots, texts).map { TreeSum.Column(slot: $0, texts: $1) }
    }

    /// Compiles what was taken; answers are added up in the trees' order.
    func compile(isSingle: Bool, at element: XMLElement) throws(ModelDefect) -> TreeEnsemble {
        var compiler = TreeCompiler(columns: slots.count, outputs: outputs, isSingle: false, sumsAreSingle: isSingle)
        for vector in vectors { _ = compiler.keep(vector: vector) }
        for set in sets { _ = try compiler.keep(set: set, at: element.place) }
        for (index, tree) in trees.enumerated() { try compiler.add(tree, at: "Segment[\(index)]") }
        return compiler.finish()
    }

    /// Takes a tree; false where it is no plain one.
    mutating func take(_ tree: TreeModel, of model: ModelProgram, _ keys: KeyList, weight: Double) -> Bool {
        guard tree.nodes[0].test == .always else { return false }
        var result = Tree()
        var open: [(node: Int, parent: Int, isLeft: Bool)] = [(0, -1, false)]
        while let next = open.popLast() {
            var hook = (parent: next.parent, isLeft: next.isLeft)
            var isDone = false
            let node = tree.nodes[next.node]
            for child in Int(node.firstChild)..<Int(node.firstChild + node.childCount) {
                if tree.nodes[child].test == .always {
                    open.append((child, hook.parent, hook.isLeft))
                    isDone = true
                    break
                }
                guard let (split, goesLeft) = split(tree.nodes[child], of: tree) else { return false }
                EngineLayout.attach(result.nodes.count, to: hook, &result)
                open.append((child, result.nodes.count, goesLeft))
                hook = (result.nodes.count, !goesLeft)
                result.nodes.append(split)
            }
            if isDone { continue }
            guard node.leaf >= 0, node.childCount == 0 || tree.noTrueChildStrategy == .returnLastPrediction,
                let value = value(of: tree.leaves[Int(node.leaf)], tree, model, keys, weight)
            else { return false }
            EngineLayout.attach(result.nodes.count, to: hook, &result)
            result.nodes.append(Tree.Node(value: value))
        }
        trees.append(result)
        return true
    }

    private static func attach(_ index: Int, to hook: (parent: Int, isLeft: Bool), _ tree: inout Tree) {
        guard hook.parent >= 0 else { return }
        if hook.isLeft {
            tree.nodes[hook.parent].left = Int32(index)
        } else {
            tree.nodes[hook.parent].right = Int32(index)
        }
    }

    /// The split for a child's test, and whether what passes goes left.
    private mutating func split(_ child: TreeModel.Node, of tree: TreeModel) -> (Tree.Node, Bool)? {
        if child.test == .number {
            let column = column(of: child.slot)
            guard texts[Int(column)].isEmpty, child.threshold.isFinite else { return nil }
            switch child.comparison {
            case .less: return (Tree.Node(column: column, test: .less, value: child.threshold), true)
            case .greaterOrEqual: return (Tree.Node(column: column, test: .less, value: child.threshold), false)
            case .lessOrEqual: return (Tree.Node(column: column, test: .notGreater, value: child.threshold), true)
            case .greater: return (Tree.Node(column: column, test: .notGreater, value: child.threshold), false)
            default: return nil
            }
        }
        switch tree.predicates[Int(child.slot)] {
        case .simple(let simple) where simple.test == .equal || simple.test == .notEqual:
            return membership(simple.slot, [simple.value], isWanted: simple.test == .equal)
        case .set(let slot, let values, let isWanted): return membership(slot, values, isWanted: isWanted)
        default: return nil
        }
    }

    private mutating func membership(_ slot: Int32, _ values: Set<Value>, isWanted: Bool) -> (Tree.Node, Bool)? {
        let column = column(of: slot)
        var set = CategorySet(words: [])
        for value in values {
            guard case .text(let symbol) = value else { return nil }
            let number = number(of: symbol, in: Int(column))
            while set.words.count <= number / 32 { set.words.append(0) }
            set.words[number / 32] |= 1 << UInt32(number % 32)
        }
        setWords += set.words.count
        guard setWords <= EngineLayout.setWordsMax else { return nil }
        sets.append(set)
        return (Tree.Node(column: column, test: .member, value: Double(sets.count - 1)), isWanted)
    }

    private mutating func number(of symbol: Int32, in column: Int) -> Int {
        let next = Double(texts[column].count)
        let number = texts[column][symbol] ?? next
        texts[column][symbol] = number
        return Int(number)
    }

    private mutating func column(of slot: Int32) -> Int32 {
        if let column = columns[slot] { return column }
        let column = Int32(slots.count)
        columns[slot] = column
        slots.append(slot)
        texts.append([:])
        return column
    }

    /// What a leaf adds: a number, or the index of its shares.
    private mutating func value(
        of leaf: TreeModel.Leaf,
        _ tree: TreeModel,
        _ model: ModelProgram,
        _ keys: KeyList,
        _ weight: Double
    ) -> Double? {
        if tree.isRegression {
            // A number that is none of the target's type is told when a row comes to it.
            guard let number = (try? model.target.value(of: leaf.number))?.double else { return nil }
            return weight * number
        }
        guard !leaf.shares.isEmpty else { return nil }
        var vector = [Double](repeating: 0, count: outputs)
        for (share, key) in zip(leaf.shares, tree.classes) {
            if let index = keys.find(key) { vector[index] = weight * share }
        }
        vectors.append(vector)
        return Double(vectors.count - 1)
    }
}
